// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.spi.Spinning;
import java.util.ArrayList;
import java.util.List;

/**
 * The rings that the poller looks at by itself, because there was traffic a moment ago. A ring that
 * stays empty leaves: its peer is told to ring, and only after two more looks, one at once and one
 * when every processor has seen what the other wrote, it is left alone. For the poller's thread.
 *
 * <pre>
 *            traffic, bell                   spun long enough: announce, look
 *   at rest ---------------&gt; watched -------------------------------------------&gt; dozing
 *      ^                        ^                  something there                   |  |
 *      |                        +----------------------------------------------------+  |
 *      +--------------------------------------------------------------------------------+
 *                                        1 ms later: look, nothing there
 * </pre>
 */
final class SpinSet {
  /** When a store of one processor is certain to be seen by another one, and much more. */
  static final long SEEN_NANOS = 1_000_000;

  private final List<Member> watched = new ArrayList<>();
  private final List<Member> dozing = new ArrayList<>();
  private boolean permitted;

  /** Who had something at the last look, if anybody. */
  private Member busy;

  /** A ring that somebody has to look at. */
  interface Source {
    /**
     * Hands out some of what waits; returns whether something waited.
     *
     * @param alone whether nothing else takes the poller's time, so that the next look comes soon
     */
    boolean look(boolean alone);

    /** Whether nothing waits. */
    boolean isEmpty();

    /** Tells the peer to ring for the next message. */
    void announceSleep();

    /** How long to look for more traffic after traffic, in nanoseconds. */
    long spinNanos();
  }

  /** A ring and how closely it is watched. */
  static final class Member {
    private final Source source;
    private final long spinNanos;
    private boolean isWatched;
    private boolean isDozing;
    private boolean touched;
    private long since;

    Member(Source source) {
      this.source = source;
      this.spinNanos = source.spinNanos();
    }
  }

  /** There was traffic, or there is. */
  void traffic(Member member) {
    member.touched = true;
    if (!member.isWatched) {
      member.isWatched = true;
      watched.add(member);
    }
  }

  /** Looks at none of it any more. */
  void forget(Member member) {
    watched.remove(member);
    dozing.remove(member);
    if (busy == member) {
      busy = null;
    }
    member.isWatched = false;
    member.isDozing = false;
  }

  /** Whether there is reason to spin, and the permission to. */
  boolean isPermitted() {
    return permitted && !watched.isEmpty();
  }

  /** Looks at every ring that is watched; whether there was something in one of them. */
  boolean look() {
    Member before = busy;
    busy = null;
    boolean found = false;
    for (int i = 0; i < watched.size(); i++) { // a handler may end its channel
      Member member = watched.get(i);
      if (member.source.look(!found && (before == null || before == member))) {
        member.touched = true;
        found = true;
        busy = member;
      }
    }
    return found;
  }

  /** Lets those go that were empty for long; whether the others may be spun for. */
  boolean maySpin(long now) {
    for (int i = watched.size() - 1; i >= 0; i--) {
      Member member = watched.get(i);
      if (member.touched) {
        member.touched = false;
        member.since = now;
      }
      if (now - member.since >= member.spinNanos) {
        doze(member, i, now);
      }
    }
    if (!watched.isEmpty() && !permitted) {
      permitted = Spinning.enter();
    }
    return !watched.isEmpty() && permitted;
  }

  /** The poller wants to sleep: lets all go; whether none of them has anything. */
  boolean rest(long now) {
    for (int i = watched.size() - 1; i >= 0; i--) {
      doze(watched.get(i), i, now);
    }
    if (!watched.isEmpty()) {
      return false;
    }
    leave();
    return true;
  }

  /** Gives the permission to spin back. */
  void leave() {
    if (permitted) {
      permitted = false;
      Spinning.leave();
    }
  }

  /** Looks again at those that doze for long enough. */
  void lookAgain(long now) {
    for (int i = dozing.size() - 1; i >= 0; i--) {
      Member member = dozing.get(i);
      if (now - member.since >= SEEN_NANOS) {
        dozing.remove(i);
        member.isDozing = false;
        if (!member.source.isEmpty()) {
          traffic(member);
        }
      }
    }
  }

  /** How long the poller may sleep at most, in nanoseconds. */
  long longestSleep() {
    return dozing.isEmpty() ? Long.MAX_VALUE : SEEN_NANOS;
  }

  private void doze(Member member, int index, long now) {
    member.source.announceSleep();
    if (!member.source.isEmpty()) {
      member.touched = true;
      return;
    }
    watched.remove(index);
    member.isWatched = false;
    member.since = now;
    if (!member.isDozing) {
      member.isDozing = true;
      dozing.add(member);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.WaitStrategy;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.StreamChannel.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/**
 * How a writer's thread fills the pipe. What is little is copied into it, piece by piece. A stream
 * goes through a {@link Spool}, if the peer allows: while the pipe is full, what comes next is made
 * ready, and senders have room. One thread, with the writer's lock.
 */
final class Feed implements Output {
  /** Runs of this length and more make a stream, in bytes. */
  private static final int LARGE = 16 * 1024;

  /** How much of them does, in bytes: a spool is not made for a message now and then. */
  private static final int STREAM = 256 * 1024;

  /** How much may be unread when more is passed on, in bytes; a pipe usually holds 64 KiB. */
  private static final int LOW = 16 * 1024;

  private static final long LONGEST_SPIN_NANOS = 5_000_000;

  private final WriteEnd end;
  private final WaitStrategy patience;
  private final BooleanSupplier hasOutput;
  private final Runnable tellRoom;

  private Optional<Spool.Maker> maker;

  private Spool spool;
  private long streamed;
  private long passed;

  /**
   * Has no spool yet.
   *
   * @param maker makes a spool; none if the peer does not allow one
   * @param patience how long to look for room
   * @param hasOutput whether there is more to write
   * @param tellRoom called before what may take long
   */
  Feed(
      WriteEnd end,
      Optional<Spool.Maker> maker,
      WaitStrategy patience,
      BooleanSupplier hasOutput,
      Runnable tellRoom) {
    this.end = end;
    this.maker = maker;
    this.patience = patience;
    this.hasOutput = hasOutput;
    this.tellRoom = tellRoom;
  }

  /** Takes one piece, so that those who wait for room can use it while the pipe is full. */
  @Override
  public int write(ByteBuffer bytes) throws IOException {
    if (!isHolding() && !streams(bytes.remaining())) {
      return copy(bytes);
    }
    int unread = end.unread();
    int taken = add(bytes, unread);
    if (!isHolding()) {
      return copy(bytes); // the pipe holds more than a spool, or there is no memory
    }
    if (taken == 0) {
      awaitRoom(LOW, false);
      passOn();
    } else if (unread == 0) {
      passOnSome(); // an empty pipe does not make us wait
    }
    return taken;
  }

  /** Whether something was taken and is not in the pipe yet. */
  boolean isHolding() {
    return spool != null && !spool.isEmpty();
  }

  /** Passes on what is held as far as the pipe takes it; waits, but not while there is more. */
  void flush() throws IOException {
    if (isHolding() && (awaitRoom(LOW, true) || !hasOutput.getAsBoolean())) {
      passOn();
    }
  }

  /** How many bytes were passed on, in all. */
  long passed() {
    return passed;
  }

  /** There is nothing to do: gives back what streams need. */
  void rest() {
    streamed = 0;
    if (spool != null) {
      end.detach();
      spool = null;
    }
  }

  private int copy(ByteBuffer bytes) throws IOException {
    awaitRoom(WriteEnd.USUAL - WriteEnd.PIECE, false);
    return end.writePiece(bytes);
  }

  private boolean streams(int length) {
    if (length < LARGE || maker.isEmpty()) {
      return false;
    }
    streamed += length;
    return streamed > STREAM && (spool != null || makeSpool());
  }

  private boolean makeSpool() {
    try {
      Spool made = maker.get().make();
      end.attach(made);
      spool = made;
      return true;
    } catch (IOException | RuntimeException e) {
      goWithout(e);
      return false;
    }
  }

  private int add(ByteBuffer bytes, int unread) {
    int start = bytes.position();
    try {
      return spool.add(bytes, unread);
    } catch (IOException e) {
      goWithout(e);
      return bytes.position() - start;
    }
  }

  private void goWithout(Exception e) {
    if (maker.isPresent()) {
      maker = Optional.empty();
      LoggerFactory.getLogger("dev.ipc").debug("streams are copied into their pipe", e);
    }
  }

  private void passOn() throws IOException {
    tellRoom.run(); // a pipe may have less room than it seems, and this may take long
    passOnSome();
  }

  private void passOnSome() throws IOException {
    try {
      passed += end.passOn(spool);
    } catch (IOException e) {
      if (!spool.isUntried()) {
        throw e;
      }
      goWithout(e);
      passed += end.write(spool.takeBack());
    }
  }

  /**
   * Looks for room for a while: to be woken takes longer than the peer needs to read.
   *
   * @param most how much may be unread, in bytes
   * @param orOutput whether to return as well when there is more to write
   * @return whether there is room; if not, the next write may wait in the kernel
   */
  private boolean awaitRoom(int most, boolean orOutput) throws IOException {
    if (end.unread() <= most) {
      return true;
    }
    boolean room = lookForRoom(most, orOutput);
    if (!room) {
      tellRoom.run(); // this may take long
    }
    return room;
  }

  private boolean lookForRoom(int most, boolean orOutput) throws IOException {
    long spin = Math.min(patience.spinNanos(), LONGEST_SPIN_NANOS);
    if (spin <= 0 || !Spinning.enter()) {
      return false;
    }
    try {
      long start = System.nanoTime();
      do { // on a busy machine a yield may take long, so the clock is looked at after each
        Spinning.yieldProcessor(); // the peer may wait for this very processor
        if (end.unread() <= most) {
          return true;
        }
      } while (!(orOutput && hasOutput.getAsBoolean()) && System.nanoTime() - start < spin);
      return false;
    } finally {
      Spinning.leave();
    }
  }
}

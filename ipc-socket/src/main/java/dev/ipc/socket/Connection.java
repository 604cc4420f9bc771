// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A registered socket and the stage of its life that takes its events: first a handshake, then a
 * channel. Everything here runs on its event loop.
 */
final class Connection implements Wire.Target {
  /** How much is read in one turn, so that one sender does not starve the others, in bytes. */
  private static final int TURN = 2 * Chunk.READ;

  private final Loop loop;
  private final Wire wire;
  private final Connections owner;
  private IoRegistration registration;
  private Stage stage;
  private boolean reading;
  private boolean lookedAfter;
  private boolean writing;
  private volatile boolean kernelFull;
  private volatile boolean open = true;

  /** The next one that has something to write; belongs to the {@link DirtyList}. */
  Connection nextDirty;

  private final AtomicBoolean dirty = new AtomicBoolean();

  /** How long the next read had best be, 0 if that does not matter. */
  private int fit;

  Connection(Loop loop, Wire wire, Connections owner) {
    this.loop = loop;
    this.wire = wire;
    this.owner = owner;
  }

  /** What a connection is used for; one at a time. */
  interface Stage {
    /** Bytes arrived; the buffer is the event loop's and must be consumed or copied. */
    void bytes(ByteBuffer chunk);

    /**
     * Bytes arrived; the beginning of a message may be left in the buffer, and comes again.
     *
     * @return how long the next read had best be, 0 if that does not matter
     */
    default int head(ByteBuffer chunk) {
      bytes(chunk);
      chunk.position(chunk.limit());
      return 0;
    }

    /** Everything that had arrived was handed over. */
    default void readComplete() {}

    /** The peer's stream ended: in order, or with an error. */
    void streamEnded(Optional<IOException> error);

    /** There is room to write, or something new to be written. */
    void flush();

    /** Whether there are messages to write, of which nobody tells a loop that watches. */
    default boolean hasOutput() {
      return false;
    }

    /** Something failed that is nobody's doing, such as memory that ran out. */
    void failed(Throwable error);

    /** How long to look for more traffic after traffic, in nanoseconds. */
    default long spinNanos() {
      return 0;
    }

    /** The event loop closes: release everything. */
    void loopClosing();
  }

  /** Starts with a stage; nothing is read or written before it says so. */
  void start(Stage first) {
    stage = first;
    owner.add(this);
    io.netty.util.concurrent.Future<IoRegistration> registered = loop.register(wire.handle(this));
    if (!registered.isSuccess()) {
      owner.remove(this);
      open = false;
      wire.close();
      throw new IllegalStateException("the event loop does not take sockets", registered.cause());
    }
    registration = registered.getNow();
  }

  void become(Stage next) {
    stage = next;
  }

  Loop loop() {
    return loop;
  }

  Wire wire() {
    return wire;
  }

  boolean isOpen() {
    return open;
  }

  Optional<UserPrincipal> peerUser() throws IOException {
    return wire.peerUser();
  }

  void reading(boolean wanted) {
    if (open && reading != wanted) {
      reading = wanted;
      interest();
    }
  }

  /** Whether the loop reads by itself, so that the kernel need not tell. */
  void lookedAfter(boolean now) {
    if (lookedAfter != now) {
      lookedAfter = now;
      if (open) {
        interest();
      }
    }
  }

  private void interest() {
    wire.interest(registration, reading && !lookedAfter, writing);
  }

  /** Whether a write has found no room and the kernel has not said since that there is some. */
  boolean kernelFull() {
    return kernelFull;
  }

  void writing(boolean wanted) {
    if (kernelFull != wanted) {
      kernelFull = wanted;
    }
    if (open && writing != wanted) {
      writing = wanted;
      interest();
    }
  }

  /** Reads without having been told that there is something. */
  int look() {
    return open && reading ? guardedRead() : 0;
  }

  /** Runs a task of the stage; what it throws ends the connection and not the event loop. */
  void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** Whether it was not in the list of those that have something to write. Any thread. */
  boolean enlist() {
    return dirty.compareAndSet(false, true);
  }

  /** It is no longer in the list. */
  void delist() {
    dirty.set(false);
  }

  /** From the event loop's list of those that have something to write. */
  void flush() {
    if (open) {
      try {
        stage.flush();
      } catch (Throwable e) {
        fail(e);
      }
    }
  }

  /** Whether there are messages to write. */
  boolean hasOutput() {
    return stage.hasOutput();
  }

  void traffic() {
    if (open) {
      loop.handler().traffic(this, stage.spinNanos());
    }
  }

  void close() {
    if (open) {
      open = false;
      loop.chunk().forget(this);
      loop.handler().forget(this);
      registration.cancel();
      wire.close();
      owner.remove(this);
    }
  }

  /** Ends whatever stage it is in, when the transport closes. */
  void end() {
    if (open) {
      try {
        stage.loopClosing();
      } finally {
        close();
      }
    }
  }

  @Override
  public void readable() {
    if (open && reading) {
      guardedRead();
    }
  }

  @Override
  public void writable() {
    kernelFull = false;
    flush();
  }

  @Override
  public void loopClosing() {
    end();
  }

  private int guardedRead() {
    try {
      return read();
    } catch (Throwable e) {
      fail(e);
      return 1;
    }
  }

  private void fail(Throwable error) {
    if (open) {
      try {
        stage.failed(error);
      } finally {
        close();
      }
    }
  }

  /** Another socket is to be read into the chunk: what is left of ours is copied. */
  void takeOut(Chunk chunk) {
    guarded(
        () -> {
          stage.bytes(chunk.left());
          stage.readComplete();
        });
  }

  private int read() {
    Chunk chunk = loop.chunk();
    int reads = 0;
    int sum = 0;
    boolean full;
    do {
      ByteBuffer room = chunk.room(this, fit);
      if (!open) { // a handler of the socket that had to take its bytes out has closed this one
        return reads;
      }
      int count;
      try {
        count = wire.read(room);
      } catch (IOException e) {
        return ended(reads, Optional.of(e));
      }
      if (count < 0) {
        return ended(reads, Optional.empty());
      }
      full = !room.hasRemaining();
      if (count > 0) {
        reads++;
        sum += count;
        fit = stage.head(chunk.filled());
        chunk.consumed(this);
      }
    } while (full && sum < TURN && open && reading);
    if (reads > 0) {
      if (open) {
        stage.readComplete();
      }
      traffic();
    }
    return reads;
  }

  private int ended(int reads, Optional<IOException> error) {
    reading(false);
    if (loop.chunk().isOf(this)) {
      stage.bytes(loop.chunk().left());
    }
    stage.streamEnded(error);
    return reads + 1;
  }
}

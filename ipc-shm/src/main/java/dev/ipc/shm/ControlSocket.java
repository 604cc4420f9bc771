// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.spi.BufferSource;
import dev.ipc.spi.ControlFrames;
import dev.ipc.spi.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * The socket beside the rings: for the handshake, the bell, control frames and the end. The poller
 * reads it; any thread may ring and write frames, which never waits.
 */
final class ControlSocket implements Poller.Target {
  private final Poller poller;
  private final SocketChannel socket;
  private final BufferSource memory;
  private final ControlFrames frames;
  private Stage stage;
  private SelectionKey key;
  private boolean inputEnded;

  // Guarded by this.
  private ByteBuffer bell;
  private ByteBuffer run;
  private boolean writingIsWatched;
  private boolean outputShut;
  private boolean closed;

  /** What the socket is used for; one at a time, on the poller. */
  interface Stage {
    /**
     * There is something to read, most likely the bell. What it rings for may come first: after a
     * long sleep every step is slow, and to read is as many steps as to answer.
     */
    default void readable() {}

    /** Bytes arrived; the buffer is the poller's. */
    void bytes(ByteBuffer chunk);

    /** The peer's stream ended: in order, or with an error. */
    void streamEnded(Optional<IOException> error);

    /** There may be room to write. */
    void flush();

    /** The context was closed. */
    void pollerClosing();
  }

  ControlSocket(Poller poller, SocketChannel socket, BufferSource memory) {
    this.poller = poller;
    this.socket = socket;
    this.memory = memory;
    this.frames = new ControlFrames(memory);
    this.bell = memory.take(Frame.HEADER);
    Frame.putWake(bell.clear());
  }

  // ---- the poller

  /** Begins to read. */
  void start(Stage first) throws IOException {
    stage = first;
    key = poller.register(socket, SelectionKey.OP_READ, this);
  }

  void become(Stage next) {
    stage = next;
  }

  Optional<UserPrincipal> peerUser() throws IOException {
    return Optional.of(socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
  }

  @Override
  public void ready() {
    if (key.isReadable()) {
      stage.readable();
    }
    if (key.isValid() && key.isWritable()) {
      stage.flush();
    }
    if (isOpen() && !inputEnded) {
      read();
    }
  }

  @Override
  public void pollerClosing() {
    stage.pollerClosing();
  }

  private void read() {
    ByteBuffer chunk = poller.chunk();
    int count;
    try {
      count = socket.read(chunk);
    } catch (IOException e) {
      end(Optional.of(e));
      return;
    }
    if (count < 0) {
      end(Optional.empty());
    } else if (count > 0) {
      stage.bytes(chunk.flip());
    }
  }

  private void end(Optional<IOException> error) {
    inputEnded = true;
    watch(SelectionKey.OP_READ, 0);
    stage.streamEnded(error);
  }

  private void watch(int clear, int set) {
    if (key != null && key.isValid()) {
      key.interestOps((key.interestOps() & ~clear) | set);
    }
  }

  // ---- any thread

  synchronized boolean isOpen() {
    return !closed;
  }

  /** What is to be said; {@link #flush} says it. */
  ControlFrames frames() {
    return frames;
  }

  /**
   * Wakes the peer, who takes any byte for the bell: if there is no room it has many to read, and
   * between the halves of a frame the other half will do.
   */
  synchronized void ring() {
    if (closed || run != null || outputShut) {
      return;
    }
    try {
      if (socket.write(bell.clear()) > 0 && bell.hasRemaining()) {
        run = bell;
        watchWriting(true);
      }
    } catch (IOException e) {
      // The peer is gone, and the poller will hear of it.
    }
  }

  /**
   * Writes the frames that are due.
   *
   * @param messagesGone whether every message is in the ring
   * @throws IOException if the peer reads no more
   */
  synchronized void flush(boolean messagesGone) throws IOException {
    if (closed || outputShut) {
      return;
    }
    while (run != null || next(messagesGone)) {
      socket.write(run);
      if (run.hasRemaining()) {
        watchWriting(true);
        return;
      }
      run = null;
    }
    watchWriting(false);
    if (frames.closeWritten()) {
      outputShut = true;
      socket.shutdownOutput();
    }
  }

  /** Writes a whole frame of the handshake; a new socket has room for this little. */
  synchronized void write(ByteBuffer frame) throws IOException {
    if (!closed && socket.write(frame) >= 0 && frame.hasRemaining()) {
      throw new IOException("a new socket has no room for a handshake");
    }
  }

  synchronized void shutdownOutput() throws IOException {
    if (!closed && !outputShut) {
      outputShut = true;
      socket.shutdownOutput();
    }
  }

  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
    if (key != null) {
      poller.deregister(key);
    }
    memory.give(bell);
    bell = null;
    run = null;
    frames.dispose();
  }

  private boolean next(boolean messagesGone) {
    run = frames.next(0, messagesGone ? 0 : 1);
    return run != null;
  }

  private void watchWriting(boolean wanted) {
    if (writingIsWatched != wanted) {
      writingIsWatched = wanted;
      int set = wanted ? SelectionKey.OP_WRITE : 0;
      poller.executeIfOpen(() -> watch(SelectionKey.OP_WRITE, set));
    }
  }
}

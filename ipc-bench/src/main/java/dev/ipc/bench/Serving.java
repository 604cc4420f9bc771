// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;

/** A server that is one thread: it counts, keeps what failed, and ends when it is closed. */
public final class Serving implements Contender.Server {
  /** What the thread does until it is closed. */
  public interface Body {
    /** Serves as long as {@link Serving#running()}. */
    void run(Serving server) throws Exception;
  }

  private final LongSupplier received;
  private final Closeable resource;
  private volatile Throwable failure;
  private volatile boolean closed;

  private Serving(LongSupplier received, Closeable resource) {
    this.received = received;
    this.resource = resource;
  }

  /**
   * Starts the thread.
   *
   * @param received how many messages were received so far
   * @param resource closed to end the thread, which may wait there
   */
  public static Serving start(LongSupplier received, Closeable resource, Body body) {
    Serving serving = new Serving(received, resource);
    Thread thread = new Thread(() -> serving.run(body), "bench-server");
    thread.setDaemon(true);
    thread.start();
    return serving;
  }

  /** Whether to go on. */
  public boolean running() {
    return !closed;
  }

  @Override
  public long received() {
    return received.getAsLong();
  }

  @Override
  public Throwable failure() {
    return failure;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    resource.close();
  }

  private void run(Body body) {
    try {
      body.run(this);
    } catch (Throwable e) {
      if (!closed) {
        failure = e;
      }
    }
  }
}

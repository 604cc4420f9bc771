// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import dev.ipc.bench.Contender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A serving end with one thread of its own, and with what has to be closed after that thread. */
public final class ThreadServer implements Contender.Server {
  /** What the thread does until the server closes. */
  public interface Loop {
    /** Returns soon after {@link ThreadServer#closing} became true. */
    void run(ThreadServer server) throws Exception;
  }

  private final Tally tally;
  private final AutoCloseable wake;
  private final List<AutoCloseable> resources;
  private final Thread thread;
  private volatile boolean closing;

  private ThreadServer(Tally tally, Loop loop, AutoCloseable wake, List<AutoCloseable> resources) {
    this.tally = tally;
    this.wake = wake;
    this.resources = resources;
    this.thread = new Thread(() -> work(loop), "bench-server");
  }

  /** Starts a loop that polls; resources are closed in their order, once it has returned. */
  public static ThreadServer polling(Tally tally, Loop loop, AutoCloseable... resources) {
    return start(new ThreadServer(tally, loop, () -> {}, List.of(resources)));
  }

  /** Starts a loop that blocks until {@code wake} is closed. */
  public static ThreadServer blocking(
      Tally tally, Loop loop, AutoCloseable wake, AutoCloseable... resources) {
    return start(new ThreadServer(tally, loop, wake, List.of(resources)));
  }

  private static ThreadServer start(ThreadServer server) {
    server.thread.setDaemon(true);
    server.thread.start();
    return server;
  }

  /** Whether the loop shall end. */
  public boolean closing() {
    return closing;
  }

  @Override
  public long received() {
    return tally.received();
  }

  @Override
  public Throwable failure() {
    return tally.failure();
  }

  @Override
  public void close() throws IOException {
    closing = true;
    List<AutoCloseable> all = new ArrayList<>(List.of(wake, thread::join));
    all.addAll(resources);
    Closing.all(all);
  }

  private void work(Loop loop) {
    try {
      loop.run(this);
    } catch (Throwable e) {
      if (!closing) {
        tally.fail(e);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients and servers of one process, each with their own event loops. */
final class Sides implements AutoCloseable {
  final IpcContext servers = IpcContext.create();
  final IpcContext clients = IpcContext.create();
  final Listener listener;

  Sides(Way way, Path directory, String options) {
    listener = servers.listen(way.place(directory, options));
  }

  /**
   * Two ends of one connection.
   *
   * @param near the client's
   * @param far the server's
   */
  record Ends(Channel near, Channel far) {}

  Ends connect() throws InterruptedException {
    return connect("");
  }

  /** With options of the client's own. */
  Ends connect(String options) throws InterruptedException {
    String where = listener.endpoint().toString();
    Endpoint endpoint =
        options.isEmpty()
            ? listener.endpoint()
            : Endpoint.of(where + (where.contains("?") ? "&" : "?") + options);
    Channel near = clients.connect(endpoint);
    return new Ends(near, listener.accept(Way.LONG).orElseThrow());
  }

  static CloseReason reason(Channel channel, long seconds)
      throws InterruptedException, ExecutionException, TimeoutException {
    return channel.closed().toCompletableFuture().get(seconds, TimeUnit.SECONDS).reason();
  }

  /** What a thread of its own does. */
  interface Work {
    void run() throws Exception;
  }

  static CompletableFuture<Void> thread(Work work) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> {
          Thread thread = new Thread(task, "test-worker");
          thread.setDaemon(true);
          thread.start();
        });
  }

  static void get(CompletableFuture<?> future) throws Exception {
    try {
      future.get(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      Thread.getAllStackTraces()
          .forEach((thread, stack) -> System.out.println(thread + " " + List.of(stack)));
      throw e;
    }
  }

  @Override
  public void close() {
    clients.close();
    servers.close();
  }
}

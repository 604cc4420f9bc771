// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Endpoint;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A child process of the demo. It ends when its parent does. */
final class ChildMain {
  private static final int ORPHANED = 3;

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final Settings settings;

  private ChildMain(Settings settings) {
    this.settings = settings;
  }

  public static void main(String[] arguments) {
    System.exit(new ChildMain(Settings.of(arguments)).run());
  }

  private int run() {
    try {
      String address = in.readLine();
      if (address == null) {
        return ORPHANED;
      }
      thread("demo-parent", this::endWithParent);
      work(address);
      say(Line.Word.DONE, "");
      return 0;
    } catch (Failure.Consequence e) {
      say(Line.Word.FAILED_TOO, e.getMessage());
    } catch (Failure e) {
      say(Line.Word.FAILED, e.getMessage());
    } catch (Throwable e) {
      e.printStackTrace();
      say(Line.Word.FAILED, e.toString());
    }
    return 1;
  }

  private void work(String address) throws Exception {
    switch (settings.role()) {
      case SERVER -> server(Endpoint.of(address), this::ready);
      case CLIENT -> client(Endpoint.of(address));
      case BOTH -> both(Endpoint.of(address));
      case PLAIN_SERVER ->
          PlainSockets.serve(Path.of(address), () -> say(Line.Word.READY, address));
      case PLAIN_CLIENT -> {
        say(Line.Word.PHASE, Phase.ROUND_TRIP.name());
        say(
            Line.Word.ROUND_TRIP,
            PlainSockets.measure(Path.of(address), settings.seconds()).text());
      }
    }
  }

  private void server(Endpoint endpoint, java.util.function.Consumer<Endpoint> ready)
      throws IOException, InterruptedException {
    new ServerRole(Content.read(settings.content()), settings, out).run(endpoint, ready);
  }

  private void client(Endpoint endpoint) throws IOException, InterruptedException {
    new ClientRole(Content.read(settings.content()), settings, out).run(endpoint);
  }

  private void both(Endpoint endpoint) throws Exception {
    CompletableFuture<Endpoint> ready = new CompletableFuture<>();
    FutureTask<Void> server =
        new FutureTask<>(
            () -> {
              try {
                server(endpoint, ready::complete);
              } catch (Throwable e) {
                ready.completeExceptionally(e);
                throw e;
              }
              return null;
            });
    thread("demo-server", server);
    try {
      client(await(ready));
    } catch (Failure.Consequence e) {
      await(server);
      throw e;
    }
    await(server);
  }

  private static <T> T await(Future<T> future) throws Exception {
    try {
      return future.get(Peer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new Failure("the server in this process did not end in time");
    }
  }

  private void ready(Endpoint endpoint) {
    say(Line.Word.READY, endpoint.toString());
  }

  private void endWithParent() {
    try {
      while (in.readLine() != null) {
        // the parent lives
      }
    } catch (IOException e) {
      // it does not
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  private void say(Line.Word word, String value) {
    new Line(word, value).say(out);
  }

  private static void thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}

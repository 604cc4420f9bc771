// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A child process of the demo. It ends when its parent does. */
final class ChildMain {
  private static final int ORPHANED = 3;
  private static final int PHASE = 4;

  private final PrintStream out;
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final Settings settings;

  private ChildMain(Settings settings, FileOutputStream out) {
    this.settings = settings;
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.of(arguments);
    if (settings.role() == Settings.Role.CHILD) {
      Phase phase = Phase.valueOf(arguments[PHASE]);
      try (FileOutputStream said = new FileOutputStream(said(settings, phase).toFile())) {
        ChildMain child = new ChildMain(settings, said);
        System.exit(child.run(() -> child.serveParent(phase)));
      }
    }
    ChildMain child = new ChildMain(settings, new FileOutputStream(FileDescriptor.out));
    System.exit(child.run(child::workWhileParentLives));
  }

  /** Where the server of one phase says what it has to say: its output is the channel. */
  private static Path said(Settings settings, Phase phase) {
    return settings.content().resolveSibling("said-" + phase);
  }

  private interface Work {
    void run() throws Exception;
  }

  private int run(Work work) {
    try {
      work.run();
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

  private void workWhileParentLives() throws Exception {
    String address = in.readLine();
    if (address == null) {
      throw new Failure("the demo is gone");
    }
    thread("demo-parent", this::endWithParent);
    work(address);
    say(Line.Word.DONE, "");
  }

  private void serveParent(Phase phase) throws IOException, InterruptedException {
    new ServerRole(Content.read(settings.content()), settings, out)
        .serve(phase, new Peer(Ipc.connect(Endpoint.of("stdio:"))));
  }

  private void work(String address) throws Exception {
    switch (settings.role()) {
      case SERVER -> server(Endpoint.of(address), this::ready);
      case CLIENT -> client(Endpoint.of(address));
      case BOTH -> both(Endpoint.of(address));
      case PARENT -> parent(Endpoint.of(address));
      case CHILD -> throw new IllegalArgumentException(settings.role().name());
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
    client(phase -> endpoint);
  }

  private void client(Function<Phase, Endpoint> places) throws IOException, InterruptedException {
    new ClientRole(Content.read(settings.content()), settings, out).run(places);
  }

  /** Starts the server of each phase, and says what the servers said. */
  private void parent(Endpoint program) throws IOException, InterruptedException {
    try {
      client(phase -> Endpoint.of("exec", program.address() + " " + phase, program.options()));
    } finally {
      for (Phase phase : Phase.values()) {
        if (Files.exists(said(settings, phase))) {
          Files.readAllLines(said(settings, phase)).forEach(line -> Line.of(line).say(out));
        }
      }
    }
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

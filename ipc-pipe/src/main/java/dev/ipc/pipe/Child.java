// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.OptionKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that was started for a channel, from its start until it is gone. Its errors go to the
 * log {@code dev.ipc.exec}, line by line. Any thread may call.
 *
 * <pre>
 *   the pipes are closed   it has exitTimeout to end by itself
 *   SIGTERM                it has killTimeout
 *   SIGKILL
 * </pre>
 */
final class Child implements PipeChannel.Aftermath {
  static final String EXIT_TIMEOUT = "exitTimeout";
  static final String KILL_TIMEOUT = "killTimeout";

  private static final Duration EXIT = Duration.ofMillis(500);
  private static final Duration KILL = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger("dev.ipc.exec");
  private static final int LONGEST_LINE = 8 * 1024;
  private static final int CHUNK = 16 * 1024;

  /** How long the last errors are waited for, in nanoseconds. */
  private static final long LAST_ERRORS_NANOS = 200_000_000L;

  private final Process process;
  private final Settings settings;
  private final ReadEnd errors;
  private final CompletableFuture<Void> silent = new CompletableFuture<>();
  private volatile String lastError = "";

  private Child(Process process, Settings settings, ReadEnd errors) {
    this.process = process;
    this.settings = settings;
    this.errors = errors;
  }

  /** Checks the options, without I/O. */
  static void check(Endpoint endpoint) {
    Duration unused = exitTime(endpoint).plus(killTime(endpoint));
  }

  /** How long a process may take to end by itself. */
  static Duration exitTime(Endpoint endpoint) {
    return OptionKeys.time(endpoint, EXIT_TIMEOUT, EXIT);
  }

  private static Duration killTime(Endpoint endpoint) {
    return OptionKeys.time(endpoint, KILL_TIMEOUT, KILL);
  }

  /**
   * Starts a program whose standard streams are FIFOs that somebody holds open.
   *
   * @throws EndpointAbsentException if there is no such program
   */
  static Child start(Settings settings, FifoPair fifos) throws IOException {
    List<String> words = Command.words(settings.endpoint());
    ReadEnd errors = ReadEnd.open(fifos.errors());
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectInput(fifos.fromClient().toFile())
              .redirectOutput(fifos.fromServer().toFile())
              .redirectError(fifos.errors().toFile())
              .start();
      Child child = new Child(process, settings, errors);
      child.begin();
      return child;
    } catch (IOException e) {
      errors.close();
      throw new EndpointAbsentException(
          "the program cannot be started, endpoint="
              + settings.endpoint()
              + ", cause="
              + e.getMessage()
              + "; install it or correct its name",
          e);
    }
  }

  private void begin() {
    whenGone(this::closeErrorsSoon);
    try {
      settings.threads().run(this::logErrors);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      kill(); // the context was closed meanwhile, or no thread can be started
      throw e;
    }
  }

  long pid() {
    return process.pid();
  }

  /** How long it may take to end by itself, in nanoseconds. */
  long exitNanos() {
    return Deadline.nanos(exitTime(settings.endpoint()));
  }

  /** Runs a task when the process is gone, or at once if it is. */
  void whenGone(Runnable task) {
    CompletableFuture<Void> unused = process.onExit().thenRun(task);
  }

  /** Runs a task when the process is gone and its errors are in the log. */
  void whenSilent(Runnable task) {
    CompletableFuture<Void> unused = silent.thenRun(task);
  }

  /** What is known of its end, to stand in a message. */
  String describe() {
    try {
      silent.get(exitNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // it lives on, or somebody has its errors open
    }
    String status = process.isAlive() ? "none" : Integer.toString(process.exitValue());
    return "exitStatus=" + status + (lastError.isEmpty() ? "" : ", lastError=" + lastError);
  }

  /** Has it end, now that its pipes are closed, and reports its exit status. */
  @Override
  public void follows(CloseReport report, Consumer<CloseReport> reporter) {
    whenGone(
        () ->
            reporter.accept(
                new CloseReport(
                    report.reason(),
                    report.detail(),
                    OptionalInt.of(process.exitValue()),
                    report.cause())));
    end();
  }

  /** Has it end, now that its pipes are closed. */
  void end() {
    long exit = exitNanos();
    long kill = Deadline.nanos(killTime(settings.endpoint()));
    try {
      Future<?> term = settings.threads().later(process::destroy, exit);
      Future<?> last = settings.threads().later(process::destroyForcibly, exit + kill);
      whenGone(
          () -> {
            term.cancel(false);
            last.cancel(false);
          });
    } catch (RejectedExecutionException e) {
      kill(); // the context is closed
    }
  }

  /** SIGKILL, and nobody waits for its errors any more. */
  void kill() {
    process.destroyForcibly();
    Pipe.closeQuietly(errors);
  }

  private void logErrors() {
    Lines lines = new Lines(LONGEST_LINE, this::logError);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    try {
      while (errors.read(chunk.clear()) >= 0) {
        lines.add(chunk.flip());
      }
    } catch (IOException e) {
      // closed
    } finally {
      lines.end();
      Pipe.closeQuietly(errors);
      whenGone(() -> silent.complete(null));
    }
  }

  private void logError(String line) {
    lastError = line;
    LOG.info("pid={}: {}", pid(), line);
  }

  /** Others may have its errors open for as long as they like. */
  private void closeErrorsSoon() {
    try {
      Future<?> unused =
          settings.threads().later(() -> Pipe.closeQuietly(errors), LAST_ERRORS_NANOS);
    } catch (RejectedExecutionException e) {
      Pipe.closeQuietly(errors);
    }
  }
}

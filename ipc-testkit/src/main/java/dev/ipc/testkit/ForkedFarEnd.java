// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A far end in another process, told by lines over its standard input. It ends with its standard
 * input, so it never outlives this process.
 */
final class ForkedFarEnd implements FarEnd {
  private static final int AHEAD = 2;
  private static final Map<String, Queue<ForkedFarEnd>> WAITING = new ConcurrentHashMap<>();

  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  private ForkedFarEnd(Process process) {
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * One that has started already, most of the time; others start meanwhile.
   *
   * @param place gives one where nobody is, to try the transport at once per process
   */
  static ForkedFarEnd take(String transport, String mutant, Supplier<Endpoint> place) {
    FarEndClasses.prepare(
        () -> List.of("solo", transport, FarEndMain.NO_MUTANT, place.get().toString()));
    Queue<ForkedFarEnd> waiting =
        WAITING.computeIfAbsent(transport + " " + mutant, key -> new ConcurrentLinkedQueue<>());
    while (waiting.size() < AHEAD) {
      waiting.add(new ForkedFarEnd(launch(List.of("serve", transport, mutant))));
    }
    return waiting.remove();
  }

  /** The program that runs this process. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Starts this JVM once more, with {@link FarEndMain}. */
  static Process launch(List<String> arguments) {
    boolean serves = arguments.get(0).equals("serve");
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=10", // it does not live long
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xmx64m"));
    command.addAll(
        serves ? FarEndClasses.options() : List.of("-cp", System.getProperty("java.class.path")));
    command.add(FarEndMain.class.getName());
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command)
          .redirectError(serves ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.PIPE)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Endpoint listen(Endpoint endpoint) {
    return Endpoint.of(order("listen", endpoint));
  }

  void accept(Variant.Form form) {
    order("accept", form);
  }

  void connect(Endpoint endpoint, Variant.Form form) {
    order("connect", endpoint, form);
  }

  /** Accepts every client and echoes, from now on. */
  void serve() {
    order("serve");
  }

  /** Connects and closes, again and again, from now on. */
  void knock(Endpoint endpoint) {
    order("knock", endpoint);
  }

  /** Begins to close and does not wait for it. */
  void startClose() {
    orders.println("close");
  }

  /** Ends the process as if it had reached the end of main, without closing anything. */
  void exit() {
    orders.println("exit");
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits until a killed process is gone, and with it everything it held. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /** Lets the process sleep, or go on: {@code STOP} or {@code CONT}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void send(Batch batch) {
    order("send", batch);
  }

  @Override
  public void collect() {
    order("collect");
  }

  @Override
  public void echo() {
    order("echo");
  }

  @Override
  public void hold() {
    order("hold");
  }

  @Override
  public void resume() {
    order("resume");
  }

  @Override
  public void failAt(long nth) {
    order("failAt", nth);
  }

  @Override
  public void stallAt(long nth) {
    order("stallAt", nth);
  }

  @Override
  public void endOutput() {
    order("endOutput");
  }

  @Override
  public DrainReport drain(Duration timeout) {
    String[] word = order("drain", timeout).split(" ");
    return new DrainReport(Boolean.parseBoolean(word[0]), Long.parseLong(word[1]));
  }

  /** Ends the process, whatever it does, and reaps it. */
  @Override
  public void close() {
    kill();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    orders.close();
  }

  @Override
  public void abort() {
    order("abort");
  }

  @Override
  public FarReport report() {
    return FarReport.parse(order("report"));
  }

  private synchronized String order(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    orders.println(line);
    try {
      String answer = answers.readLine();
      if (answer == null || !answer.startsWith("= ")) {
        throw new IllegalStateException("the far end answers " + line + " with " + answer);
      }
      return answer.substring(2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

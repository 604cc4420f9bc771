// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Another process that runs a contract against one mutant after the other. */
final class MutantWorker implements AutoCloseable {
  private static final String CONTRACT = "ipc.contract";
  private static final String DONE = "done";
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final PrintStream orders;
  private final BufferedReader verdicts;

  MutantWorker(Class<?> contract, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ForkedFarEnd.java());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(options);
    command.add("-D" + CONTRACT + "=" + contract.getName());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MutantWorker.class.getName());
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    verdicts =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The red rules among these, each with the first failure; {@code only} as the property. */
  Map<String, String> red(Class<? extends Mutant> mutant, String only) throws IOException {
    orders.println(mutant.getName() + " " + only);
    Map<String, String> red = new TreeMap<>();
    String line;
    while ((line = verdicts.readLine()) != null && !line.equals(DONE)) {
      String[] word = line.split("\t", 2);
      red.put(word[0], word[1]);
    }
    if (line == null) {
      red.put("incomplete", "the process ended early");
    }
    return red;
  }

  /** Ends the process, which removes its temporary files. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    orders.close();
  }

  public static void main(String[] none) throws IOException, ClassNotFoundException {
    PrintStream verdicts = System.out;
    System.setOut(System.err);
    Class<?> contract = Class.forName(System.getProperty(CONTRACT));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String order;
    while ((order = orders.readLine()) != null) {
      String[] word = order.split(" ", 2);
      Verdict.on(
              contract,
              Map.of(Mutants.PARAMETER, word[0], "ipc.only", word[1], "ipc.variants", "few"))
          .red()
          .forEach((rule, why) -> verdicts.println(rule + "\t" + why));
      verdicts.println(DONE);
    }
    System.exit(0); // whatever threads a mutant left
  }
}

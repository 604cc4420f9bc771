// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "./bench",
    mixinStandardHelpOptions = true,
    version = "ipc bench",
    sortOptions = false,
    description = {
      "Measures our transports, their peers and the limits of the machine in turns,",
      "two processes for each, and each process on a processor of its own.",
      "Without options it takes less than ten minutes.",
      ""
    },
    footer = {
      "",
      "In names * stands for anything. Results also go to target/bench.",
      "Exit status: 0 no target is missed, 1 a target is missed, 2 wrong usage,",
      "3 one of our transports failed, or the benchmark itself."
    })
final class Bench implements Callable<Integer> {
  private static final int MISSED = 1;
  private static final int USAGE = 2;
  private static final int FAILED = 3;

  private final PrintStream out;
  private final PrintStream err;

  @ArgGroup private Extent.Flags extent = new Extent.Flags();

  @Option(names = "--systems", paramLabel = "NAME", split = ",", description = "Only these.")
  private List<String> systems = List.of();

  @Option(
      names = "--sizes",
      paramLabel = "BYTES",
      split = ",",
      description = "Only messages of these lengths.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--measures",
      paramLabel = "MEASURE",
      split = ",",
      description = "Only some of ${COMPLETION-CANDIDATES}.")
  private List<Measure> measures = List.of();

  @Option(names = "--seconds", description = "How long it may take in all.")
  private int seconds;

  @Option(names = "--window", paramLabel = "MILLIS", description = "How long one window is.")
  private int window;

  @Option(
      names = "--warm-up",
      paramLabel = "MILLIS",
      description = "How long each system works at least before its first window.")
  private int warmUp;

  @Option(names = "--list", description = "Show the names of all systems and do nothing.")
  private boolean list;

  @Option(names = "--root", hidden = true)
  private Path root = Path.of("");

  @Option(names = "--style", hidden = true)
  private Style style = Style.PLAIN_LOG;

  private Bench(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    System.exit(execute(utf8(FileDescriptor.out), utf8(FileDescriptor.err), arguments));
  }

  /** Runs it; the exit status. */
  static int execute(PrintStream out, PrintStream err, String... arguments) {
    return new CommandLine(new Bench(out, err))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExitCodeExceptionMapper(
            e -> e instanceof CommandLine.ParameterException ? USAGE : FAILED)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Catalog catalog = Catalog.own().withPeers(root.resolve("ipc-bench-peers"));
    if (list) {
      catalog.entries().forEach(entry -> print(entry.name() + "  " + entry.contender().works()));
      catalog.notes().forEach(this::print);
      return 0;
    }
    Extent chosen = extent.chosen();
    Plan plan = plan(chosen, catalog);
    if (plan.questions().isEmpty() || sizes.stream().anyMatch(size -> size < Integer.BYTES)) {
      err.println("bench: there is nothing to measure; --list shows the systems");
      return USAGE;
    }
    return run(chosen, catalog, plan);
  }

  private Plan plan(Extent chosen, Catalog catalog) {
    Rivals names = new Rivals(systems);
    if (systems.isEmpty()) {
      Plan plan = chosen.plan(catalog);
      if (measures.contains(Measure.RESTED)) {
        plan.with(Measure.RESTED, catalog); // takes long, so only who asks for it gets it
      }
      return plan.only(measures, sizes, names);
    }
    return Plan.of(
        catalog,
        measures.isEmpty() ? List.of(Measure.ROUND_TRIP, Measure.ONE_WAY) : measures,
        sizes.isEmpty() ? List.of(32) : sizes,
        names);
  }

  private int run(Extent chosen, Catalog catalog, Plan plan)
      throws IOException, InterruptedException {
    long budget = TimeUnit.SECONDS.toNanos(seconds > 0 ? seconds : chosen.seconds());
    long deadline = System.nanoTime() + budget;
    Timing timing = timing(chosen.timing());
    Machine machine = Machine.here(Cores.find());
    machine.lines().forEach(this::print);
    Campaign campaign;
    try (Workshop workshop = new Workshop(machine.cores());
        Progress progress = new Progress(out, style)) {
      campaign = new Campaign(workshop, timing, progress);
      campaign.run(plan, catalog.find(Probe.SYSTEM), deadline);
    }
    List<Target.Outcome> outcomes =
        Targets.all().stream().map(target -> target.outcome(campaign.results(), timing)).toList();
    report(campaign, catalog, outcomes);
    Path directory = root.resolve("target").resolve("bench");
    new ResultFiles(directory, machine).write(campaign.results(), outcomes);
    print("");
    print("Results and charts: " + directory);
    if (outcomes.stream().anyMatch(o -> campaign.dropped().contains(o.target().ours()))) {
      return FAILED;
    }
    return outcomes.stream().anyMatch(o -> o.verdict() == Verdict.MISSED) ? MISSED : 0;
  }

  private Timing timing(Timing usual) {
    return new Timing(
        window > 0 ? Duration.ofMillis(window) : usual.window(),
        warmUp > 0 ? Duration.ofMillis(warmUp) : usual.warmUp(),
        usual.rounds());
  }

  private void report(Campaign campaign, Catalog catalog, List<Target.Outcome> outcomes) {
    for (Results results : campaign.results()) {
      print("");
      Report.lines(results).forEach(this::print);
      ConnectionMemory.lines(results).forEach(this::print);
    }
    print("");
    Report.targets(outcomes).forEach(this::print);
    List<String> notes = new ArrayList<>(catalog.notes());
    notes.addAll(campaign.notes());
    if (!notes.isEmpty()) {
      print("");
      notes.forEach(this::print);
    }
  }

  private void print(String line) {
    out.println(style.of(line));
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}

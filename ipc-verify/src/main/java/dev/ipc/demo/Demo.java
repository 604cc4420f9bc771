// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Ipc;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. */
@Command(
    name = "./demo",
    mixinStandardHelpOptions = true,
    version = "ipc demo",
    description = {
      "Sends real files between two processes, there and back, over every installed",
      "transport, compares them on both sides, measures, and prints one table.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 all was equal and closed in order, 1 something differed,",
      "2 wrong usage."
    })
final class Demo implements Callable<Integer> {
  private static final int DIFFERENT = 1;
  private static final int USAGE = 2;

  private final PrintStream out;
  private final PrintStream err;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description = "Files to send instead of the files of this repository.")
  private List<Path> files = List.of();

  @Option(
      names = "--only",
      paramLabel = "SCHEME",
      split = ",",
      description = "Visit only these transports, such as unix,tcp.")
  private List<String> only = List.of();

  @Option(names = "--root", hidden = true)
  private Path root = Path.of("");

  @Option(names = "--style", hidden = true)
  private Style style = Style.PLAIN_LOG;

  @Option(names = "--seconds", hidden = true)
  private double seconds = 1;

  @Option(names = "--corrupt", hidden = true)
  private boolean corrupt;

  private Demo(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    System.exit(execute(utf8(FileDescriptor.out), utf8(FileDescriptor.err), arguments));
  }

  /** Runs the demo; the exit status. */
  static int execute(PrintStream out, PrintStream err, String... arguments) {
    return new CommandLine(new Demo(out, err))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(writer(out))
        .setErr(writer(err))
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Content content;
    try {
      if (!(seconds > 0 && seconds <= 60)) {
        throw new Failure("the time to measure is out of range, seconds=" + seconds);
      }
      if (!Ipc.schemes().containsAll(only)) {
        throw new Failure("no such transport, only=" + only + ", installed=" + Ipc.schemes());
      }
      FileChoice choice = files.isEmpty() ? FileChoice.repository(root) : FileChoice.given(files);
      content = Content.of(choice.files());
      print(
          String.format(
                  Locale.ROOT,
                  "Sending %s (%,d files, %,.3f MB) there and back over each transport.%n",
                  choice.description(),
                  content.items().size(),
                  content.length() / 1e6)
              .replace("(1 files", "(1 file"));
    } catch (Failure e) {
      return fail(e, USAGE);
    }
    try {
      tour(content);
      return 0;
    } catch (Failure e) {
      return fail(e, DIFFERENT);
    }
  }

  private void tour(Content content) throws IOException, InterruptedException {
    Cores cores = Cores.find();
    Report report = new Report(content, cores, seconds);
    List<Row> rows;
    Row baseline;
    try (Workshop workshop = new Workshop(cores);
        Bar bar = new Bar(out, style)) {
      Path manifest = workshop.directory().resolve("content");
      content.write(manifest);
      Settings settings = new Settings(Settings.Role.BOTH, manifest, seconds, corrupt);
      Set<String> schemes = only.isEmpty() ? Ipc.schemes() : new TreeSet<>(only);
      Tour tour =
          new Tour(
              workshop, content, settings, new Progress(bar, content, seconds, schemes.size() + 1));
      rows = tour.transports(schemes);
      baseline = tour.baseline();
    }
    report.lines(rows, baseline, style.line()).forEach(this::print);
  }

  private void print(String line) {
    out.println(style.of(line));
  }

  private int fail(Failure failure, int status) {
    out.flush();
    err.println(style.of("demo: " + failure.getMessage()));
    return status;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}

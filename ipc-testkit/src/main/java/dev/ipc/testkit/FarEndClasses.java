// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of far ends: those of this process, in an archive that the JVM maps instead of
 * loading them one by one, so that hundreds of far ends start in half the time. The JVM archives
 * classes of jars only, so folders become jars first. Without an archive they load as usual.
 */
final class FarEndClasses {
  private static final int PATIENCE_SECONDS = 30;
  private static final List<String> OPTIONS = new ArrayList<>();

  private FarEndClasses() {}

  /** Makes the archive, once per process, of what a far end with these arguments loads. */
  static synchronized void prepare(Supplier<List<String>> arguments) {
    if (OPTIONS.isEmpty()) {
      try {
        Path folder = Files.createTempDirectory("ipc-far-end");
        folder.toFile().deleteOnExit();
        OPTIONS.addAll(List.of("-cp", jars(folder)));
        archive(folder, arguments.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The options of a JVM that is to load them. */
  static synchronized List<String> options() {
    return List.copyOf(OPTIONS);
  }

  private static String jars(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      entries.add(Files.isDirectory(path) ? jar(folder, path, entries.size()) : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static String jar(Path folder, Path classes, int number) throws IOException {
    Path jar = folder.resolve(number + ".jar");
    jar.toFile().deleteOnExit();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
    return jar.toString();
  }

  /** Lets one far end come and go. */
  private static void archive(Path folder, List<String> arguments) throws IOException {
    Path archive = folder.resolve("classes.jsa");
    archive.toFile().deleteOnExit();
    List<String> command = new ArrayList<>();
    command.add(ForkedFarEnd.java());
    command.addAll(List.of("-Xlog:disable", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
    command.add("-XX:ArchiveClassesAtExit=" + archive);
    command.addAll(OPTIONS);
    command.add(FarEndMain.class.getName());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      } else if (process.exitValue() == 0 && Files.exists(archive)) {
        OPTIONS.addAll(List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

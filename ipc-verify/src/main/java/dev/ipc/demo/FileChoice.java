// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Which files the demo sends: the given ones, else those of the repository. */
record FileChoice(String description, List<Path> files) {
  private static final Set<String> NOT_SOURCES = Set.of(".git", "target");
  private static final long GIT_SECONDS = 20;

  /** Checks files that the user named. */
  static FileChoice given(List<Path> files) {
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new Failure("no such file, file=" + file);
      }
      if (Files.isDirectory(file)) {
        throw new Failure("this is a directory, file=" + file + "; name the files in it");
      }
      if (!Files.isRegularFile(file)) {
        throw new Failure("this is not a regular file, file=" + file);
      }
      if (!Files.isReadable(file)) {
        throw new Failure("no permission to read the file, file=" + file);
      }
    }
    return new FileChoice("the given files", List.copyOf(files));
  }

  /** The files of a source tree. */
  static FileChoice repository(Path root) throws IOException, InterruptedException {
    List<Path> files = tracked(root);
    if (files.isEmpty()) {
      files = walked(root);
    }
    if (files.isEmpty()) {
      throw new Failure("there are no files to send, directory=" + root + "; name some");
    }
    return new FileChoice("the files of this repository", files);
  }

  private static List<Path> tracked(Path root) throws IOException, InterruptedException {
    Path names = Files.createTempFile("ipc-demo-", ".names");
    try {
      Process git =
          new ProcessBuilder("git", "-C", root.toString(), "ls-files", "-z")
              .redirectOutput(names.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      git.getOutputStream().close();
      if (!git.waitFor(GIT_SECONDS, TimeUnit.SECONDS)) {
        git.destroyForcibly();
        return List.of();
      }
      List<Path> files = new ArrayList<>();
      int start = 0;
      String text = Files.readString(names, StandardCharsets.UTF_8);
      for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', start)) {
        files.add(root.resolve(text.substring(start, end)));
        start = end + 1;
      }
      files.removeIf(file -> !Files.isRegularFile(file));
      return files;
    } catch (IOException e) {
      return List.of(); // no git here
    } finally {
      Files.delete(names);
    }
  }

  private static List<Path> walked(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_SOURCES.contains(String.valueOf(directory.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && Files.isReadable(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    return files;
  }
}

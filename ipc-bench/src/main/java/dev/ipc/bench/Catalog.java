// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * All contenders: those on our own class path, and those of peers, each of which has a class path
 * of its own so that its libraries are the versions it was made for.
 */
final class Catalog {
  /** Of our own libraries, a peer's processes see these and no others. */
  private static final List<String> SHARED = List.of("HdrHistogram", "slf4j");

  private final List<Entry> entries = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Our own. */
  static Catalog own() {
    Catalog catalog = new Catalog();
    catalog.add(Catalog.class.getClassLoader(), ownClassPath());
    return catalog;
  }

  /** Adds the peers below this directory that were built; notes those that were not. */
  Catalog withPeers(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> peers = Files.list(directory)) {
        for (Path peer : peers.filter(p -> Files.exists(p.resolve("pom.xml"))).sorted().toList()) {
          addPeer(peer);
        }
      }
    }
    return this;
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  Optional<Entry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** What could not be had. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private void addPeer(Path peer) throws IOException {
    Path list = peer.resolve("target").resolve("bench.classpath");
    if (!Files.exists(list)) {
      notes.add("peer " + peer.getFileName() + " could not be built or resolved");
      return;
    }
    Path classes = peer.resolve("target").resolve("classes").toAbsolutePath();
    String libraries = classes + File.pathSeparator + Files.readString(list).strip();
    URLClassLoader loader = new URLClassLoader(urls(libraries), Catalog.class.getClassLoader());
    int before = entries.size();
    add(loader, libraries + File.pathSeparator + core());
    if (entries.size() == before) {
      notes.add("peer " + peer.getFileName() + " has no contender that can be loaded");
    }
  }

  private void add(ClassLoader loader, String classPath) {
    try {
      for (Contender.Provider provider : ServiceLoader.load(Contender.Provider.class, loader)) {
        for (Contender contender : provider.contenders()) {
          if (find(contender.name()).isEmpty()) {
            entries.add(new Entry(contender, provider.getClass().getName(), classPath));
          }
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      notes.add("contenders cannot be loaded: " + e);
    }
  }

  private static String ownClassPath() {
    return join(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
  }

  /** What a peer's process needs of ours: this module and few libraries. */
  private static String core() {
    Path here =
        Path.of(Catalog.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Stream<String> libraries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(
                entry ->
                    SHARED.stream().anyMatch(Path.of(entry).getFileName().toString()::startsWith));
    return join(Stream.concat(Stream.of(here.toString()), libraries));
  }

  private static String join(Stream<String> entries) {
    return String.join(
        File.pathSeparator, entries.map(e -> Path.of(e).toAbsolutePath().toString()).toList());
  }

  private static URL[] urls(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1)).map(Catalog::url).toArray(URL[]::new);
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The smallest transport there is: a server socket of the JDK. */
final class Servers {
  private Servers() {}

  static Endpoint endpoint(Path path) {
    return Endpoint.of("unix", path.toString(), Map.of());
  }

  static SocketName bind(Path path) {
    return bind(path, Servers::listen);
  }

  static SocketName bind(Path path, SocketName.Binder binder) {
    return SocketName.bind(
        endpoint(path), path, PosixFilePermissions.fromString("rw-------"), binder);
  }

  /** Binds without asking anybody, as other libraries do. */
  static ServerSocketChannel listen(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      return server.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Leaves what a killed server leaves, whatever the length of the path. */
  static void leaveStale(Path path) throws IOException {
    Path born = Files.createTempDirectory("stale").resolve("s");
    listen(born).close();
    Files.move(born, path);
    Files.delete(born.getParent());
  }

  static void connect(Path path) throws IOException {
    try (ShortPath address = ShortPath.toSocket(path, endpoint(path))) {
      SocketChannel.open(UnixDomainSocketAddress.of(address.path())).close();
    }
  }

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static int permissions(Path path) throws IOException {
    return FileFacts.of(path).orElseThrow().permissions();
  }
}

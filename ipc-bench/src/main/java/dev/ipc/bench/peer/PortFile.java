// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The port of a server on loopback, told to the client by a file. */
public final class PortFile {
  private static final String NAME = "port";

  private PortFile() {}

  /** Any free port. */
  public static InetSocketAddress any() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Tells the port; the file is deleted by closing the result. */
  public static AutoCloseable write(Path place, int port) throws IOException {
    Path whole = Files.writeString(place.resolve(NAME + ".new"), Integer.toString(port));
    Path file = Files.move(whole, place.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    return () -> Files.deleteIfExists(file);
  }

  /** The server's address. */
  public static InetSocketAddress read(Path place) throws IOException {
    int port = Integer.parseInt(Files.readString(place.resolve(NAME)));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}

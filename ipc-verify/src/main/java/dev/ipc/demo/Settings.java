// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * What a child process is told when it starts; the endpoint follows as a line of its input.
 *
 * @param role what the child does
 * @param content the file that {@link Content#read} reads
 * @param seconds how long to measure
 * @param corrupt whether to send one wrong byte
 */
record Settings(Role role, Path content, double seconds, boolean corrupt) {
  /** What a child does. */
  enum Role {
    /** Listens, checks, sends back. */
    SERVER("server"),
    /** Connects, sends, measures. */
    CLIENT("client"),
    /** Server and client in one process. */
    BOTH("process of both ends"),
    /** The client that starts its servers, one for each phase. */
    PARENT("client that starts the server"),
    /** The server that a client has started, told its phase by one more argument. */
    CHILD("server that the client starts"),
    /** The server without this library. */
    PLAIN_SERVER("JDK server"),
    /** The client without this library. */
    PLAIN_CLIENT("JDK client");

    private final String title;

    Role(String title) {
      this.title = title;
    }

    /** What people call it. */
    String title() {
      return title;
    }
  }

  static Settings of(String... arguments) {
    return new Settings(
        Role.valueOf(arguments[0]),
        Path.of(arguments[1]),
        Double.parseDouble(arguments[2]),
        Boolean.parseBoolean(arguments[3]));
  }

  Settings with(Role other) {
    return new Settings(other, content, seconds, corrupt);
  }

  List<String> arguments() {
    return List.of(
        role.name(), content.toString(), Double.toString(seconds), Boolean.toString(corrupt));
  }
}

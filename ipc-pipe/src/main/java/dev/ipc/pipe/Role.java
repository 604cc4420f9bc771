// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;

/** Which directions a channel has: both, or the one that a plain FIFO is used in. */
enum Role {
  BOTH,
  READER,
  WRITER;

  static final String KEY = "role";

  private static final String NONE = "none";

  /**
   * The role that an endpoint asks for.
   *
   * @throws InvalidEndpointException if it is malformed, or does not go with the framing
   */
  static Role of(Endpoint endpoint) {
    boolean plain = !Settings.framing(endpoint).isNative();
    Role role =
        switch (endpoint.option(KEY).orElse(NONE)) {
          case NONE -> BOTH;
          case "reader" -> READER;
          case "writer" -> WRITER;
          default ->
              throw new InvalidEndpointException(
                  "the role is not known, role="
                      + endpoint.option(KEY).get()
                      + ", endpoint="
                      + endpoint
                      + "; write reader, writer or none");
        };
    if (endpoint.scheme().equals("fifo") && plain == (role == BOTH)) {
      throw new InvalidEndpointException(
          "a plain framing and a role need each other, endpoint="
              + endpoint
              + "; write framing=line&role=reader, or neither");
    }
    return role;
  }
}

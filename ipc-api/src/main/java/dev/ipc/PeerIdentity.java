// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who is on the other side.
 *
 * @param user the peer's user as the kernel vouches for it; absent without {@link
 *     Capability#PEER_CREDENTIALS}
 * @param claimedPid the process id as the peer states it: for logs, never for decisions (another
 *     namespace, or a liar, may state any number)
 */
public record PeerIdentity(Optional<UserPrincipal> user, OptionalLong claimedPid) {
  /** An identity of which nothing is known. */
  public static final PeerIdentity UNKNOWN =
      new PeerIdentity(Optional.empty(), OptionalLong.empty());

  /** Checks that nothing is null. */
  public PeerIdentity {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(claimedPid, "claimedPid");
  }

  @Override
  public String toString() {
    return "user="
        + user.map(UserPrincipal::getName).orElse("unknown")
        + ", claimedPid="
        + (claimedPid.isPresent() ? Long.toString(claimedPid.getAsLong()) : "unknown");
  }
}

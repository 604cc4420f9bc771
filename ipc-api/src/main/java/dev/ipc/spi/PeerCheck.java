// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which users may be on the other side. Options of an endpoint say it: {@code allow=} for the
 * clients of a listener, {@code require=} for the server of a client; both are user names or uids
 * separated by commas, or {@code *} for anyone. Without {@code allow} only the listener's own user
 * may connect; without {@code require} any server will do.
 *
 * <p>Immutable. Only compares; the transport asks the kernel who the peer is. Groups are not looked
 * at.
 */
public final class PeerCheck {
  /** The option of listeners. */
  public static final String ALLOW = "allow";

  /** The option of clients. */
  public static final String REQUIRE = "require";

  private static final String ANYONE = "*";

  private final String key;
  private final boolean anyone;
  private final Set<UserPrincipal> users;

  private PeerCheck(String key, boolean anyone, Set<UserPrincipal> users) {
    this.key = key;
    this.anyone = anyone;
    this.users = users;
  }

  /**
   * Checks the form of both options. No I/O; whether the users exist is found out later.
   *
   * @param endpoint may have neither
   * @throws InvalidEndpointException if an option is malformed
   */
  public static void checkOptions(Endpoint endpoint) {
    for (String key : Set.of(ALLOW, REQUIRE)) {
      endpoint.option(key).filter(value -> !value.equals(ANYONE)).ifPresent(v -> split(key, v));
    }
  }

  /**
   * Who may connect to a listener: its own user, and those in {@code allow=}.
   *
   * @param endpoint the listener's
   * @return the check for its clients
   * @throws InvalidEndpointException if a user is malformed or unknown
   */
  public static PeerCheck ofClients(Endpoint endpoint) {
    String value = endpoint.option(ALLOW).orElse("");
    if (value.equals(ANYONE)) {
      return new PeerCheck(ALLOW, true, Set.of());
    }
    Set<UserPrincipal> users = new LinkedHashSet<>();
    users.add(Users.self());
    if (endpoint.option(ALLOW).isPresent()) {
      users.addAll(lookUp(ALLOW, value));
    }
    return new PeerCheck(ALLOW, false, users);
  }

  /**
   * Our own user alone, for what only processes of one user can share.
   *
   * @return the check for either side
   */
  public static PeerCheck ofOwner() {
    return new PeerCheck("", false, Set.of(Users.self()));
  }

  /**
   * Who may serve a client: those in {@code require=}, by default anyone.
   *
   * @param endpoint the client's
   * @return the check for its server
   * @throws InvalidEndpointException if a user is malformed or unknown
   */
  public static PeerCheck ofServer(Endpoint endpoint) {
    String value = endpoint.option(REQUIRE).orElse(ANYONE);
    return value.equals(ANYONE)
        ? new PeerCheck(REQUIRE, true, Set.of())
        : new PeerCheck(REQUIRE, false, lookUp(REQUIRE, value));
  }

  /**
   * The permissions a listener's socket needs for its clients. The kernel knows only one group, and
   * the users allowed need not share it: so it is the owner alone or everyone, and the check of the
   * user is what keeps the others out.
   *
   * @return {@code rw-------} or {@code rw-rw-rw-}
   */
  public Set<PosixFilePermission> socketPermissions() {
    boolean ownerOnly = !anyone && users.equals(Set.of(Users.self()));
    return PosixFilePermissions.fromString(ownerOnly ? "rw-------" : "rw-rw-rw-");
  }

  /**
   * Checks a peer.
   *
   * @param peer whom the kernel vouches for, empty if it does not
   * @return empty if all is well, else why not, as the message of a {@link
   *     dev.ipc.RefusedException}
   */
  public Optional<String> refusal(Optional<UserPrincipal> peer) {
    if (anyone || peer.filter(users::contains).isPresent()) {
      return Optional.empty();
    }
    String wanted = users.stream().map(UserPrincipal::getName).collect(Collectors.joining(","));
    return Optional.of(
        "the peer's user is not accepted, user="
            + peer.map(UserPrincipal::getName).orElse("unknown")
            + ", accepted="
            + wanted
            + "; run both sides as one user"
            + (key.isEmpty() ? "" : ", or name the other in " + key + "="));
  }

  private static Set<UserPrincipal> lookUp(String key, String value) {
    Set<UserPrincipal> users = new LinkedHashSet<>();
    for (String text : split(key, value)) {
      users.add(
          Users.lookup(text)
              .orElseThrow(
                  () ->
                      new InvalidEndpointException(
                          "there is no such user, "
                              + key
                              + "="
                              + text
                              + "; write a user name or a uid below 2147483648")));
    }
    return users;
  }

  private static Set<String> split(String key, String value) {
    Set<String> texts = new LinkedHashSet<>();
    for (String text : value.split(",", -1)) {
      if (!Users.isWellFormed(text) || text.equals(ANYONE)) {
        throw new InvalidEndpointException(
            "a user is malformed, "
                + key
                + "="
                + value
                + "; write user names or uids separated by commas, or * alone for anyone");
      }
      texts.add(text);
    }
    return texts;
  }
}

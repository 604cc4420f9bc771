// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Users of this machine as the kernel knows them. Two principals are equal when their uids are,
 * wherever they come from: a file's owner, a socket's peer, or a name. Any thread may ask.
 */
public final class Users {
  private static final Pattern UID = Pattern.compile("0|[1-9][0-9]*");
  private static final Pattern LOOKS_NUMERIC = Pattern.compile("[+-]?[0-9]+");

  private Users() {}

  /**
   * The effective user of this process; {@code user.name} is a property that anyone can set.
   *
   * @return always the same
   */
  public static UserPrincipal self() {
    return Self.USER;
  }

  /**
   * The number of {@link #self}.
   *
   * @return the uid, empty if {@code /proc} does not tell it
   */
  public static OptionalInt selfUid() {
    try {
      return OptionalInt.of((Integer) Files.getAttribute(Self.PROC, "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * The superuser, whatever its name here.
   *
   * @return the user with uid 0
   */
  public static UserPrincipal root() {
    return Self.ROOT;
  }

  /**
   * Whether a text can be a user: a name, or a plain decimal uid. No I/O.
   *
   * @param text as written in an endpoint
   * @return false for what {@link #lookup} would never accept
   */
  static boolean isWellFormed(String text) {
    // The JDK takes "-1" and "+5" and "007" for uids; a typing error must not name somebody.
    return !text.isBlank()
        && text.strip().equals(text)
        && (UID.matcher(text).matches() || !LOOKS_NUMERIC.matcher(text).matches());
  }

  /**
   * Finds a user by name, or by uid in decimal, which need not be in the user database.
   *
   * @param text name or uid below 2^31; a name made of digits wins over the uid
   * @return empty if there is no such user
   */
  public static Optional<UserPrincipal> lookup(String text) {
    if (!isWellFormed(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(byName(text));
    } catch (UserPrincipalNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the user database cannot be read, user=" + text, e);
    }
  }

  private static UserPrincipal byName(String text) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(text);
  }

  private static final class Self {
    /** This directory, unlike the files in it, is the effective user's whatever prctl says. */
    static final Path PROC = Path.of("/proc/self");

    static final UserPrincipal USER;
    static final UserPrincipal ROOT;

    static {
      try {
        USER = find();
        ROOT = byName("0");
      } catch (IOException e) {
        throw new UncheckedIOException("the user of this process cannot be told", e);
      }
    }

    private static UserPrincipal find() throws IOException {
      if (Files.isDirectory(PROC)) {
        return Files.getOwner(PROC);
      }
      Path file = Files.createTempFile("ipc-", ".owner");
      try {
        return Files.getOwner(file);
      } finally {
        Files.delete(file);
      }
    }
  }
}

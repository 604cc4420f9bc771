// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Directories that are safe to put names in, and private ones of our own. Never changes the mode of
 * a directory that it did not create. Looks at the directory itself, not at those above it, nor at
 * access lists. Any thread may call.
 */
public final class Directories {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Pattern RANDOM = Pattern.compile("[0-9]+");

  private Directories() {}

  /**
   * Checks the directory that a name stands in: it exists, is ours or root's, and strangers cannot
   * replace files in it.
   *
   * @param name the name, absolute or relative to the working directory
   * @param endpoint for the message
   * @return the directory's real path
   * @throws UnusableEndpointException if it is no place for a name
   */
  public static Path checkParent(Path name, Endpoint endpoint) {
    Path directory = name.toAbsolutePath().getParent();
    try {
      Path real = directory.toRealPath();
      FileFacts facts = FileFacts.of(real).orElseThrow(() -> new NoSuchFileException("" + real));
      checkFacts(facts, "directory=" + directory + ", found=" + facts + ", endpoint=" + endpoint);
      return real;
    } catch (NoSuchFileException e) {
      throw new UnusableEndpointException(
          "the endpoint's directory is missing, directory="
              + directory
              + ", endpoint="
              + endpoint
              + "; create it with mode 0700",
          e);
    } catch (IOException e) {
      throw new UnusableEndpointException(
          "the endpoint's directory cannot be used, directory="
              + directory
              + ", endpoint="
              + endpoint
              + ", cause="
              + e
              + "; correct that or choose another",
          e);
    }
  }

  private static void checkFacts(FileFacts facts, String values) {
    if (!facts.isDirectory()) {
      throw new UnusableEndpointException(
          "the endpoint's directory is none, " + values + "; choose another");
    }
    if (!facts.isOurs() && !facts.owner().equals(Users.root())) {
      throw new UnusableEndpointException(
          "the endpoint's directory belongs to another user, "
              + values
              + ", user="
              + Users.self().getName()
              + "; choose one that is yours or root's");
    }
    if (facts.isOpenToOthers()) {
      throw new UnusableEndpointException(
          "other users can replace files in the endpoint's directory, "
              + values
              + "; take away their right to write (chmod go-w) or set the sticky bit (chmod +t)");
    }
  }

  /**
   * Creates a directory that only we can enter, unless it is there already.
   *
   * @param directory in a parent that {@link #checkParent} would accept
   * @throws IOException if something else is in the place, or it cannot be created
   */
  public static void makePrivate(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      // By a process of ours; or something else, as we shall see.
    }
    FileFacts facts =
        FileFacts.of(directory).orElseThrow(() -> new NoSuchFileException("" + directory));
    if (!isPrivate(facts)) {
      throw new IOException(
          "not a directory for our eyes only, path=" + directory + ", found=" + facts);
    }
  }

  /**
   * Creates a directory that only we can enter, with a name that nobody can guess.
   *
   * @param parent checked by {@link #checkParent}
   * @param prefix what its name begins with; decimal digits follow
   * @return its path
   * @throws IOException if that is impossible; nothing is left
   */
  public static Path createPrivate(Path parent, String prefix) throws IOException {
    Path directory =
        Files.createTempDirectory(parent, prefix, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    FileFacts facts = FileFacts.of(directory).orElseThrow();
    if (facts.isDirectory() && facts.isOurs() && facts.permissions() != 0700) {
      Files.setPosixFilePermissions(directory, OWNER_ONLY); // an odd umask took our own rights
      facts = FileFacts.of(directory).orElseThrow();
    }
    if (!isPrivate(facts)) {
      Files.delete(directory);
      throw new IOException(
          "the new directory is not private, path=" + directory + ", found=" + facts);
    }
    return directory;
  }

  /**
   * Deletes a private directory and the files directly in it; links are removed, not followed.
   *
   * @param directory one made by {@link #createPrivate}; nothing happens if it is gone
   * @throws IOException if it is not ours, holds a directory, or cannot be deleted
   */
  public static void deletePrivate(Path directory) throws IOException {
    FileFacts facts = FileFacts.of(directory).orElse(null);
    if (facts == null) {
      return;
    }
    if (!facts.isDirectory() || !facts.isOurs()) {
      throw new IOException("not our directory, path=" + directory + ", found=" + facts);
    }
    for (Path file : list(directory)) {
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  /**
   * Deletes the private directories with a prefix that killed processes of ours left behind. Only
   * for the holder of a lock that proves their makers dead. Other names, links, the directories of
   * others and what cannot be deleted stay.
   *
   * @param parent where they stand
   * @param prefix what they were created with
   * @throws IOException if the parent cannot be read
   */
  public static void sweepPrivate(Path parent, String prefix) throws IOException {
    for (Path path : list(parent)) {
      String name = path.getFileName().toString();
      if (name.startsWith(prefix) && RANDOM.matcher(name.substring(prefix.length())).matches()) {
        try {
          if (FileFacts.of(path).filter(Directories::isPrivate).isPresent()) {
            deletePrivate(path);
          }
        } catch (IOException e) {
          // It holds something that we did not put there.
        }
      }
    }
  }

  /**
   * Whether it is a directory of ours that nobody else can enter.
   *
   * @param facts what stands there
   * @return true if it is
   */
  public static boolean isPrivate(FileFacts facts) {
    return facts.isDirectory() && facts.isOurs() && facts.permissions() == 0700;
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(paths::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return paths;
  }
}

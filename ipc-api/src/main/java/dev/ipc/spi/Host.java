// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a process runs, as it states itself: for choosing how to wait and for logs, never for
 * access.
 *
 * @param pid the process id
 * @param bootId which run of which kernel it is on
 * @param cpus the processors it may use, as the kernel writes lists, such as {@code 0-1,4}; empty
 *     if not known
 */
public record Host(OptionalLong pid, Optional<UUID> bootId, String cpus) {
  /** A host of which nothing is known. */
  public static final Host UNKNOWN = new Host(OptionalLong.empty(), Optional.empty(), "");

  private static final int LARGEST_CPU = 65_535;
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private static final class Boot {
    static final Optional<UUID> ID = read("/proc/sys/kernel/random/boot_id").flatMap(Host::uuid);
  }

  /** Checks that nothing is null and that the list of processors is well formed. */
  public Host {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(bootId, "bootId");
    parse(cpus);
  }

  /**
   * This process, now; what {@code /proc} does not tell stays unknown.
   *
   * @return the host
   */
  public static Host local() {
    return new Host(OptionalLong.of(ProcessHandle.current().pid()), Boot.ID, allowed().orElse(""));
  }

  /**
   * Whether this process and a peer have but one processor together, so that spinning for the other
   * keeps it from running.
   *
   * @param peer the other process
   * @return false also if it is not known
   */
  public boolean sharesSingleCpu(Host peer) {
    if (bootId.isEmpty() || !bootId.equals(peer.bootId) || cpus.isEmpty() || peer.cpus.isEmpty()) {
      return false;
    }
    BitSet together = parse(cpus);
    together.or(parse(peer.cpus));
    return together.cardinality() == 1;
  }

  private static BitSet parse(String cpus) {
    BitSet set = new BitSet();
    if (cpus.isEmpty()) {
      return set;
    }
    for (String range : cpus.split(",", -1)) {
      Matcher matcher = RANGE.matcher(range);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("the list of processors is malformed, cpus=" + cpus);
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first > last || last > LARGEST_CPU) {
        throw new IllegalArgumentException(
            "a range of processors is wrong, range=" + range + ", largest=" + LARGEST_CPU);
      }
      set.set(first, last + 1);
    }
    return set;
  }

  private static Optional<String> allowed() {
    return read("/proc/self/status")
        .flatMap(status -> status.lines().filter(line -> line.startsWith(ALLOWED)).findFirst())
        .map(line -> line.substring(ALLOWED.length()).strip())
        .filter(list -> list.length() <= 1024);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Files.readString sees but the first character of files below /proc/sys. */
  private static Optional<String> read(String file) {
    try (FileInputStream input = new FileInputStream(file)) {
      return Optional.of(new String(input.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Transport;

/**
 * A fault that is put into a transport to prove that the kit sees it. A subclass has a constructor
 * without arguments and says with {@link Breaks} which rules go red.
 */
@FunctionalInterface
public interface Mutant {
  /**
   * Puts the fault into a transport.
   *
   * @param transport works
   * @return works but for the fault
   */
  Transport of(Transport transport);
}

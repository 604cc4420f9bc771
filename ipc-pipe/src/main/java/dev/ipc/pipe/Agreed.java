// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.RuntimeDirectory;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a channel when it begins.
 *
 * @param traits the part that the contract asks for
 * @param peerCopies whether the peer copies what it reads, so that pages may be passed to it; a
 *     program that does not speak our protocol may pass them on and read them later
 */
record Agreed(ChannelTraits traits, boolean peerCopies) {
  /** Where a {@link Spool} may be made, if there may be one. */
  Optional<Supplier<RuntimeDirectory>> spools(Settings settings) {
    return peerCopies ? Optional.of(settings.place()) : Optional.empty();
  }
}

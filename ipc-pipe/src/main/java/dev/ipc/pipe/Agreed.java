// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.ChannelTraits;
import java.util.Optional;

/**
 * What is known of a channel when it begins.
 *
 * @param traits the part that the contract asks for
 * @param spools makes a spool for a stream, if the peer copies what it reads
 */
record Agreed(ChannelTraits traits, Optional<Spool.Maker> spools) {}

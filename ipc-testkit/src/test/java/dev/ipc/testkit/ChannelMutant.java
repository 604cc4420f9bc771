// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.Transport;

/** A fault in every channel. */
abstract class ChannelMutant implements Mutant {
  abstract Channel of(Channel sound);

  @Override
  public final Transport of(Transport transport) {
    return new Forwarding.OfTransport(transport) {
      @Override
      protected Channel changed(Channel channel) {
        return ChannelMutant.this.of(channel);
      }
    };
  }
}

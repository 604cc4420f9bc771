// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Listener;
import dev.ipc.Transport;

/** A fault in every listener. */
abstract class ListenerMutant implements Mutant {
  abstract Listener of(Listener sound);

  @Override
  public final Transport of(Transport transport) {
    return new Forwarding.OfTransport(transport) {
      @Override
      protected Listener changed(Listener listener) {
        return ListenerMutant.this.of(listener);
      }
    };
  }
}

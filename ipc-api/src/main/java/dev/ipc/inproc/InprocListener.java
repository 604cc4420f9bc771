// SPDX-License-Identifier: Apache-2.0
package dev.ipc.inproc;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.RefusedException;
import dev.ipc.spi.AbstractListener;

/** Owns a name of the process. */
final class InprocListener extends AbstractListener {
  private final ChannelConfig config;
  private final InprocTransport transport;
  private final SerialExecutor executor;

  InprocListener(Endpoint endpoint, ChannelConfig config, InprocTransport transport) {
    super(endpoint);
    this.config = config;
    this.transport = transport;
    this.executor = new SerialExecutor(transport.threads());
  }

  /** Connects a client, or returns null when there is no place for it. */
  Channel welcome(Endpoint from, ChannelConfig clientConfig, InprocTransport clientTransport) {
    if (!reserve()) {
      return null;
    }
    if (!config.token().isEmpty() && !config.token().equals(clientConfig.token())) {
      giveBack();
      throw new RefusedException("the token is missing or wrong, endpoint=" + from);
    }
    int agreed = Math.min(config.maxMessageLength(), clientConfig.maxMessageLength());
    InprocChannel client = new InprocChannel(from, clientConfig, agreed, clientTransport);
    InprocChannel server = new InprocChannel(endpoint(), config, agreed, transport);
    client.pair(server);
    server.pair(client);
    try {
      clientTransport.own(client);
      transport.own(server);
    } catch (ClosedException e) {
      giveBack();
      client.abort();
      throw e;
    }
    accepted(server);
    return client;
  }

  boolean hasPlace() {
    if (reserve()) {
      giveBack();
      return true;
    }
    return false;
  }

  @Override
  protected void release() {
    InprocTransport.NAMES.remove(endpoint().address(), this);
    transport.disown(this);
  }

  @Override
  protected void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  protected void placeFreed() {
    InprocTransport.CLIENTS.wake();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.Connecting;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.ShortPath;
import dev.ipc.spi.SocketName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Opens the sockets of a client, each on an event loop. */
final class Connector implements Connecting.Attempt<FramedChannel> {
  private final Setup setup;
  private final Sockets sockets;
  private final Loops loops;
  private final PeerCheck servers;

  Connector(Setup setup, Sockets sockets, Loops loops) {
    this.setup = setup;
    this.sockets = sockets;
    this.loops = loops;
    this.servers = PeerCheck.ofServer(setup.endpoint());
  }

  FramedChannel connect() throws InterruptedException {
    return new Connecting<>(setup.endpoint(), setup.config(), this).connect();
  }

  @Override
  public void begin(CompletableFuture<FramedChannel> result) {
    Loop loop = loops.next();
    Optional<InetSocketAddress> host =
        Address.isUnix(setup.endpoint())
            ? Optional.empty()
            : Optional.of(Address.resolve(setup.endpoint())); // blocks, so not on the event loop
    loop.execute(() -> begin(loop, host, result));
  }

  private void begin(
      Loop loop, Optional<InetSocketAddress> host, CompletableFuture<FramedChannel> result) {
    try {
      Wire wire = host.isPresent() ? sockets.connect(host.get()) : openUnix();
      Connection connection = new Connection(loop, wire, loops.connections());
      ClientHandshake handshake = new ClientHandshake(connection, setup, servers, result);
      result.exceptionally(
          error -> {
            loop.execute(handshake::cancel);
            return null;
          });
      handshake.begin();
    } catch (IOException e) {
      result.completeExceptionally(reached(e));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e); // somebody waits for it
    }
  }

  private Exception reached(IOException e) {
    return Address.isUnix(setup.endpoint())
        ? Connecting.reachedName(setup.endpoint(), e)
        : new Connecting.Unreached(e);
  }

  private Wire openUnix() throws IOException {
    Path name = SocketName.checkPath(setup.endpoint());
    try (ShortPath path = ShortPath.toSocket(name, setup.endpoint())) {
      return sockets.connect(UnixDomainSocketAddress.of(path.path()));
    }
  }
}

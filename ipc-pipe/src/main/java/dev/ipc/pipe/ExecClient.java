// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Starts a program and shakes hands with it, on the thread that reads the channel afterwards. With
 * a plain framing any program is a peer, and there is no handshake.
 */
final class ExecClient implements Runnable {
  private final Settings settings;
  private final PipeTransport transport;
  private final CompletableFuture<PipeChannel> result;
  private Child child;
  private ByteBuffer rest = ByteBuffer.allocate(0);

  /** Guarded by this. */
  private Pipe pipe;

  ExecClient(Settings settings, PipeTransport transport, CompletableFuture<PipeChannel> result) {
    this.settings = settings;
    this.transport = transport;
    this.result = result;
  }

  @Override
  public void run() {
    PipeChannel channel;
    try {
      start();
      channel = new PipeChannel(agreed(), settings, pipe, child);
    } catch (IpcException e) {
      fail(e);
      return;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      fail(
          new TransportFailedException(
              "cannot start a program, endpoint=" + settings.endpoint() + ", cause=" + e, e));
      return;
    }
    transport.register(channel);
    child.whenGone(() -> channel.peerExited(child.exitNanos()));
    if (!result.complete(channel)) {
      channel.abort();
    }
    channel.run(rest);
  }

  /** Nobody waits any more. Any thread. */
  synchronized void cancel() {
    if (pipe != null) {
      pipe.close();
    }
  }

  private void start() throws IOException {
    try (FifoPair fifos = FifoPair.createForChild(settings.place().get())) {
      Pipe opened = fifos.open();
      synchronized (this) {
        pipe = opened;
      }
      if (result.isDone()) {
        throw new IOException("nobody waits for the program any more");
      }
      child = Child.start(settings, fifos);
      transport.adopt(child);
    }
  }

  private Agreed agreed() throws IOException {
    if (!settings.framing().isNative()) {
      return settings.plain(OptionalLong.of(child.pid()));
    }
    Hello ours = settings.hello();
    Handshake handshake = Handshake.client(ours);
    try (Greeting greeting = new Greeting(settings, pipe)) {
      pipe.out().write(handshake.opening());
      greeting.read(handshake);
      rest = greeting.rest();
      return settings.agreed(ours, handshake.agreement());
    } catch (IOException e) {
      throw new IncompatiblePeerException(
          "the program ended before the handshake, endpoint="
              + settings.endpoint()
              + ", "
              + child.describe()
              + "; it must connect to stdio:, or be given framing=",
          e);
    }
  }

  private void fail(IpcException error) {
    cancel();
    if (child != null) {
      child.end();
    }
    result.completeExceptionally(error);
  }
}

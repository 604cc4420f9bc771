// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.EndpointInUseException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The child's side of {@code exec:}: the standard streams of this process become a channel, on the
 * thread that reads it afterwards. What the program prints goes to the standard errors from then
 * on, and its standard input is empty.
 */
final class StdioClient implements Runnable {
  private static final AtomicBoolean TAKEN = new AtomicBoolean();

  private final Settings settings;
  private final PipeTransport transport;
  private final CompletableFuture<PipeChannel> result;
  private final Pipe pipe;
  private ByteBuffer rest = ByteBuffer.allocate(0);

  StdioClient(
      Settings settings,
      PipeTransport transport,
      CompletableFuture<PipeChannel> result,
      Pipe pipe) {
    this.settings = settings;
    this.transport = transport;
    this.result = result;
    this.pipe = pipe;
  }

  /**
   * Takes the standard streams of this process, which works once.
   *
   * @throws EndpointInUseException if they are taken
   */
  static Pipe takeStreams(Settings settings) {
    if (!TAKEN.compareAndSet(false, true)) {
      throw new EndpointInUseException(
          "the standard streams are a channel already, endpoint=" + settings.endpoint());
    }
    try {
      ReadEnd in = new ReadEnd(new FileInputStream(FileDescriptor.in));
      WriteEnd out = new WriteEnd(new FileOutputStream(FileDescriptor.out));
      System.out.flush();
      System.setOut(System.err);
      System.setIn(InputStream.nullInputStream());
      return new Pipe(in, out);
    } catch (IOException e) {
      throw new TransportFailedException(
          "the standard streams cannot be used, endpoint=" + settings.endpoint(), e);
    }
  }

  @Override
  public void run() {
    PipeChannel channel;
    try {
      channel = new PipeChannel(agreed(), settings, pipe, new Orphan(settings));
    } catch (IpcException e) {
      fail(e);
      return;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      fail(
          new IncompatiblePeerException(
              "there is no parent that started this process with exec:, endpoint="
                  + settings.endpoint()
                  + ", cause="
                  + e.getMessage(),
              e));
      return;
    }
    transport.register(channel);
    if (!result.complete(channel)) {
      channel.abort();
    }
    channel.run(rest);
  }

  /** Nobody waits any more. Any thread. */
  void cancel() {
    pipe.close();
  }

  private Agreed agreed() throws IOException {
    if (!settings.framing().isNative()) {
      return settings.plain(OptionalLong.empty());
    }
    Hello ours = settings.hello();
    Handshake handshake = Handshake.server(ours);
    try (Greeting greeting = new Greeting(settings, pipe)) {
      greeting.read(handshake);
      pipe.out().write(handshake.welcome());
      rest = greeting.rest();
      return settings.agreed(ours, handshake.agreement());
    } catch (IpcException e) {
      if (handshake.answer().isPresent()) {
        pipe.out().write(handshake.answer().get());
      }
      throw e;
    }
  }

  private void fail(IpcException error) {
    cancel();
    result.completeExceptionally(error);
  }
}

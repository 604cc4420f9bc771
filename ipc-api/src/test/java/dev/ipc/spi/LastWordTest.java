// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.PeerIdentity;
import dev.ipc.SendResult;
import dev.ipc.spi.StreamChannel.Progress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/**
 * A plain framing has no CLOSE that comes behind all messages: whoever writes must not end the
 * stream before the last message, which may be sent between the end of a write and the look whether
 * it was the last.
 */
class LastWordTest {
  private static final ByteBuffer MESSAGE = ByteBuffer.wrap(new byte[] {'h', 'i'});

  private final Medium channel = new Medium();
  private int written;

  private Progress write() throws Exception {
    return channel.write(
        bytes -> {
          int count = bytes.remaining();
          bytes.position(bytes.limit());
          written += count;
          return count;
        });
  }

  /** Begins to close, which another thread waits for. */
  private void close() throws InterruptedException {
    Thread closer = new Thread(channel::close);
    closer.setDaemon(true);
    closer.start();
    channel.tasks.take().run();
  }

  @Test
  void aMessageThatComesBehindAWriteIsWrittenBeforeTheEnd() throws Exception {
    assertEquals(Progress.DONE, write());
    assertEquals(SendResult.SENT, channel.trySend(MESSAGE));
    close();
    assertFalse(channel.wroteLast(), "a message waits");
    assertEquals(Progress.DONE, write());
    assertEquals(3, written);
    assertTrue(channel.wroteLast());
    channel.abort();
    channel.tasks.forEach(Runnable::run);
  }

  @Test
  void theSameForTheEndOfTheOutput() throws Exception {
    assertEquals(Progress.DONE, write());
    assertFalse(channel.wroteLast());
    assertEquals(SendResult.SENT, channel.trySend(MESSAGE));
    channel.endOutput();
    assertFalse(channel.wroteLast(), "a message waits");
    assertEquals(Progress.DONE, write());
    assertTrue(channel.wroteLast());
  }

  /** Does what is asked of it, and nothing by itself. */
  private static final class Medium extends StreamChannel {
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private boolean open = true;

    Medium() {
      super(
          new ChannelTraits(
              Endpoint.of("medium:none"),
              ChannelConfig.defaults(),
              Set.of(Capability.HALF_CLOSE),
              new PeerIdentity(Optional.empty(), OptionalLong.empty()),
              1000),
          Framing.of("line"),
          BufferSource.heap());
    }

    @Override
    protected void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    protected void wakeOutput() {}

    @Override
    protected boolean driveOutput() {
      return false;
    }

    @Override
    protected boolean isOpen() {
      return open;
    }

    @Override
    protected void reading(boolean wanted) {}

    @Override
    protected void flush() {}

    @Override
    protected void shutdownOutput() {}

    @Override
    protected void release() {
      open = false;
    }

    @Override
    protected Future<?> later(Runnable task, long nanos) {
      return new CompletableFuture<>();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An event loop with a socket that always has more to read. */
class LoopHandlerTest {
  private static final int READS = 10_000;

  private final Loop loop = new Loop(executor -> new Selector());
  private final Endless wire = new Endless();
  private final CountDownLatch over = new CountDownLatch(1);

  // The event loop's, and the test's when it is over.
  private int selects;
  private int selectsMeanwhile;
  private int reads;

  @Test
  void theSelectorNeedNotTellOfItAndIsStillAskedForTheOthers() throws Exception {
    Connection connection = new Connection(loop, wire, new Connections());
    loop.execute(
        () -> {
          connection.start(new Reader(connection));
          connection.reading(true);
          connection.readable();
        });
    assertTrue(over.await(20, TimeUnit.SECONDS), "it is not read");
    assertFalse(wire.wanted, "the selector still tells of it");
    assertTrue(selectsMeanwhile > READS / 8, "asked only so often: " + selectsMeanwhile);
    loop.close();
    loop.awaitClosed(TimeUnit.SECONDS.toNanos(20));
  }

  private final class Reader implements Connection.Stage {
    private final Connection connection;

    Reader(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void bytes(ByteBuffer chunk) {
      if (++reads == READS) {
        selectsMeanwhile = selects;
        over.countDown();
        connection.close();
      }
    }

    @Override
    public long spinNanos() {
      return Long.MAX_VALUE; // asks again when others have the permission to spin
    }

    @Override
    public void streamEnded(Optional<IOException> error) {}

    @Override
    public void flush() {}

    @Override
    public void failed(Throwable error) {}

    @Override
    public void loopClosing() {}
  }

  /** Nothing ever happens on its sockets. */
  private final class Selector implements IoHandler {
    @Override
    public int run(IoHandlerContext context) {
      selects++;
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      return new Registration();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }

    @Override
    public void wakeup() {}

    @Override
    public void destroy() {}
  }

  private static final class Registration implements IoRegistration {
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
    public <T> T attachment() {
      return null;
    }

    @Override
    public long submit(IoOps ops) {
      return 0;
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public boolean cancel() {
      return true;
    }
  }

  private static final class Endless implements Wire {
    volatile boolean wanted;

    @Override
    public int read(ByteBuffer target) {
      target.put((byte) 0);
      return 1;
    }

    @Override
    public int write(ByteBuffer source) {
      return 0;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public Optional<UserPrincipal> peerUser() {
      return Optional.empty();
    }

    @Override
    public void finishConnect() {}

    @Override
    public IoHandle handle(Target target) {
      return new IoHandle() {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void interest(IoRegistration registration, boolean reading, boolean writing) {
      wanted = reading;
    }

    @Override
    public void close() {}
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AbstractListenerTest {
  /** Gives up its name when it is told to. */
  private static final class Slow extends AbstractListener {
    final CountDownLatch releasing = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    volatile boolean released;

    Slow() {
      super(Endpoint.of("inproc:slow"));
    }

    @Override
    protected void release() {
      releasing.countDown();
      boolean told;
      try {
        told = goOn.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertTrue(told, "nobody went on");
      released = true;
    }

    @Override
    protected void execute(Runnable task) {
      task.run();
    }
  }

  @Test
  void aSecondCloseReturnsWhenTheNameIsFree() throws Exception {
    Slow listener = new Slow();
    CompletableFuture<Void> first = CompletableFuture.runAsync(listener::close);
    assertTrue(listener.releasing.await(20, TimeUnit.SECONDS));
    CompletableFuture<Boolean> second =
        CompletableFuture.supplyAsync(
            () -> {
              listener.close();
              return listener.released;
            });
    listener.goOn.countDown();
    first.get(20, TimeUnit.SECONDS);
    assertTrue(second.get(20, TimeUnit.SECONDS), "the second close returned too early");
  }
}

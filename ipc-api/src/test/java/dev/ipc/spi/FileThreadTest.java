// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FileThreadTest {
  @Test
  void runsOnOneNamedDaemonThread() {
    Thread first = FileThread.call(Thread::currentThread);
    assertEquals("ipc-files", first.getName());
    assertTrue(first.isDaemon());
    assertSame(first, FileThread.call(Thread::currentThread));
  }

  @Test
  void runsNestedTasksAtOnce() throws InterruptedException {
    assertEquals("inner", FileThread.call(() -> FileThread.call(() -> "inner")));
    assertEquals("inner", FileThread.callInterruptibly(() -> FileThread.call(() -> "inner")));
  }

  @Test
  void passesExceptionsAsTheyAre() {
    IOException checked = new IOException();
    Error error = new AssertionError();
    assertSame(checked, assertThrows(IOException.class, () -> FileThread.call(thrower(checked))));
    assertSame(
        error,
        assertThrows(
            AssertionError.class,
            () ->
                FileThread.call(
                    () -> {
                      throw error;
                    })));
  }

  @Test
  void keepsTheInterruptFlagAndTheTaskDoesNotSeeIt() {
    Thread.currentThread().interrupt();
    assertFalse(FileThread.call(() -> Thread.currentThread().isInterrupted()));
    assertTrue(Thread.interrupted());
  }

  @Test
  void interruptCancelsOnlyWhatHasNotBegun() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean secondRan = new AtomicBoolean();
    FutureTask<Boolean> first =
        new FutureTask<>(
            () -> {
              FileThread.callInterruptibly(
                  () -> {
                    begun.countDown();
                    return release.await(30, TimeUnit.SECONDS);
                  });
              return Thread.interrupted();
            });
    FutureTask<Boolean> second =
        new FutureTask<>(
            () ->
                FileThread.callInterruptibly(
                    () -> {
                      secondRan.set(true);
                      return true;
                    }));
    Thread firstThread = new Thread(first);
    firstThread.start();
    begun.await();
    firstThread.interrupt();
    Thread secondThread = new Thread(second);
    secondThread.start();
    secondThread.interrupt();
    Throwable cancelled = assertThrows(Exception.class, second::get).getCause();
    assertEquals(InterruptedException.class, cancelled.getClass());
    release.countDown();
    assertTrue(first.get(), "the result came and the flag is set");
    FileThread.call(() -> null);
    assertFalse(secondRan.get());
  }

  private static FileThread.Task<Void, IOException> thrower(IOException e) {
    return () -> {
      throw e;
    };
  }
}

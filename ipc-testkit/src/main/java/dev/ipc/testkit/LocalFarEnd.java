// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.DrainReport;
import dev.ipc.IpcException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A far end in this process. */
final class LocalFarEnd implements FarEnd {
  private final Channel channel;
  private final Variant.Form form;
  private final Ledger ledger = new Ledger();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger orders = new AtomicInteger();
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "kit far sender");
            thread.setDaemon(true);
            return thread;
          });
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private volatile Receiver receiver;
  private volatile long failAt;
  private volatile long stallAt;
  private volatile String fault = "";

  LocalFarEnd(Channel channel, Variant.Form form) {
    this.channel = channel;
    this.form = form;
    channel.closed().thenAccept(report -> closed.complete(report.reason().name()));
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void send(Batch batch) {
    orders.incrementAndGet();
    sender.execute(
        () -> {
          try {
            for (int i = 0; i < batch.count(); i++) {
              channel.send(batch.message(i));
              sent.incrementAndGet();
            }
          } catch (ClosedException e) {
            // the report says it
          } catch (InterruptedException | RuntimeException e) {
            fault = "cannot send: " + e;
          } finally {
            orders.decrementAndGet();
          }
        });
  }

  @Override
  public void collect() {
    receiver = Receiver.start(channel, form, this::book);
  }

  @Override
  public void echo() {
    receiver = Receiver.start(channel, form, this::sendBack);
  }

  private void book(ByteBuffer message) {
    ledger.onMessage(message);
    long nth = ledger.count();
    if (nth == failAt) {
      throw new PlannedException();
    }
    if (nth == stallAt) {
      awaitForever();
    }
  }

  private void sendBack(ByteBuffer message) {
    book(message);
    try {
      channel.send(message);
      sent.incrementAndGet();
    } catch (ClosedException e) {
      // the report says it
    } catch (InterruptedException | IpcException e) {
      fault = "cannot send back: " + e;
    }
  }

  private static void awaitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void hold() {
    receiver.hold();
  }

  @Override
  public void resume() {
    receiver.resume();
  }

  @Override
  public void failAt(long nth) {
    failAt = nth;
  }

  @Override
  public void stallAt(long nth) {
    stallAt = nth;
  }

  @Override
  public void endOutput() {
    channel.endOutput();
  }

  @Override
  public DrainReport drain(Duration timeout) {
    try {
      return channel.drain(timeout);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.close();
    sender.shutdown();
  }

  @Override
  public void abort() {
    channel.abort();
    sender.shutdownNow();
  }

  @Override
  public FarReport report() {
    Receiver current = receiver;
    return new FarReport(
        sent.get(),
        orders.get() > 0,
        ledger.count(),
        ledger.digest(),
        current == null ? 0 : current.errors(),
        current != null && current.ended(),
        closed.getNow(""),
        fault.isEmpty() ? ledger.fault() : fault);
  }
}

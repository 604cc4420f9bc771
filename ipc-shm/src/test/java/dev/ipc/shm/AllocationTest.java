// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.ipc.Channel;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message costs no memory, on either side. Waiting may: it happens once for many messages. */
@Timeout(60)
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int WARM_UP = 60_000;
  private static final int ROUNDS = 3;
  private static final int MESSAGES = 60_000;
  private static final int TURN = 200;

  /** One object for every message would be 16 at least. */
  private static final double LEAST = 0.5;

  @TempDir Path directory;

  private final AtomicLong seen = new AtomicLong();
  private Pairs pairs;
  private Channel near;
  private Channel far;

  @BeforeEach
  void connect() throws InterruptedException {
    pairs = new Pairs(directory, "1m");
    Pairs.Pair pair = pairs.connect();
    near = pair.near();
    far = pair.far();
  }

  @AfterEach
  void close() {
    pairs.close();
  }

  private interface Send {
    void one() throws InterruptedException;
  }

  private interface Take {
    int some() throws InterruptedException;
  }

  @Test
  void sendAndPoll() throws InterruptedException {
    ByteBuffer message = ByteBuffer.allocate(32);
    MessageHandler handler = this::see;
    check(() -> near.send(message), () -> far.poll(handler, 100));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 256, 4096})
  void writeInPlaceAndReceive(int maximum) throws InterruptedException {
    MessageWriter writer = room -> room.putLong(1);
    MessageHandler handler = this::see;
    check(
        () -> assertEquals(SendResult.SENT, near.trySend(maximum, writer)),
        () -> far.receive(handler, PATIENCE) == ReceiveResult.RECEIVED ? 1 : 0);
  }

  /** Both in turns on one thread, so that nobody waits. */
  private static void check(Send send, Take take) throws InterruptedException {
    exchange(send, take, WARM_UP);
    long before = allocated(Thread.currentThread());
    exchange(send, take, MESSAGES);
    long bytes = allocated(Thread.currentThread()) - before;
    assertTrue(bytes < LEAST * MESSAGES, "bytes of " + MESSAGES + " messages: " + bytes);
  }

  private static void exchange(Send send, Take take, int messages) throws InterruptedException {
    for (int done = 0; done < messages; ) {
      for (int i = 0; i < TURN; i++) {
        send.one();
      }
      for (int taken = 0; taken < TURN; ) {
        taken += take.some();
      }
      done += TURN;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void pushedWithThisManySenders(int senders) throws InterruptedException {
    Thread[] poller = new Thread[1];
    far.onMessage(
        message -> {
          poller[0] = Thread.currentThread();
          see(message);
        });
    sendFrom(senders, WARM_UP);
    long sent = Long.MAX_VALUE;
    long received = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) { // a thread that waits for the first time links code for it
      long before = allocated(poller[0]);
      sent = Math.min(sent, sendFrom(senders, MESSAGES));
      received = Math.min(received, allocated(poller[0]) - before);
    }
    assertTrue(sent < LEAST * MESSAGES, "bytes of " + MESSAGES + " messages sent: " + sent);
    assertTrue(received < LEAST * MESSAGES, "of as many received: " + received);
  }

  /** Sends so many from threads of this many; returns what they allocated when all are taken. */
  private long sendFrom(int senders, int messages) throws InterruptedException {
    long target = seen.get() + messages;
    AtomicLong bytes = new AtomicLong();
    CountDownLatch done = new CountDownLatch(senders);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      threads.add(new Thread(() -> send(messages / senders, bytes, done)));
    }
    threads.forEach(Thread::start);
    assertTrue(done.await(30, TimeUnit.SECONDS));
    Pairs.await("all messages", () -> seen.get() == target);
    return bytes.get();
  }

  private void send(int messages, AtomicLong bytes, CountDownLatch done) {
    ByteBuffer message = ByteBuffer.allocate(32);
    long before = allocated(Thread.currentThread());
    try {
      for (int i = 0; i < messages; i++) {
        near.send(message);
      }
      bytes.addAndGet(allocated(Thread.currentThread()) - before);
    } catch (InterruptedException e) {
      bytes.set(Long.MAX_VALUE);
    }
    done.countDown();
  }

  private void see(ByteBuffer message) {
    seen.addAndGet(message.hasRemaining() ? 1 : 0);
  }

  private static long allocated(Thread thread) {
    return THREADS.getThreadAllocatedBytes(thread.getId());
  }
}

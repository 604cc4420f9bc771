// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** One of the two processes of {@link RingBenchmark}. */
final class BenchmarkSide {
  static final int CAPACITY = 1 << 20;
  static final int LENGTH = SegmentLayout.segmentLength(CAPACITY) + 2 * 4096;
  static final int[] SIZES = {32, 256, 1024, 64 * 1024};

  private static final int ROUND_TRIPS = 300_000;
  private static final int WINDOWS = 400;

  /** How this process sends to the other one, and takes what came from there. */
  private interface Link {
    boolean send(int size);

    int take();
  }

  private final ByteBuffer memory;
  private final AtomicBuffer steps;
  private final boolean first;
  private final Link link;
  private long sum;
  private long step;

  private BenchmarkSide(String system, ByteBuffer memory, boolean first) {
    this.memory = memory;
    this.first = first;
    steps = Buffers.over(memory.slice(LENGTH - 4096, 4096));
    link =
        switch (system) {
          case "line" -> line();
          case "agrona" -> agrona();
          case "copy" -> copy();
          default -> rings();
        };
  }

  /** Arguments: system, file, "first" or "second". */
  public static void main(String[] arguments) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            Path.of(arguments[1]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer memory = Mapping.of(file, LENGTH).buffer();
      boolean first = arguments[2].equals("first");
      new BenchmarkSide(arguments[0], memory, first).run(arguments[0]);
    }
  }

  private void run(String system) {
    String only = System.getProperty("only", "");
    if (!system.equals("copy") && !only.equals("oneway")) {
      roundTrips();
    }
    if (!system.equals("line") && !only.equals("rtt")) {
      for (int size : SIZES) {
        oneWay(size);
      }
    }
    if (sum == 1) {
      System.out.println("unlikely");
    }
  }

  private Link line() {
    AtomicBuffer word = Buffers.over(memory.slice(0, 128));
    return new Link() {
      private long turn;

      @Override
      public boolean send(int size) {
        word.putLongRelease(0, ++turn);
        return true;
      }

      @Override
      public int take() {
        if (word.getLongAcquire(0) != turn + 1) {
          return 0;
        }
        turn++;
        return 1;
      }
    };
  }

  private Link rings() {
    RingWriter writer = Rings.writer(SegmentLayout.ring(memory, CAPACITY, first ? 0 : 1));
    RingReader reader = Rings.reader(SegmentLayout.ring(memory, CAPACITY, first ? 1 : 0));
    ByteBuffer message = ByteBuffer.allocate(64 * 1024);
    PartHandler handler = (part, flags) -> sum += part.getLong(part.position());
    return new Link() {
      @Override
      public boolean send(int size) {
        return writer.offer(message.limit(size), LAST);
      }

      @Override
      public int take() {
        return reader.take(handler, Integer.MAX_VALUE);
      }
    };
  }

  private Link agrona() {
    int length = CAPACITY + RingBufferDescriptor.TRAILER_LENGTH;
    OneToOneRingBuffer there = new OneToOneRingBuffer(new UnsafeBuffer(memory.slice(0, length)));
    OneToOneRingBuffer back =
        new OneToOneRingBuffer(new UnsafeBuffer(memory.slice(CAPACITY + 4096, length)));
    UnsafeBuffer message = new UnsafeBuffer(new byte[64 * 1024]);
    MessageHandler handler = (type, buffer, index, size) -> sum += buffer.getLong(index);
    return new Link() {
      @Override
      public boolean send(int size) {
        return (first ? there : back).write(1, message, 0, size);
      }

      @Override
      public int take() {
        return (first ? back : there).read(handler);
      }
    };
  }

  /** No ring at all: only the copy that every sender makes. */
  private Link copy() {
    ByteBuffer message = ByteBuffer.allocate(64 * 1024);
    return new Link() {
      private int index;

      @Override
      public boolean send(int size) {
        memory.put(index, message, 0, size);
        index = (index + size) & (CAPACITY - 1);
        return true;
      }

      @Override
      public int take() {
        return 0;
      }
    };
  }

  /** Waits until both are here. */
  private void meet() {
    step++;
    steps.putLongRelease(first ? 0 : 128, step);
    while (steps.getLongAcquire(first ? 128 : 0) < step) {
      Thread.onSpinWait();
    }
  }

  private void roundTrips() {
    long[] nanos = new long[ROUND_TRIPS];
    for (int pass = 0; pass < 3; pass++) {
      meet();
      if (first) {
        time(nanos);
      } else {
        answer();
      }
    }
    if (first) {
      Arrays.sort(nanos);
      report("round trip p50, ns", (double) nanos[ROUND_TRIPS / 2]);
      report("round trip p99, ns", (double) nanos[ROUND_TRIPS / 100 * 99]);
    }
  }

  private void time(long[] nanos) {
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long start = System.nanoTime();
      send(32);
      await();
      nanos[i] = System.nanoTime() - start;
    }
  }

  private void answer() {
    for (int i = 0; i < ROUND_TRIPS; i++) {
      await();
      send(32);
    }
  }

  private void await() {
    while (link.take() == 0) {
      Thread.onSpinWait();
    }
  }

  private void send(int size) {
    while (!link.send(size)) {
      Thread.onSpinWait();
    }
  }

  private void oneWay(int size) {
    meet();
    if (first) {
      sendWindows(size);
      report("one way " + size + " B, million/s", sendWindows(size));
      steps.putLongRelease(256, size);
    } else {
      while (steps.getLongAcquire(256) != size) {
        if (link.take() == 0) {
          Thread.onSpinWait();
        }
      }
      while (link.take() > 0) {
        // Until it is empty.
      }
    }
  }

  /**
   * Sends eight rings full, many times, and tells the rate that one time in ten reached: others use
   * the cores as well, and half a pair sends nothing.
   */
  private double sendWindows(int size) {
    int burst = 8 * CAPACITY / (size + 8);
    double[] rates = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      long start = System.nanoTime();
      for (int j = 0; j < burst; j++) {
        send(size);
      }
      rates[i] = 1e3 * burst / (System.nanoTime() - start);
    }
    Arrays.sort(rates);
    return rates[WINDOWS / 10 * 9];
  }

  private static void report(String what, double value) {
    System.out.printf(Locale.ROOT, "%s=%.3f%n", what, value);
  }
}

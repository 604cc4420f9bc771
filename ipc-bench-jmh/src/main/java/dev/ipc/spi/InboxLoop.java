// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One thread puts a message into an inbox and takes it out again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InboxLoop {
  @Param({"32", "1024"})
  private int size;

  private final Inbox inbox = new Inbox(1 << 18);
  private ByteBuffer message;
  private long sum;
  private final MessageHandler handler = taken -> sum += taken.getLong(taken.position());

  /** Makes the message. */
  @Setup
  public void message() {
    message = ByteBuffer.allocateDirect(size);
  }

  /** There and back. */
  @Benchmark
  public long handOver() {
    if (!inbox.offer(message) || inbox.take(handler, 1) != 1) {
      throw new IllegalStateException("the message is lost");
    }
    return sum;
  }
}

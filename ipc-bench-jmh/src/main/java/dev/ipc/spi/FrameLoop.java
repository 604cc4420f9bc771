// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Messages become frames in a chunk, and the chunk becomes messages; figures are per message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameLoop {
  private static final int COUNT = 64;

  @Param({"32", "1024"})
  private int size;

  private final Framing framing = Framing.of("native");
  private final Summing sink = new Summing();
  private FrameDecoder decoder;
  private ByteBuffer message;
  private ByteBuffer chunk;

  /** Makes the buffers. */
  @Setup
  public void buffers() {
    decoder = framing.decoder(1 << 24, sink);
    message = ByteBuffer.allocateDirect(size);
    chunk = ByteBuffer.allocateDirect(COUNT * framing.encodedLength(size));
  }

  /** There and back. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long encodeAndDecode() {
    chunk.clear();
    for (int i = 0; i < COUNT; i++) {
      framing.encode(message, chunk);
    }
    decoder.decode(chunk.flip());
    return sink.sum;
  }
}

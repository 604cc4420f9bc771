// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.limit;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Serving;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** One word of one cache line, written by turns: no memory can be faster between two processes. */
final class CacheLine implements Contender.Client {
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder())
          .withInvokeExactBehavior();

  private final ByteBuffer memory;
  private long turn;

  private CacheLine(ByteBuffer memory) {
    this.memory = memory;
  }

  static Contender.Server serve(Contender.Work work, Path place, int size) throws IOException {
    ByteBuffer memory = MappedFile.create(place, Long.BYTES);
    return Serving.start(
        () -> (long) WORD.getAcquire(memory, 0) / 2, () -> {}, s -> echo(s, memory));
  }

  static Contender.Client connect(Contender.Work work, Path place, int size) throws IOException {
    return new CacheLine(MappedFile.open(place));
  }

  @Override
  public void roundTrip() {
    WORD.setRelease(memory, 0, turn + 1);
    turn += 2;
    while ((long) WORD.getAcquire(memory, 0) != turn) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {}

  private static void echo(Serving server, ByteBuffer memory) {
    for (long turn = 1; server.running(); turn += 2) {
      while ((long) WORD.getAcquire(memory, 0) != turn) {
        Thread.onSpinWait();
      }
      WORD.setRelease(memory, 0, turn + 1);
    }
  }
}

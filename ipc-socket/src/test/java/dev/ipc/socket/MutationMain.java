// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcException;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.FrameDecoder;
import dev.ipc.spi.FrameSink;
import dev.ipc.spi.Framing;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Damages valid streams at random and feeds them to decoders, to handshakes, and to a server
 * through its socket, in one JVM with little memory. Prints {@code good} and some numbers, or dies.
 */
final class MutationMain {
  private static final int MAX = 200;
  private static final int[] NASTY = {0, 1, 2, 7, 8, 9, 10, 0x7f, 0x80, 0xff};

  private final Random random;

  private MutationMain(long seed) {
    random = new Random(seed);
  }

  /** Arguments: seed, mutations of decoders, of handshakes, of connections, endpoint. */
  public static void main(String[] args) throws Exception {
    MutationMain main = new MutationMain(Long.parseLong(args[0]));
    int violations = main.decoders(Integer.parseInt(args[1]));
    int agreements = main.handshakes(Integer.parseInt(args[2]));
    int answered = main.connections(Integer.parseInt(args[3]), Endpoint.of(args[4]));
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "good violations=%d agreements=%d answered=%d heap=%dk%n",
        violations, agreements, answered, (runtime.totalMemory() - runtime.freeMemory()) / 1024);
  }

  private int decoders(int count) {
    String[] names = {"native", "u32be", "u32le", "u16be", "line"};
    int violations = 0;
    byte[][] valid = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      valid[i] = stream(Framing.of(names[i]));
    }
    for (int i = 0; i < count; i++) {
      int kind = Math.max(0, random.nextInt(2 * names.length) - names.length);
      byte[] bytes = damage(valid[kind].clone());
      FrameDecoder decoder = Framing.of(names[kind]).decoder(1 + random.nextInt(MAX), new Sink());
      violations += survives(decoder, bytes) ? 0 : 1;
    }
    return violations;
  }

  private static byte[] stream(Framing framing) {
    ByteBuffer all = ByteBuffer.allocate(4096);
    for (int length : new int[] {0, 1, 7, 60, 100, 3}) {
      framing.encode(ByteBuffer.wrap(Collector.text(length, length)), all);
    }
    if (framing.isNative()) {
      all.put(Raw.frame(Raw.DATA, 1, new byte[30])).put(Raw.number(Raw.PING, 5));
      all.put(Raw.frame(Raw.DATA, 0, new byte[40])).put(Raw.number(Raw.BARRIER, 7));
      all.put(Raw.number(Raw.BARRIER_ACK, 0)).put(Raw.number(Raw.PONG, 0));
      all.put(Raw.frame(9, 0, new byte[0])).put(Raw.data(new byte[9]));
      all.put(Raw.number(Raw.END_OUTPUT, 8)).put(Raw.close(8, 0));
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  private boolean survives(FrameDecoder decoder, byte[] bytes) {
    try {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, 1 + random.nextInt(100));
        ByteBuffer chunk = ByteBuffer.wrap(bytes, from, length);
        for (int looks = 0; !decoder.decode(chunk); looks++) {
          require(looks < 10_000, "no progress");
        }
        require(!chunk.hasRemaining(), "bytes are left");
        from += length;
      }
      decoder.end();
      return true;
    } catch (ProtocolViolation e) {
      require(e.getMessage().length() < 300, e.getMessage());
      return false;
    }
  }

  private int handshakes(int count) {
    Hello ours = Hello.ours(ChannelConfig.builder().token("secret").build(), "unix");
    byte[] hello = Raw.greeting(Raw.HELLO, 1, 1, "unix", "secret");
    int agreements = 0;
    for (int i = 0; i < count; i++) {
      Handshake server = Handshake.server(ours);
      byte[] bytes = damage(hello.clone());
      boolean done = false;
      try {
        for (int from = 0; from < bytes.length && !done; ) {
          int length = Math.min(bytes.length - from, 1 + random.nextInt(40));
          done = server.feed(ByteBuffer.wrap(bytes, from, length));
          from += length;
        }
      } catch (IpcException e) {
        require(server.answer().map(ByteBuffer::remaining).orElse(0) < 1000, "a long answer");
      }
      agreements += done ? 1 : 0;
    }
    return agreements;
  }

  private int connections(int count, Endpoint endpoint) throws Exception {
    byte[] hello = Raw.hello(endpoint.scheme());
    byte[] frames = stream(Framing.of("native"));
    int answered = 0;
    try (GoodClient good = new GoodClient(endpoint)) {
      for (int i = 0; i < count; i++) {
        boolean early = random.nextInt(4) == 0;
        byte[] first = early ? damage(hello.clone()) : hello;
        byte[] then = early ? frames : damage(frames.clone());
        try (Raw bad = Raw.connect(good.endpoint())) {
          try {
            bad.write(first, then);
            bad.endOutput();
          } catch (IOException e) {
            // It was closed before it said everything.
          }
          if (random.nextInt(8) != 0) {
            answered += bad.rest().length > 0 ? 1 : 0;
          }
        }
        if (i % 20 == 0) {
          good.isServed();
        }
        while (!good.nobodyElse()) {
          good.nextAccepted();
        }
      }
      good.isServed();
    }
    return answered;
  }

  private byte[] damage(byte[] bytes) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) NASTY[random.nextInt(NASTY.length)];
            default -> (byte) random.nextInt();
          };
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)) : bytes;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** Has no room now and then. */
  private final class Sink implements FrameSink {
    @Override
    public boolean message(ByteBuffer view) {
      require(view.remaining() <= MAX, "a long message");
      return random.nextInt(16) != 0;
    }

    @Override
    public void barrier(long sent) {}

    @Override
    public void barrierAck(long handled) {}

    @Override
    public void ping(long opaque) {}

    @Override
    public void pong(long opaque) {}

    @Override
    public void wake() {}

    @Override
    public void endOutput(long sent) {}

    @Override
    public void close(CloseFrame frame) {}
  }
}

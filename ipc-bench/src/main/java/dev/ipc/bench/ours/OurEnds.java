// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.Ends;
import dev.ipc.bench.Lanes;
import dev.ipc.bench.SendingThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A transport of ours.
 *
 * @param scheme of the endpoint
 * @param options of the endpoint; empty for the defaults
 * @param use which face of the library
 * @param count of connections or sending threads
 */
record OurEnds(String scheme, Map<String, String> options, Use use, int count) implements Ends {
  /** How the library is used. */
  enum Use {
    /** Handlers that the library calls. */
    PUSHED,
    /** {@code receive}. */
    PULLED,
    /** Messages that are written in place. */
    IN_PLACE,
    /** Several sending threads. */
    THREADS,
    /** Several connections, over which messages go there and back. */
    CONNECTIONS,
    /** A connection for each round trip. */
    CONNECTING
  }

  @Override
  public Contender.Server serve(Work work, Path place, int size) throws IOException {
    Endpoint endpoint = Endpoint.of(scheme, address(place), options);
    boolean answers = work == Work.ROUND_TRIP || use == Use.CONNECTIONS;
    OurServer server = answers ? OurServer.answering(endpoint) : OurServer.counting(endpoint);
    Files.writeString(place.resolve("address"), server.endpoint().address());
    return use == Use.PULLED ? server.pulled() : server.pushed();
  }

  @Override
  public Contender.Client connect(Work work, Path place, int size) throws Exception {
    String address = Files.readString(place.resolve("address"));
    Endpoint endpoint = Endpoint.of(scheme, address, options);
    if (use == Use.CONNECTIONS) {
      return new ManyClient(endpoint, count, size);
    }
    if (use == Use.CONNECTING) {
      return new ConnectingClient(endpoint, size);
    }
    Channel channel = Ipc.connect(endpoint);
    if (work == Work.ONE_WAY) {
      return SendingThreads.client(count, thread -> sender(channel, thread, size));
    }
    return use == Use.PULLED ? new PulledClient(channel, size) : new PushedClient(channel, size);
  }

  private String address(Path place) {
    return scheme.equals("tcp") ? "127.0.0.1:0" : place.resolve("name").toString();
  }

  private SendingThreads.Step sender(Channel channel, int thread, int size) {
    return use == Use.IN_PLACE
        ? new InPlaceSender(channel, size)
        : new Sender(channel, thread, message(size));
  }

  static ByteBuffer message(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Sends a buffer. */
  private static final class Sender implements SendingThreads.Step {
    private final Channel channel;
    private final int thread;
    private final ByteBuffer message;
    private long sequence;

    Sender(Channel channel, int thread, ByteBuffer message) {
      this.channel = channel;
      this.thread = thread;
      this.message = message;
    }

    @Override
    public void next() throws InterruptedException {
      message.putInt(0, Lanes.number(thread, sequence++));
      channel.send(message);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.spi.Agreement;
import dev.ipc.spi.Frame;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.SegmentName;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A client that does only what it is told. */
final class RawClient implements AutoCloseable {
  private final SocketChannel socket;
  private final Agreement agreement;

  RawClient(Endpoint endpoint, int ring) throws IOException {
    socket = SocketChannel.open(UnixDomainSocketAddress.of(endpoint.address()));
    Handshake handshake =
        Handshake.client(Hello.ours(ChannelConfig.defaults(), endpoint.scheme(), ring));
    socket.write(handshake.opening());
    ByteBuffer chunk = ByteBuffer.allocate(8192);
    do {
      if (socket.read(chunk.clear()) < 0) {
        throw new IOException("the peer hung up");
      }
    } while (!handshake.feed(chunk.flip()));
    agreement = handshake.agreement();
  }

  SegmentName segment() {
    return agreement.peer().segment().orElseThrow();
  }

  int capacity() {
    return agreement.ringCapacity();
  }

  /** Says that the segment is mapped, or rings; the peer may have hung up. */
  void wake() {
    if (!rings()) {
      System.out.println("hung up");
    }
  }

  /** Rings; whether the peer is still there. */
  boolean rings() {
    ByteBuffer frame = ByteBuffer.allocate(Frame.HEADER);
    Frame.putWake(frame);
    try {
      socket.write(frame.flip());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  void write(ByteBuffer bytes) throws IOException {
    socket.write(bytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

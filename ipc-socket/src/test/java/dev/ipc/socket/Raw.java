// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A peer that sends whatever bytes a test wants, over a blocking socket: the deadline of the test
 * interrupts it. The encoding is written once more here, from {@code docs/wire.md}.
 */
record Raw(SocketChannel socket) implements AutoCloseable {
  static final int DATA = 1;
  static final int HELLO = 2;
  static final int WELCOME = 3;
  static final int REFUSE = 4;
  static final int BARRIER = 5;
  static final int BARRIER_ACK = 6;
  static final int PING = 7;
  static final int PONG = 8;
  static final int END_OUTPUT = 10;
  static final int CLOSE = 11;

  /** A frame that was read. */
  record Frame(int type, int flags, byte[] payload) {
    long number() {
      return little(payload).getLong(0);
    }

    /** The code of a REFUSE. */
    int refusal() {
      return little(payload).getShort(0);
    }

    /** The code of a CLOSE. */
    int closeCode() {
      return payload[8];
    }

    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  static Raw connect(Endpoint endpoint) throws IOException {
    return new Raw(SocketChannel.open(address(endpoint)));
  }

  static Raw accept(ServerSocketChannel server) throws IOException {
    return new Raw(server.accept());
  }

  static ServerSocketChannel listen(Endpoint endpoint) throws IOException {
    SocketAddress address = address(endpoint);
    ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    return server.bind(address);
  }

  /** Where a server of ours listens. */
  static Endpoint endpoint(ServerSocketChannel server, Place place) throws IOException {
    return server.getLocalAddress() instanceof InetSocketAddress inet
        ? place.of("127.0.0.1:" + inet.getPort())
        : place.of(((UnixDomainSocketAddress) server.getLocalAddress()).getPath().toString());
  }

  private static SocketAddress address(Endpoint endpoint) {
    if (endpoint.scheme().equals("unix")) {
      return UnixDomainSocketAddress.of(endpoint.address());
    }
    int colon = endpoint.address().lastIndexOf(':');
    return new InetSocketAddress(
        endpoint.address().substring(0, colon),
        Integer.parseInt(endpoint.address().substring(colon + 1)));
  }

  Raw write(byte[]... pieces) throws IOException {
    for (byte[] piece : pieces) {
      ByteBuffer bytes = ByteBuffer.wrap(piece);
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
    }
    return this;
  }

  /** Says HELLO and reads the WELCOME. */
  Raw greet(String scheme) throws IOException {
    write(hello(scheme));
    Frame answer = frame();
    if (answer.type() != WELCOME) {
      throw new AssertionError("not welcome: " + answer);
    }
    return this;
  }

  Raw endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  byte[] read(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (socket.read(bytes) < 0) {
        throw new IOException("the stream ended, read=" + bytes.position() + ", of=" + count);
      }
    }
    return bytes.array();
  }

  Frame frame() throws IOException {
    ByteBuffer header = little(read(8));
    return new Frame(header.get(4), header.get(5), read(header.getInt(0)));
  }

  /** The first frame of the type; those before are dropped. */
  Frame frame(int type) throws IOException {
    Frame frame = frame();
    while (frame.type() != type) {
      frame = frame();
    }
    return frame;
  }

  /** Everything up to the end of the stream; a reset is an end. */
  byte[] rest() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try {
      while (socket.read(bytes.clear()) >= 0) {
        all.write(bytes.array(), 0, bytes.position());
      }
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw new AssertionError("the deadline passed, read=" + all.size(), e);
    } catch (IOException e) {
      // Reset.
    }
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  // ---- encoding

  static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] header(long length, int type, int flags, int reserved) {
    byte[] bytes = new byte[8];
    little(bytes)
        .putInt((int) length)
        .put((byte) type)
        .put((byte) flags)
        .putShort((short) reserved);
    return bytes;
  }

  static byte[] frame(int type, int flags, byte[] payload) {
    return join(header(payload.length, type, flags, 0), payload);
  }

  static byte[] data(byte[] payload) {
    return frame(DATA, 0, payload);
  }

  static byte[] number(int type, long value) {
    byte[] payload = new byte[8];
    little(payload).putLong(value);
    return frame(type, 0, payload);
  }

  static byte[] close(long sent, int code) {
    byte[] payload = new byte[9];
    little(payload).putLong(sent).put((byte) code);
    return frame(CLOSE, 0, payload);
  }

  static byte[] hello(String scheme) {
    return greeting(HELLO, 1, 1, scheme, "");
  }

  static byte[] greeting(int type, int low, int high, String scheme, String token) {
    byte[] versions = new byte[8];
    little(versions).putInt(0x01435049).putShort((short) low).putShort((short) high);
    byte[] maximum = new byte[4];
    little(maximum).putInt(16 << 20);
    byte[] secret = token.isEmpty() ? new byte[0] : field(7, utf8(token));
    return frame(type, 0, join(versions, field(1, maximum), field(3, utf8(scheme)), secret));
  }

  static byte[] field(int type, byte[] value) {
    byte[] head = new byte[4];
    little(head).putShort((short) type).putShort((short) value.length);
    return join(head, value);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] join(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages are arrays of bytes, so that nothing is measured but gRPC: no protobuf. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
  static final String SERVICE = "bench";

  static final MethodDescriptor<byte[], byte[]> ECHO =
      method("echo", MethodDescriptor.MethodType.BIDI_STREAMING);
  static final MethodDescriptor<byte[], byte[]> TAKE =
      method("take", MethodDescriptor.MethodType.CLIENT_STREAMING);

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    Bytes bytes = new Bytes();
    return MethodDescriptor.<byte[], byte[]>newBuilder(bytes, bytes)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setType(type)
        .build();
  }

  @Override
  public InputStream stream(byte[] message) {
    return new Message(message);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        return stream.readAllBytes();
      }
      byte[] message = new byte[stream.available()];
      stream.readNBytes(message, 0, message.length);
      return message;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The little-endian number at the start. */
  static int number(byte[] message) {
    return (message[0] & 0xff)
        | (message[1] & 0xff) << 8
        | (message[2] & 0xff) << 16
        | (message[3] & 0xff) << 24;
  }

  static byte[] numbered(byte[] payload, int number) {
    byte[] message = payload.clone();
    for (int i = 0; i < Integer.BYTES; i++) {
      message[i] = (byte) (number >>> (8 * i));
    }
    return message;
  }
}

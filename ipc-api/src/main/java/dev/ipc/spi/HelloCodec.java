// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The bytes of HELLO, WELCOME and REFUSE, as {@code docs/wire.md} has them. */
final class HelloCodec {
  /** "IPC" and 1, read as a little-endian number. */
  static final int MAGIC = 0x01_43_50_49;

  /** Magic and versions. */
  static final int LEAST = 8;

  static final int LONGEST_FRAME = Frame.HEADER + Frame.MAX_CONTROL;

  private static final int MAX_MESSAGE = 1;
  private static final int FEATURES = 2;
  private static final int SCHEME = 3;
  private static final int PID = 4;
  private static final int BOOT_ID = 5;
  private static final int CPUS = 6;
  private static final int TOKEN = 7;
  private static final int RING = 8;
  private static final int SEGMENT = 9;
  private static final int NONCE = 2 * Long.BYTES;
  private static final int REQUIRED = 1 << MAX_MESSAGE | 1 << SCHEME;

  private int seen;
  private int maxMessage;
  private long features;
  private String scheme = "";
  private OptionalLong pid = OptionalLong.empty();
  private Optional<UUID> bootId = Optional.empty();
  private String cpus = "";
  private String token = "";
  private int ring;
  private Optional<SegmentName> segment = Optional.empty();

  private HelloCodec() {}

  static ByteBuffer encode(int type, Hello hello) {
    ByteBuffer frame = ByteBuffer.allocate(LONGEST_FRAME).order(ByteOrder.LITTLE_ENDIAN);
    frame.position(Frame.HEADER).putInt(MAGIC);
    frame.putShort((short) hello.minVersion()).putShort((short) hello.maxVersion());
    Terms terms = hello.terms();
    tlv(frame, MAX_MESSAGE, Integer.BYTES).putInt(terms.maxMessageLength());
    tlv(frame, FEATURES, Long.BYTES).putLong(terms.features());
    text(frame, SCHEME, terms.scheme());
    hello.host().pid().ifPresent(id -> tlv(frame, PID, Long.BYTES).putLong(id));
    hello.host().bootId().ifPresent(id -> uuid(tlv(frame, BOOT_ID, NONCE), id));
    text(frame, CPUS, hello.host().cpus());
    text(frame, TOKEN, terms.token());
    if (terms.ringCapacity() > 0) {
      tlv(frame, RING, Integer.BYTES).putInt(terms.ringCapacity());
    }
    hello.segment().ifPresent(name -> segment(frame, name));
    return finish(frame, type);
  }

  static ByteBuffer refuse(RefuseCode code, String text) {
    ByteBuffer frame = ByteBuffer.allocate(LONGEST_FRAME).order(ByteOrder.LITTLE_ENDIAN);
    frame.position(Frame.HEADER).putShort((short) code.number());
    frame.put(Text.utf8(text, CloseFrame.MAX_DETAIL));
    return finish(frame, Frame.REFUSE);
  }

  static Hello decode(ByteBuffer payload) {
    ByteBuffer rest = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (rest.remaining() < LEAST || rest.getInt() != MAGIC) {
      throw ProtocolViolation.protocolError(
          "a HELLO or WELCOME does not begin with the magic, length=" + payload.remaining());
    }
    int minVersion = rest.getShort() & 0xffff;
    int maxVersion = rest.getShort() & 0xffff;
    HelloCodec fields = new HelloCodec();
    try {
      while (rest.hasRemaining()) {
        fields.readField(rest);
      }
      return fields.hello(minVersion, maxVersion);
    } catch (IllegalArgumentException e) {
      throw ProtocolViolation.protocolError(e.getMessage());
    }
  }

  private Hello hello(int minVersion, int maxVersion) {
    if ((seen & REQUIRED) != REQUIRED) {
      throw new IllegalArgumentException("a HELLO or WELCOME lacks maxMessage or scheme");
    }
    Terms terms = new Terms(scheme, maxMessage, features, token, ring);
    return new Hello(minVersion, maxVersion, terms, new Host(pid, bootId, cpus), segment);
  }

  private void readField(ByteBuffer rest) {
    if (rest.remaining() < 4) {
      throw ProtocolViolation.protocolError("a field is cut off, remaining=" + rest.remaining());
    }
    int type = rest.getShort() & 0xffff;
    int length = rest.getShort() & 0xffff;
    if (length > rest.remaining()) {
      throw ProtocolViolation.protocolError(
          "a field is cut off, type="
              + type
              + ", length="
              + length
              + ", remaining="
              + rest.remaining());
    }
    ByteBuffer value = rest.slice(rest.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    rest.position(rest.position() + length);
    if (type >= MAX_MESSAGE && type <= SEGMENT) {
      if ((seen & 1 << type) != 0) {
        throw ProtocolViolation.protocolError("a field comes twice, type=" + type);
      }
      seen |= 1 << type;
      readKnown(type, value);
    }
  }

  private void readKnown(int type, ByteBuffer value) {
    int expected =
        switch (type) {
          case MAX_MESSAGE, RING -> Integer.BYTES;
          case FEATURES, PID -> Long.BYTES;
          case BOOT_ID -> NONCE;
          case SEGMENT -> Math.max(NONCE + 1, value.remaining());
          default -> value.remaining();
        };
    if (value.remaining() != expected) {
      throw ProtocolViolation.protocolError(
          "a field has another length, type="
              + type
              + ", length="
              + value.remaining()
              + ", expected="
              + expected);
    }
    switch (type) {
      case MAX_MESSAGE ->
          maxMessage = (int) Math.min(value.getInt() & 0xffff_ffffL, Integer.MAX_VALUE);
      case FEATURES -> features = value.getLong();
      case PID -> pid = OptionalLong.of(value.getLong());
      case BOOT_ID -> bootId = Optional.of(uuid(value));
      case SCHEME -> scheme = Text.strict(value, "scheme");
      case CPUS -> cpus = Text.strict(value, "cpus");
      case RING -> ring = value.getInt();
      case SEGMENT ->
          segment = Optional.of(new SegmentName(uuid(value), Text.strict(value, "segment")));
      default -> token = Text.strict(value, "token");
    }
  }

  private static void text(ByteBuffer frame, int type, String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (octets.length > 0) {
      tlv(frame, type, octets.length).put(octets);
    }
  }

  private static void segment(ByteBuffer frame, SegmentName name) {
    byte[] path = name.path().getBytes(StandardCharsets.UTF_8);
    ByteBuffer value = tlv(frame, SEGMENT, NONCE + path.length);
    uuid(value, name.nonce());
    value.put(path);
  }

  /** In the order of its text, whatever the order of the buffer. */
  private static void uuid(ByteBuffer value, UUID id) {
    ByteOrder order = value.order();
    value.order(ByteOrder.BIG_ENDIAN);
    value.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).order(order);
  }

  private static UUID uuid(ByteBuffer value) {
    value.order(ByteOrder.BIG_ENDIAN);
    return new UUID(value.getLong(), value.getLong());
  }

  private static ByteBuffer tlv(ByteBuffer frame, int type, int length) {
    if (length > frame.remaining() - 4) {
      throw new IllegalArgumentException(
          "a HELLO becomes too long, field=" + type + ", length=" + length);
    }
    return frame.putShort((short) type).putShort((short) length);
  }

  private static ByteBuffer finish(ByteBuffer frame, int type) {
    int length = frame.position() - Frame.HEADER;
    Frame.putHeader(frame, 0, Frame.header(type, 0, length));
    return frame.flip().order(ByteOrder.BIG_ENDIAN);
  }
}

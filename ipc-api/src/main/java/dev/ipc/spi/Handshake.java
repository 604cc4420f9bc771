// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.IncompatiblePeerException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * One side of the handshake: HELLO from the connecting side, then WELCOME or REFUSE from the
 * accepting one. It does no I/O and sets no deadline; a transport carries the bytes.
 *
 * <pre>
 *  connecting side                             accepting side
 *    Handshake h = Handshake.client(ours)        Handshake h = Handshake.server(ours)
 *    write h.opening()                           until h.feed(what was read)
 *    until h.feed(what was read)                 write h.welcome(), or Handshake.refusal(...)
 *    h.agreement()                               h.agreement()
 * </pre>
 *
 * <p>It takes no byte behind the handshake: what the chunk still holds belongs to the channel. Not
 * for several threads at once.
 */
public final class Handshake {
  private static final int MAGIC_END = Frame.HEADER + Integer.BYTES;

  private final Hello ours;
  private final boolean accepting;
  private byte[] received = new byte[MAGIC_END];
  private int count;
  private Agreement agreement;
  private ByteBuffer answer;
  private RefuseCode refused;

  private Handshake(Hello ours, boolean accepting) {
    this.ours = Objects.requireNonNull(ours, "ours");
    this.accepting = accepting;
  }

  /**
   * The connecting side.
   *
   * @param ours how we introduce ourselves
   * @return a new handshake
   */
  public static Handshake client(Hello ours) {
    return new Handshake(ours, false);
  }

  /**
   * The accepting side; if our token is not empty, the peer must present the same.
   *
   * @param ours how we introduce ourselves
   * @return a new handshake
   */
  public static Handshake server(Hello ours) {
    return new Handshake(ours, true);
  }

  /**
   * A whole REFUSE frame, for what the transport finds out: wrong user, no room, closing.
   *
   * @param code why
   * @param text one line for a human
   * @return a new buffer, to be written before the connection is closed
   */
  public static ByteBuffer refusal(RefuseCode code, String text) {
    return HelloCodec.refuse(code, text);
  }

  /**
   * What to write first.
   *
   * @return a new buffer, empty on the accepting side
   */
  public ByteBuffer opening() {
    return accepting ? ByteBuffer.allocate(0) : ours.helloFrame();
  }

  /**
   * Takes bytes until the peer's frame is complete.
   *
   * @param chunk the next bytes of the stream; the position moves behind what was consumed, never
   *     behind the handshake
   * @return whether there is an agreement; if not, more bytes are needed
   * @throws IncompatiblePeerException if this is no peer of ours, or speaks another version or
   *     scheme
   * @throws dev.ipc.RefusedException if the peer refused us, or its token is not ours; {@link
   *     #answer} tells what to write before the connection is closed
   * @throws dev.ipc.StorageFullException if the peer has no room to store what the connection needs
   */
  public boolean feed(ByteBuffer chunk) {
    if (agreement != null || answer != null) {
      throw new IllegalStateException("the handshake is over");
    }
    try {
      while (chunk.hasRemaining()) {
        take(chunk);
        check();
        if (count >= Frame.HEADER && count == Frame.HEADER + Frame.length(header())) {
          agreement = conclude();
          return true;
        }
      }
      return false;
    } catch (ProtocolViolation e) {
      answer = ByteBuffer.allocate(0);
      throw new IncompatiblePeerException(
          "the peer does not speak the protocol of this library, scheme="
              + ours.terms().scheme()
              + ": "
              + e.getMessage()
              + "; for other programs set the option framing",
          e);
    } catch (Hello.Refusal e) {
      refused = e.code();
      answer = accepting ? refusal(e.code(), e.getMessage()) : ByteBuffer.allocate(0);
      throw e.code().exception(e.getMessage());
    }
  }

  /**
   * What the handshake agreed.
   *
   * @return the agreement
   * @throws IllegalStateException before {@link #feed} returned true
   */
  public Agreement agreement() {
    if (agreement == null) {
      throw new IllegalStateException("the handshake is not complete, received=" + count);
    }
    return agreement;
  }

  /**
   * A whole WELCOME frame, for the accepting side to write.
   *
   * @return a new buffer
   * @throws IllegalStateException before {@link #feed} returned true
   */
  public ByteBuffer welcome() {
    return ours.welcomeFrame(agreement());
  }

  /**
   * A whole WELCOME frame that names the shared memory of the connection, for the accepting side.
   *
   * @param segment where it is
   * @return a new buffer
   * @throws IllegalArgumentException if the name is too long for the frame
   * @throws IllegalStateException before {@link #feed} returned true
   */
  public ByteBuffer welcome(SegmentName segment) {
    return ours.welcomeFrame(agreement(), segment);
  }

  /**
   * What to write before the connection is closed, after {@link #feed} threw.
   *
   * @return a REFUSE frame if the peer would understand it
   */
  public Optional<ByteBuffer> answer() {
    return Optional.ofNullable(answer).filter(ByteBuffer::hasRemaining);
  }

  /**
   * Whether the peer refused us only because it has no room now.
   *
   * @return whether another try makes sense
   */
  public boolean isBusy() {
    return refused == RefuseCode.BUSY && !accepting;
  }

  /**
   * Up to the end of the header, then of the magic, then of the frame: each is checked when there.
   */
  private void take(ByteBuffer chunk) {
    int goal = MAGIC_END;
    if (count < Frame.HEADER) {
      goal = Frame.HEADER;
    } else if (count >= MAGIC_END || Frame.length(header()) < MAGIC_END - Frame.HEADER) {
      goal = Frame.HEADER + Frame.length(header());
    }
    int taken = Math.min(goal - count, chunk.remaining());
    if (count + taken > received.length) {
      received = Arrays.copyOf(received, Math.min(goal, 2 * (count + taken)));
    }
    chunk.get(received, count, taken);
    count += taken;
  }

  private long header() {
    return (long) Frame.LONG.get(ByteBuffer.wrap(received), 0);
  }

  private void check() {
    if (count < Frame.HEADER) {
      return;
    }
    long header = header();
    int type = Frame.type(header);
    int length = Frame.length(header);
    boolean expected = accepting ? type == Frame.HELLO : type == Frame.WELCOME;
    boolean refused = !accepting && type == Frame.REFUSE;
    int least = refused ? Short.BYTES : HelloCodec.LEAST;
    if (!(expected || refused)
        || header >>> 40 != 0
        || length < least
        || length > Frame.MAX_CONTROL) {
      throw ProtocolViolation.protocolError(
          "the first frame is not of a handshake, " + Frame.describe(header));
    }
    if (expected && count >= MAGIC_END) {
      int magic = ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN).getInt(Frame.HEADER);
      if (magic != HelloCodec.MAGIC) {
        throw ProtocolViolation.protocolError(
            "the magic is wrong, magic=" + Integer.toHexString(magic));
      }
    }
  }

  private Agreement conclude() throws Hello.Refusal {
    ByteBuffer payload = ByteBuffer.wrap(received, Frame.HEADER, count - Frame.HEADER);
    if (Frame.type(header()) == Frame.REFUSE) {
      int code = payload.order(ByteOrder.LITTLE_ENDIAN).getShort() & 0xffff;
      throw new Hello.Refusal(
          RefuseCode.of(code),
          "the peer refused, code=" + code + ", text=" + Text.oneLine(payload));
    }
    Hello peer = Hello.decode(payload);
    if (!accepting && peer.minVersion() != peer.maxVersion()) {
      throw ProtocolViolation.protocolError(
          "a WELCOME does not choose a version, minVersion="
              + peer.minVersion()
              + ", maxVersion="
              + peer.maxVersion());
    }
    Agreement agreed = ours.negotiate(peer);
    if (accepting && !ours.terms().token().isEmpty() && !sameToken(peer)) {
      throw new Hello.Refusal(RefuseCode.TOKEN, "the token is missing or wrong");
    }
    return agreed;
  }

  private boolean sameToken(Hello peer) {
    return MessageDigest.isEqual(
        ours.terms().token().getBytes(StandardCharsets.UTF_8),
        peer.terms().token().getBytes(StandardCharsets.UTF_8));
  }
}

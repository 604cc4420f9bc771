// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import org.agrona.AsciiNumberFormatException;

/**
 * The texts of Agrona's buffer, made of its bytes. The rings need none; they are here to be
 * complete, not to be fast.
 */
abstract class TextBuffer extends DerivedBuffer {
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

  // Numbers as texts.

  @Override
  public final int parseNaturalIntAscii(int index, int length) {
    return (int) parse(index, length, 0, Integer.MAX_VALUE);
  }

  @Override
  public final long parseNaturalLongAscii(int index, int length) {
    return parse(index, length, 0, Long.MAX_VALUE);
  }

  @Override
  public final int parseIntAscii(int index, int length) {
    return (int) parse(index, length, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public final long parseLongAscii(int index, int length) {
    return parse(index, length, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long parse(int index, int length, long least, long most) {
    String text = getStringWithoutLengthAscii(index, length);
    try {
      long value = Long.parseLong(text);
      if (text.charAt(0) != '+'
          && value >= least
          && value <= most
          && (least < 0 || text.charAt(0) != '-')) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, with where it stands.
    }
    throw new AsciiNumberFormatException(
        "not a number in range: text=" + text + ", index=" + index);
  }

  @Override
  public final int putIntAscii(int index, int value) {
    return putStringWithoutLengthAscii(index, Integer.toString(value));
  }

  @Override
  public final int putLongAscii(int index, long value) {
    return putStringWithoutLengthAscii(index, Long.toString(value));
  }

  @Override
  public final int putNaturalIntAscii(int index, int value) {
    return putIntAscii(index, value);
  }

  @Override
  public final int putNaturalLongAscii(int index, long value) {
    return putLongAscii(index, value);
  }

  @Override
  public final int putNaturalIntAsciiFromEnd(int value, int end) {
    String digits = Integer.toString(value);
    putStringWithoutLengthAscii(end - digits.length(), digits);
    return end - digits.length();
  }

  @Override
  public final void putNaturalPaddedIntAscii(int index, int length, int value) {
    String digits = Integer.toString(value);
    if (value < 0 || digits.length() > length) {
      throw new NumberFormatException("does not fit: value=" + value + ", length=" + length);
    }
    putStringWithoutLengthAscii(index, "0".repeat(length - digits.length()) + digits);
  }

  // ASCII; whatever else is written as a question mark.

  @Override
  public final String getStringAscii(int index) {
    return getStringAscii(index, getInt(index));
  }

  @Override
  public final String getStringAscii(int index, ByteOrder order) {
    return getStringAscii(index, getInt(index, order));
  }

  @Override
  public final String getStringAscii(int index, int length) {
    return getStringWithoutLengthAscii(index + STR_HEADER_LEN, length);
  }

  @Override
  public final int getStringAscii(int index, Appendable to) {
    return getStringAscii(index, getInt(index), to);
  }

  @Override
  public final int getStringAscii(int index, Appendable to, ByteOrder order) {
    return getStringAscii(index, getInt(index, order), to);
  }

  @Override
  public final int getStringAscii(int index, int length, Appendable to) {
    return getStringWithoutLengthAscii(index + STR_HEADER_LEN, length, to);
  }

  @Override
  public final String getStringWithoutLengthAscii(int index, int length) {
    return new String(bytes(index, length), US_ASCII);
  }

  @Override
  public final int getStringWithoutLengthAscii(int index, int length, Appendable to) {
    try {
      to.append(getStringWithoutLengthAscii(index, length).replace('\uFFFD', '?'));
      return length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public final int putStringAscii(int index, String value) {
    return putStringAscii(index, (CharSequence) value);
  }

  @Override
  public final int putStringAscii(int index, CharSequence value) {
    return putStringAscii(index, value, NATIVE);
  }

  @Override
  public final int putStringAscii(int index, String value, ByteOrder order) {
    return putStringAscii(index, (CharSequence) value, order);
  }

  @Override
  public final int putStringAscii(int index, CharSequence value, ByteOrder order) {
    return putText(index, ascii(value), order);
  }

  @Override
  public final int putStringWithoutLengthAscii(int index, String value) {
    return putStringWithoutLengthAscii(index, (CharSequence) value);
  }

  @Override
  public final int putStringWithoutLengthAscii(int index, CharSequence value) {
    return putAll(index, ascii(value));
  }

  @Override
  public final int putStringWithoutLengthAscii(int index, String value, int offset, int length) {
    return putStringWithoutLengthAscii(index, (CharSequence) value, offset, length);
  }

  @Override
  public final int putStringWithoutLengthAscii(
      int index, CharSequence value, int offset, int length) {
    int end = value == null ? 0 : offset + Math.min(value.length() - offset, length);
    return putAll(index, value == null ? new byte[0] : ascii(value.subSequence(offset, end)));
  }

  // UTF-8.

  @Override
  public final String getStringUtf8(int index) {
    return getStringUtf8(index, getInt(index));
  }

  @Override
  public final String getStringUtf8(int index, ByteOrder order) {
    return getStringUtf8(index, getInt(index, order));
  }

  @Override
  public final String getStringUtf8(int index, int length) {
    return getStringWithoutLengthUtf8(index + STR_HEADER_LEN, length);
  }

  @Override
  public final String getStringWithoutLengthUtf8(int index, int length) {
    return new String(bytes(index, length), UTF_8);
  }

  @Override
  public final int putStringUtf8(int index, String value) {
    return putStringUtf8(index, value, NATIVE);
  }

  @Override
  public final int putStringUtf8(int index, String value, ByteOrder order) {
    return putStringUtf8(index, value, order, Integer.MAX_VALUE);
  }

  @Override
  public final int putStringUtf8(int index, String value, int maximum) {
    return putStringUtf8(index, value, NATIVE, maximum);
  }

  @Override
  public final int putStringUtf8(int index, String value, ByteOrder order, int maximum) {
    byte[] encoded = utf8(value);
    if (encoded.length > maximum) {
      throw new IllegalArgumentException(
          "the encoded text is too long: length=" + encoded.length + ", at most " + maximum);
    }
    return putText(index, encoded, order);
  }

  @Override
  public final int putStringWithoutLengthUtf8(int index, String value) {
    return putAll(index, utf8(value));
  }

  private byte[] bytes(int index, int length) {
    boundsCheck(index, length);
    byte[] bytes = new byte[length];
    getBytes(index, bytes);
    return bytes;
  }

  private int putText(int index, byte[] text, ByteOrder order) {
    putInt(index, text.length, order);
    return STR_HEADER_LEN + putAll(index + STR_HEADER_LEN, text);
  }

  private int putAll(int index, byte[] bytes) {
    putBytes(index, bytes);
    return bytes.length;
  }

  private static byte[] ascii(CharSequence value) {
    return value == null ? new byte[0] : value.toString().getBytes(US_ASCII);
  }

  private static byte[] utf8(String value) {
    return value == null ? new byte[0] : value.getBytes(UTF_8);
  }
}

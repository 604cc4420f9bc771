// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A place where processes meet, not a connection: {@code scheme:address?key=value&key=value}.
 * Immutable.
 *
 * <p>Address, keys and values are percent-encoded UTF-8; the first raw {@code ?} starts the
 * options. {@link #toString()} is the canonical form (options in alphabetical order, nothing
 * encoded that need not be) and reads back as an equal endpoint. Options override the {@link
 * ChannelConfig}. Secrets never stand here: endpoints are logged.
 */
public final class Endpoint {
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");
  private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9.-]*");
  private static final String PLAIN = "-._~!$'()*+,;:@/[]";

  private final String scheme;
  private final String address;
  private final Map<String, String> options;

  private Endpoint(String scheme, String address, Map<String, String> options) {
    this.scheme = scheme;
    this.address = address;
    this.options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /**
   * Reads an endpoint from its text.
   *
   * @param text such as {@code unix:/run/app/orders.sock?maxMessage=1m}
   * @return the endpoint
   * @throws InvalidEndpointException if the text is malformed
   */
  public static Endpoint of(String text) {
    Objects.requireNonNull(text, "text");
    requireText("endpoint", text);
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidEndpointException(
          "the endpoint has no scheme, endpoint=" + text + "; write scheme:address?key=value");
    }
    int question = text.indexOf('?', colon);
    String address = text.substring(colon + 1, question < 0 ? text.length() : question);
    Map<String, String> options =
        question < 0 ? Map.of() : parseOptions(text, text.substring(question + 1));
    return of(text.substring(0, colon), decode(text, address), options);
  }

  /**
   * Makes an endpoint from its parts, which need no quoting.
   *
   * @param scheme the name of the mechanism, such as {@code unix}
   * @param address what the mechanism calls the place, such as a path; empty where there is only
   *     one
   * @param options may be empty
   * @return the endpoint
   * @throws InvalidEndpointException if the scheme or a key is malformed
   */
  public static Endpoint of(String scheme, String address, Map<String, String> options) {
    if (!SCHEME.matcher(scheme).matches()) {
      throw new InvalidEndpointException(
          "the scheme is malformed, scheme="
              + scheme
              + "; it is lower-case letters, digits, '+', '.' and '-', a letter first");
    }
    if (address.indexOf('\0') >= 0) {
      throw new InvalidEndpointException("the address holds a NUL character, scheme=" + scheme);
    }
    requireText("address", address);
    options.forEach(
        (key, value) -> {
          requireText(key, Objects.requireNonNull(value, key));
          if (!KEY.matcher(key).matches()) {
            throw new InvalidEndpointException(
                "the option key is malformed, key="
                    + key
                    + "; it is letters, digits, '.' and '-', a letter first");
          }
        });
    return new Endpoint(scheme, address, options);
  }

  /**
   * The name of the mechanism.
   *
   * @return such as {@code unix}
   */
  public String scheme() {
    return scheme;
  }

  /**
   * What the mechanism calls the place, decoded.
   *
   * @return such as a path
   */
  public String address() {
    return address;
  }

  /**
   * The options, decoded.
   *
   * @return immutable, in alphabetical order
   */
  public Map<String, String> options() {
    return options;
  }

  /**
   * One option, decoded.
   *
   * @param key its key
   * @return its value, empty if it is not set
   */
  public Optional<String> option(String key) {
    return Optional.ofNullable(options.get(key));
  }

  /**
   * The same place with one option set or replaced.
   *
   * @param key its key
   * @param value its value
   * @return the other endpoint
   */
  public Endpoint with(String key, String value) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changed.put(key, value);
    return of(scheme, address, changed);
  }

  /**
   * The same options at another place of the same scheme.
   *
   * @param other the other address, not encoded
   * @return the other endpoint
   */
  public Endpoint withAddress(String other) {
    return of(scheme, other, options);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Endpoint that
        && scheme.equals(that.scheme)
        && address.equals(that.address)
        && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return Objects.hash(scheme, address, options);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheme).append(':');
    encode(address, text);
    char separator = '?';
    for (Map.Entry<String, String> option : options.entrySet()) {
      text.append(separator).append(option.getKey()).append('=');
      encode(option.getValue(), text);
      separator = '&';
    }
    return text.toString();
  }

  private static Map<String, String> parseOptions(String text, String query) {
    Map<String, String> options = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new InvalidEndpointException(
            "an option is not key=value, option=" + pair + ", endpoint=" + text);
      }
      String key = decode(text, pair.substring(0, equals));
      if (options.put(key, decode(text, pair.substring(equals + 1))) != null) {
        throw new InvalidEndpointException(
            "an option is given twice, key=" + key + ", endpoint=" + text);
      }
    }
    return options;
  }

  /** Half a surrogate pair cannot be encoded; it would silently become a question mark. */
  private static void requireText(String name, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidEndpointException(
          "the text holds half a surrogate pair, " + name + "=" + text + "; it has no UTF-8 form");
    }
  }

  private static void encode(String plain, StringBuilder text) {
    for (byte octet : plain.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean letterOrDigit = c < 128 && Character.isLetterOrDigit(c);
      if (letterOrDigit || PLAIN.indexOf(c) >= 0) {
        text.append(c);
      } else {
        text.append('%').append(String.format("%02X", (int) c));
      }
    }
  }

  private static String decode(String text, String encoded) {
    ByteBuffer octets = ByteBuffer.allocate(4 * encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        octets.put(octet(text, encoded, i));
        i += 2;
      } else {
        int end = Character.isHighSurrogate(c) && i + 1 < encoded.length() ? i + 2 : i + 1;
        octets.put(encoded.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end - 1;
      }
    }
    try {
      CharBuffer plain = StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
      return plain.toString();
    } catch (CharacterCodingException e) {
      throw new InvalidEndpointException("the encoded text is not UTF-8, endpoint=" + text, e);
    }
  }

  private static byte octet(String text, String encoded, int percent) {
    if (percent + 2 < encoded.length()) {
      int high = Character.digit(encoded.charAt(percent + 1), 16);
      int low = Character.digit(encoded.charAt(percent + 2), 16);
      if (high >= 0 && low >= 0) {
        return (byte) (high << 4 | low);
      }
    }
    throw new InvalidEndpointException(
        "a '%' is not followed by two hexadecimal digits, endpoint="
            + text
            + "; write a plain '%' as %25");
  }
}

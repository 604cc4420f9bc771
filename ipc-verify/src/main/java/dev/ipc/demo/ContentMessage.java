// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

/** How files become messages: the first byte is the kind. */
enum ContentMessage {
  /** A file begins: length as a 64-bit number, name in UTF-8. */
  HEADER('H'),
  /** Bytes of the file. */
  CHUNK('C'),
  /** The file ends. */
  END('E'),
  /** Everything was sent: the number of messages, this one included, as a 64-bit number. */
  DONE('D');

  private final byte code;

  ContentMessage(char code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static ContentMessage of(byte code) {
    return switch (code) {
      case 'H' -> HEADER;
      case 'C' -> CHUNK;
      case 'E' -> END;
      case 'D' -> DONE;
      default -> throw new Failure("a message of no known kind arrived, kind=" + code);
    };
  }
}

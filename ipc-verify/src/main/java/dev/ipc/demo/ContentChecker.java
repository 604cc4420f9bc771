// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;

/** Compares what arrives with the sums that the files had on disk. One thread at a time. */
final class ContentChecker {
  private final String side;
  private final Iterator<Content.Item> expected;
  private final MessageDigest digest = Sums.sha256();
  private Content.Item item;
  private long received;
  private long messages;
  private int files;
  private boolean done;

  /**
   * @param side who compares, for the message
   */
  ContentChecker(String side, Content content) {
    this.side = side;
    this.expected = content.items().iterator();
  }

  int files() {
    return files;
  }

  /** Whether everything has arrived and was equal. */
  boolean done() {
    return done;
  }

  /** Takes the next message and moves its position to its limit. */
  void accept(ByteBuffer message) {
    messages++;
    if (done || !message.hasRemaining()) {
      throw new Failure(side + " received a message too many, message=" + messages);
    }
    ContentMessage kind = ContentMessage.of(message.get());
    if ((kind == ContentMessage.CHUNK || kind == ContentMessage.END) == (item == null)) {
      throw new Failure(
          side + " received messages out of order, message=" + messages + ", kind=" + kind);
    }
    switch (kind) {
      case HEADER -> header(message);
      case CHUNK -> {
        received += message.remaining();
        digest.update(message);
      }
      case END -> end();
      case DONE -> done(message.getLong());
    }
  }

  private void header(ByteBuffer message) {
    long length = message.getLong();
    String name = StandardCharsets.UTF_8.decode(message).toString();
    if (!expected.hasNext()) {
      throw new Failure(side + " received a file too many, file=" + name);
    }
    item = expected.next();
    if (length != item.length() || !item.name().equals(name)) {
      throw new Failure(
          side + " received the wrong file, expected=" + item.name() + ", received=" + name);
    }
    received = 0;
  }

  private void end() {
    String sum = Sums.text(digest);
    if (received != item.length() || !sum.equals(item.sum())) {
      throw new Failure(
          side
              + " received different content, file="
              + item.name()
              + (item.changed() ? " (which was changed meanwhile: run the demo again)" : "")
              + ", bytes="
              + received
              + " of "
              + item.length()
              + ", SHA-256="
              + sum.substring(0, 12)
              + "…, expected="
              + item.sum().substring(0, 12)
              + "…");
    }
    files++;
    item = null;
  }

  private void done(long count) {
    if (count != messages || expected.hasNext()) {
      throw new Failure(
          side + " misses messages, sent=" + count + ", received=" + messages + ", files=" + files);
    }
    done = true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.CloseReport;
import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps the messages of a channel for a test that waits for them. */
final class Collector implements MessageHandler {
  static final long DEADLINE_SECONDS = 30;

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

  static Collector on(Channel channel) {
    Collector collector = new Collector();
    channel.onMessage(collector);
    return collector;
  }

  @Override
  public void onMessage(ByteBuffer message) {
    byte[] copy = new byte[message.remaining()];
    message.get(copy);
    messages.add(copy);
  }

  byte[] next() throws InterruptedException {
    byte[] message = messages.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message in " + DEADLINE_SECONDS + " s");
    }
    return message;
  }

  void expect(byte[] expected) throws InterruptedException {
    byte[] actual = next();
    if (!Arrays.equals(expected, actual)) {
      throw new AssertionError(
          "another message, lengths="
              + expected.length
              + "/"
              + actual.length
              + ", first difference at "
              + Arrays.mismatch(expected, actual));
    }
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  static CloseReport end(Channel channel) throws Exception {
    return channel.closed().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Bytes that differ from place to place and from message to message. */
  static byte[] payload(int length, int salt) {
    byte[] bytes = new byte[length];
    int state = 0x9e3779b9 * (salt + 1);
    for (int i = 0; i < length; i++) {
      state = state * 1664525 + 1013904223;
      bytes[i] = (byte) (state >>> 24);
    }
    return bytes;
  }

  /** The same for framings that carry texts. */
  static byte[] text(int length, int salt) {
    byte[] bytes = payload(length, salt);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('A' + (bytes[i] & 15));
    }
    return bytes;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * One way for two processes to exchange messages, as the benchmark sees it: a transport of ours, a
 * peer, or a physical limit. Found by {@link java.util.ServiceLoader} through its {@link Provider}.
 * The same name leads to the same contender in the serving and in the asking process; each process
 * uses a contender for one piece of work only.
 *
 * <p>A message is {@code size} bytes, and begins with its number as a little-endian {@code int}: 0,
 * 1, 2 and so on. Whoever receives messages reads that number and fails when it is not the next, so
 * that nobody wins by not looking or by losing some.
 */
public interface Contender {
  /** The name in tables and on the command line: lower case, digits and dashes. */
  String name();

  /** What it can do. */
  Collection<Work> works();

  /** The JVM options that both processes need, in addition to the common ones. */
  default List<String> jvmOptions() {
    return List.of();
  }

  /**
   * Starts to serve and returns once clients may connect.
   *
   * @param place an existing, empty, private directory in memory that both processes use for names
   *     and files; the server may leave a file there that tells the client more, such as a port
   * @param size bytes of a message
   */
  Server serve(Work work, Path place, int size) throws Exception;

  /** Connects to a server of the same work, place and size. */
  Client connect(Work work, Path place, int size) throws Exception;

  /** What is measured. */
  enum Work {
    /** The server sends every message back; the client sends the next when that has come. */
    ROUND_TRIP,
    /** The client sends as fast as it can, the server takes and counts. */
    ONE_WAY
  }

  /** The serving end, which works on threads of its own. */
  interface Server extends AutoCloseable {
    /** How many messages were received so far. Any thread. */
    long received();

    /** Why it had to stop, or null while all is well. Any thread. */
    Throwable failure();

    @Override
    void close() throws IOException;
  }

  /** The asking end. One thread. */
  interface Client extends AutoCloseable {
    /** Sends the next message and returns when it has come back whole. */
    default void roundTrip() throws Exception {
      throw new UnsupportedOperationException("this is not a client for round trips");
    }

    /** Makes round trips one after the other as long as the stopwatch says. */
    default void roundTrips(Stopwatch stopwatch) throws Exception {
      do {
        stopwatch.sent();
        roundTrip();
      } while (stopwatch.returned());
    }

    /** Sends the next {@code count} messages; what still waits in a batch may be sent later. */
    default void send(int count) throws Exception {
      throw new UnsupportedOperationException("this is not a client for sending one way");
    }

    /**
     * Sends for a while, and flushes.
     *
     * @return how many messages were sent
     */
    default long sendFor(long nanos) throws Exception {
      return Sending.sendFor(this, nanos);
    }

    /** Sends what waits in a batch. Messages need not have been received. */
    default void flush() throws Exception {}

    @Override
    void close() throws IOException;
  }

  /** Several contenders that need the same libraries. */
  interface Provider {
    Collection<Contender> contenders();
  }
}

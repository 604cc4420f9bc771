// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One of the two processes of a measurement. It takes commands from its standard input, one a line,
 * and answers each with a line; it ends when its input does.
 */
final class ChildMain {
  private static final int ORPHANED = 3;

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Contender.Work work;
  private final Path place;
  private final int size;

  private ChildMain(String[] arguments) {
    work = Contender.Work.valueOf(arguments[3]);
    place = Path.of(arguments[4]);
    size = Integer.parseInt(arguments[5]);
  }

  /** Arguments: side, class of the provider, contender, work, place, size. */
  public static void main(String[] arguments) {
    ChildMain child = new ChildMain(arguments);
    Thread reader = new Thread(child::read, "bench-parent");
    reader.setDaemon(true);
    reader.start();
    try {
      Contender contender = contender(arguments[1], arguments[2]);
      if (Side.valueOf(arguments[0]) == Side.SERVER) {
        child.serve(contender);
      } else {
        child.ask(contender);
      }
    } catch (Throwable e) {
      e.printStackTrace();
      String cause = e.getCause() == null ? "" : ", cause=" + e.getCause();
      child.say(("failed " + e + cause).replaceAll("\\R", " "));
      Runtime.getRuntime().halt(1);
    }
    System.exit(0);
  }

  private static Contender contender(String provider, String name) {
    return ServiceLoader.load(Contender.Provider.class).stream()
        .filter(candidate -> candidate.type().getName().equals(provider))
        .flatMap(candidate -> candidate.get().contenders().stream())
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such contender, name=" + name));
  }

  private void serve(Contender contender) throws Exception {
    try (Contender.Server server = contender.serve(work, place, size)) {
      say("ready");
      for (String[] command = next(); !command[0].equals("quit"); command = next()) {
        if (command[0].equals("window")) {
          window(server, Long.parseLong(command[1]), Long.parseLong(command[2]));
        } else {
          require(server);
          say("count " + server.received());
        }
      }
    }
  }

  /** Looks at the count, and again after a while. */
  private void window(Contender.Server server, long lead, long millis) throws Exception {
    TimeUnit.MILLISECONDS.sleep(lead);
    long allocated = allocated();
    long first = server.received();
    long start = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(millis);
    long count = server.received() - first;
    long nanos = System.nanoTime() - start;
    require(server);
    say("window " + count + " " + nanos + " " + allocatedSince(allocated));
  }

  private static void require(Contender.Server server) {
    if (server.failure() != null) {
      throw new IllegalStateException("the server had to stop", server.failure());
    }
  }

  private void ask(Contender contender) throws Exception {
    try (Contender.Client client = contender.connect(work, place, size)) {
      say("ready");
      for (String[] command = next(); !command[0].equals("quit"); command = next()) {
        if (command[0].equals("rested")) {
          trips(client, new Stopwatch(0), Long.parseLong(command[1]), Long.parseLong(command[2]));
        } else {
          run(client, TimeUnit.MILLISECONDS.toNanos(Long.parseLong(command[1])));
        }
      }
    }
  }

  private void run(Contender.Client client, long nanos) throws Exception {
    if (work == Contender.Work.ROUND_TRIP) {
      trips(client, new Stopwatch(nanos), 1, 0);
    } else {
      long before = allocated();
      long sent = client.sendFor(nanos);
      say("sent " + sent + " " + allocatedSince(before));
    }
  }

  /** Round trips as long as the stopwatch says, so many times, each time after a rest. */
  private void trips(Contender.Client client, Stopwatch stopwatch, long times, long rest)
      throws Exception {
    long before = allocated();
    for (long i = 0; i < times; i++) {
      TimeUnit.NANOSECONDS.sleep(rest);
      client.roundTrips(stopwatch);
    }
    long allocated = allocatedSince(before);
    say("trips " + encoded(stopwatch.times()) + " " + allocated);
  }

  private static String encoded(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    byte[] bytes = new byte[length];
    buffer.rewind();
    buffer.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What the threads of this process allocated in their lives. */
  private long allocated() {
    long[] bytes = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
    long sum = 0;
    for (long count : bytes) {
      sum += Math.max(0, count);
    }
    return sum;
  }

  /** What was allocated since, without what one look costs. */
  private long allocatedSince(long before) {
    long now = allocated();
    return Math.max(0, now - before - (allocated() - now));
  }

  private String[] next() throws InterruptedException {
    return commands.take().split(" ", -1);
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
      }
    } catch (IOException e) {
      // the parent is gone
    }
    Runtime.getRuntime().halt(ORPHANED);
  }
}

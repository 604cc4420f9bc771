// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.EndpointInUseException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/** What the forked processes of these tests do. */
final class NameMain {
  private static volatile AutoCloseable held = () -> {};

  private NameMain() {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", 2);
      try {
        System.out.println(answer(words[0], words.length == 1 ? null : Path.of(words[1])));
      } catch (Exception e) {
        System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
      }
    }
  }

  private static String answer(String verb, Path path) throws Exception {
    return switch (verb) {
      case "lock" -> {
        held = EndpointLock.acquire(path, Servers.endpoint(path));
        yield "ok";
      }
      case "bind" -> bind(path);
      case "race" -> race(path);
      case "hang" -> {
        Servers.bind(path, temporary -> hang());
        yield "unreachable";
      }
      case "connect" -> {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        yield "ok";
      }
      case "close" -> {
        held.close();
        yield "ok";
      }
      default -> "unknown verb";
    };
  }

  /** Answers with the mode of the directory that the socket was born in. */
  private static String bind(Path path) {
    String[] mode = new String[1];
    held =
        Servers.bind(
            path,
            temporary -> {
              Path directory = temporary.getParent().toRealPath();
              mode[0] = Integer.toOctalString(FileFacts.of(directory).orElseThrow().permissions());
              return Servers.listen(temporary);
            });
    return "ok " + mode[0];
  }

  private static String race(Path path) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Queue<String> outcome = new ConcurrentLinkedQueue<>();
    Runnable starter =
        () -> {
          try {
            barrier.await();
            held = Servers.bind(path, Servers::listen);
            outcome.add("W");
          } catch (EndpointInUseException e) {
            outcome.add("L");
          } catch (Exception e) {
            outcome.add(e.toString());
          }
        };
    Thread other = new Thread(starter);
    other.start();
    starter.run();
    other.join();
    return String.join("", outcome);
  }

  private static Closeable hang() throws IOException {
    System.out.println("hangs");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return () -> {};
  }
}

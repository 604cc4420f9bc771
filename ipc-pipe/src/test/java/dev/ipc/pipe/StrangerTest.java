// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.IpcContext;
import dev.ipc.IpcTimeoutException;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.UnusableEndpointException;
import dev.ipc.spi.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others write into the listener's FIFO, put into its place, or do not do. */
@Timeout(60)
class StrangerTest {
  @TempDir Path directory;

  private Path name() {
    return directory.resolve("f");
  }

  private Endpoint endpoint() {
    return Endpoint.of("fifo", name().toString(), Map.of());
  }

  private static void assertServes(IpcContext context, Listener listener) throws Exception {
    try (Channel client = context.connect(listener.endpoint());
        Channel server = listener.accept(Programs.PATIENCE).orElseThrow()) {
      client.send(Programs.text("still here"));
      List<String> heard = new ArrayList<>();
      assertEquals(
          ReceiveResult.RECEIVED,
          server.receive(message -> heard.add(Programs.text(message)), Programs.PATIENCE));
      assertEquals(List.of("still here"), heard);
    }
  }

  private void write(byte[] bytes) throws IOException {
    try (FileChannel door = FileChannel.open(name(), StandardOpenOption.WRITE)) {
      door.write(ByteBuffer.wrap(bytes));
    }
  }

  @Test
  void garbageInTheFifoDoesNoHarm() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint())) {
      for (int i = 0; i < 20; i++) {
        byte[] garbage = new byte[random.nextInt(20_000)];
        random.nextBytes(garbage);
        write(garbage);
        byte[] half = Announcement.of(directory).encode();
        write(java.util.Arrays.copyOf(half, random.nextInt(half.length)));
        assertServes(context, listener);
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed=" + seed, e);
    }
  }

  @Test
  void aRecordThatNamesSomebodyElsesFilesTouchesNothing() throws Exception {
    Path mine = Directories.createPrivate(directory, "mine-");
    byte[] content = "precious".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (String file : List.of("c", "s")) {
      Files.write(mine.resolve(file), content);
    }
    Path links = Directories.createPrivate(directory, "links-");
    Files.createSymbolicLink(links.resolve("c"), mine.resolve("c"));
    Files.createSymbolicLink(links.resolve("s"), mine.resolve("s"));
    Path open = Files.createDirectory(directory.resolve("open"));
    Mkfifo.make(open.resolve("c"), open.resolve("s"));
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint())) {
      for (Path place : List.of(mine, links, open, directory.resolve("nowhere"))) {
        write(Announcement.of(place).encode());
      }
      assertServes(context, listener);
      assertArrayEquals(content, Files.readAllBytes(mine.resolve("c")));
      assertArrayEquals(content, Files.readAllBytes(mine.resolve("s")));
    }
  }

  @Test
  void aClientThatVanishesBetweenAnnouncingAndOpeningIsForgotten() throws Exception {
    Path pair = Directories.createPrivate(directory, "pair-");
    Mkfifo.make(pair.resolve("c"), pair.resolve("s"));
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint())) {
      assertServes(context, listener);
      long before = Programs.descriptors();
      write(Announcement.of(pair).encode()); // and nobody has it open
      assertServes(context, listener);
      Programs.await("its descriptors to be closed", () -> Programs.descriptors() <= before);
    }
  }

  @Test
  void aClientThatSaysNothingIsGivenUp() throws Exception {
    Path pair = Directories.createPrivate(directory, "pair-");
    Mkfifo.make(pair.resolve("c"), pair.resolve("s"));
    try (IpcContext context = IpcContext.create();
        FileChannel c = FifoPair.hold(pair.resolve("c"));
        FileChannel s = FifoPair.hold(pair.resolve("s"));
        Listener listener = context.listen(endpoint().with("handshakeTimeout", "100ms"))) {
      assertServes(context, listener);
      long before = Programs.descriptors();
      write(Announcement.of(pair).encode());
      assertServes(context, listener);
      Programs.await("its descriptors to be closed", () -> Programs.descriptors() <= before);
      assertTrue(c.isOpen() && s.isOpen());
    }
  }

  @Test
  void aFifoThatNobodyAnswersIsGivenUpInTime() throws Exception {
    Mkfifo.make(name());
    try (IpcContext context = IpcContext.create();
        FileChannel silent = FifoPair.hold(name())) {
      Endpoint patient = endpoint().with("handshakeTimeout", "200ms");
      long start = System.nanoTime();
      assertThrows(IpcTimeoutException.class, () -> context.connect(patient));
      assertTrue(Programs.since(start).toSeconds() < 5, "late");
      assertTrue(silent.isOpen());
      assertThrows(EndpointInUseException.class, () -> context.listen(endpoint()));
    }
    try (IpcContext context = IpcContext.create()) {
      Endpoint hurried = endpoint().with("connectTimeout", "0");
      assertThrows(EndpointAbsentException.class, () -> context.connect(hurried));
      context.listen(endpoint()).close(); // what nobody reads is stale
    }
  }

  @Test
  void otherFilesStay() throws Exception {
    Files.writeString(name(), "precious");
    try (IpcContext context = IpcContext.create()) {
      assertThrows(UnusableEndpointException.class, () -> context.listen(endpoint()));
      assertThrows(UnusableEndpointException.class, () -> context.connect(endpoint()));
    }
    assertEquals("precious", Files.readString(name()));
  }
}

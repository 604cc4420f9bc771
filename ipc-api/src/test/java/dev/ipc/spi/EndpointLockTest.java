// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EndpointLockTest {
  private static final int INTERRUPTS = 1000 * Integer.getInteger("ipc.scale", 1);

  @TempDir Path directory;
  Path name;
  Jvm other;

  @BeforeEach
  void start() throws IOException {
    name = directory.resolve("orders");
    other = Jvm.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    other.close();
  }

  @Test
  void excludesThisProcessAndOthersAndLeavesAnEmptyFile() throws Exception {
    EndpointLock lock = take(name);
    assertEquals(directory.toRealPath().resolve("orders"), lock.name());
    EndpointInUseException e = assertThrows(EndpointInUseException.class, () -> take(name));
    assertTrue(e.getMessage().contains("orders.lock"), e.getMessage());
    assertTaken();
    lock.close();
    lock.close();
    assertEquals("ok", other.ask("lock " + name));
    assertThrows(EndpointInUseException.class, () -> take(name));
    assertEquals("ok", other.ask("close"));
    take(name).close();
    FileFacts file = FileFacts.of(directory.resolve("orders.lock")).orElseThrow();
    assertEquals(0600, file.permissions());
    assertEquals(0, file.size());
  }

  @Test
  void aSecondCloseDoesNotReleaseTheNextHolder() throws Exception {
    EndpointLock first = take(name);
    first.close();
    try (EndpointLock second = take(name)) {
      first.close();
      assertTaken();
    }
  }

  @Test
  void survivesCollectionsAndOtherFilesAndOtherPaths() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    Path lockFile = directory.resolve("orders.lock");
    try (EndpointLock lock = take(name)) {
      assertThrows(EndpointInUseException.class, () -> take(link.resolve("orders")));
      assertThrows(EndpointInUseException.class, () -> take(directory.resolve("./orders")));
      assertEquals(
          100, Files.readAllBytes(Files.write(directory.resolve("other"), new byte[100])).length);
      assertEquals(0, Files.size(lockFile));
      for (int i = 0; i < 10; i++) {
        System.gc();
      }
      assertTaken();
    }
  }

  @Test
  void survivesInterrupts() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (EndpointLock lock = take(name)) {
      Thread user =
          new Thread(
              () -> {
                while (calls.get() < INTERRUPTS) {
                  Thread.currentThread().interrupt();
                  assertThrows(EndpointInUseException.class, () -> take(name));
                  take(directory.resolve("another")).close();
                  assertTrue(Thread.interrupted(), "the flag is kept");
                  calls.incrementAndGet();
                }
              });
      user.start();
      while (user.isAlive()) {
        user.interrupt();
        Thread.onSpinWait();
      }
      user.join();
      assertEquals(INTERRUPTS, calls.get());
      assertTaken();
    }
  }

  @Test
  void aDeletedLockFileStillExcludesThisProcessAndTheSocketAnswersOthers() throws Exception {
    try (SocketName bound = Servers.bind(name)) {
      Files.delete(directory.resolve("orders.lock"));
      assertThrows(EndpointInUseException.class, () -> take(name));
      String answer = other.ask("bind " + name);
      assertTrue(answer.startsWith("EndpointInUseException a server"), answer);
      assertTrue(bound.isIntact());
    }
  }

  @Test
  void endsWithItsProcess() throws Exception {
    assertEquals("ok", other.ask("lock " + name));
    assertThrows(EndpointInUseException.class, () -> take(name));
    other.kill();
    take(name).close();
  }

  @Test
  void survivesASecondCopyOfTheLibraryInTheProcess() throws Exception {
    URL classes = EndpointLock.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      EndpointLock lock = take(name);
      assertEquals("EndpointInUseException", takeByCopy(loader));
      assertEquals("EndpointInUseException", takeByCopy(loader));
      System.gc();
      assertTaken();
      lock.close();
      assertEquals("ok", takeByCopy(loader));
      assertThrows(EndpointInUseException.class, () -> take(name));
      assertTaken();
    }
  }

  private String takeByCopy(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> endpointClass = loader.loadClass(Endpoint.class.getName());
    Object endpoint = endpointClass.getMethod("of", String.class).invoke(null, "unix:" + name);
    try {
      loader
          .loadClass(EndpointLock.class.getName())
          .getMethod("acquire", Path.class, endpointClass)
          .invoke(null, name, endpoint);
      return "ok";
    } catch (InvocationTargetException e) {
      return e.getCause().getClass().getSimpleName();
    }
  }

  private void assertTaken() throws Exception {
    String answer = other.ask("lock " + name);
    assertTrue(answer.startsWith("EndpointInUseException another process"), answer);
  }

  private static EndpointLock take(Path name) {
    return EndpointLock.acquire(name, Servers.endpoint(name));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.inproc.InprocTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a context finds, refuses and ends. */
class IpcContextTest {
  private static final Endpoint PLACE = Endpoint.of("inproc:context-test?connectTimeout=0");

  @Test
  void anUnknownSchemeNamesItsModuleAndWhatIsInstalled() {
    try (IpcContext context = IpcContext.create()) {
      assertEquals(Set.of("inproc"), context.schemes());
      UnknownSchemeException known =
          assertThrows(
              UnknownSchemeException.class, () -> context.listen(Endpoint.of("shm:/tmp/x")));
      assertTrue(known.getMessage().contains("ipc-shm"), known.getMessage());
      assertTrue(known.getMessage().contains("installed=[inproc]"), known.getMessage());
      UnknownSchemeException other =
          assertThrows(
              UnknownSchemeException.class, () -> context.connect(Endpoint.of("pigeon:x")));
      assertTrue(other.getMessage().contains("scheme=pigeon"), other.getMessage());
    }
  }

  @Test
  void twoTransportsWithOneSchemeAreRefused() {
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                IpcContext.of(
                    ChannelConfig.defaults(), new InprocTransport(), new InprocTransport()));
    assertTrue(error.getMessage().contains("scheme=inproc"), error.getMessage());
  }

  @Test
  void closingAbortsWhatIsOpen() throws Exception {
    IpcContext servers = IpcContext.create();
    IpcContext clients = IpcContext.create();
    Listener listener = servers.listen(PLACE);
    Channel client = clients.connect(PLACE);
    Channel server = listener.accept(Duration.ofSeconds(5)).orElseThrow();
    servers.close();
    servers.close();
    assertEquals(CloseReason.LOCAL, reason(server));
    assertEquals(CloseReason.PEER_DIED, reason(client));
    assertEquals(SendResult.CLOSED, server.trySend(ByteBuffer.allocate(1)));
    assertThrows(ClosedException.class, () -> listener.accept(Duration.ofSeconds(5)));
    assertThrows(EndpointAbsentException.class, () -> clients.connect(PLACE));
    clients.close();
  }

  @Test
  void aClosedContextConnectsAndListensNoMore() {
    IpcContext context = IpcContext.create();
    context.close();
    assertThrows(ClosedException.class, () -> context.listen(PLACE));
    assertThrows(ClosedException.class, () -> context.connect(PLACE));
  }

  @Test
  void anInterruptedConnectIsInterrupted() {
    try (IpcContext context = IpcContext.create()) {
      Thread.currentThread().interrupt();
      assertThrows(
          InterruptedException.class,
          () -> context.connect(Endpoint.of("inproc:nobody?connectTimeout=5s")));
    }
  }

  @Test
  void theFrontDoorIsOneContext() {
    assertEquals(Set.of("inproc"), Ipc.schemes());
    try (Listener listener = Ipc.listen(PLACE)) {
      assertThrows(EndpointInUseException.class, () -> Ipc.listen(PLACE));
      assertSame(PLACE.scheme(), listener.endpoint().scheme());
    }
  }

  private static CloseReason reason(Channel channel) throws Exception {
    return channel.closed().toCompletableFuture().get(5, TimeUnit.SECONDS).reason();
  }
}

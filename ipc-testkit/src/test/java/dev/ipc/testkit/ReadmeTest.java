// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.Transport;
import dev.ipc.inproc.InprocTransport;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The example of the README compiles, and proves a transport of somebody else. */
class ReadmeTest {
  /** Serves {@code post:} by other means. */
  public static final class PostTransport extends Forwarding.OfTransport {
    /** Makes the transport. */
    public PostTransport() {
      super(new InprocTransport());
    }

    @Override
    public Set<String> schemes() {
      return Set.of("post");
    }
  }

  static class PostContract extends TransportContract {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    protected Endpoint freshEndpoint() {
      return Endpoint.of("post:box-" + COUNT.incrementAndGet());
    }

    @Override
    protected Transport transport() {
      return new PostTransport();
    }

    @Override
    protected boolean crossesProcesses() {
      return false;
    }
  }

  @Test
  void theExampleProvesATransport() {
    Map<String, String> quick = Map.of("ipc.scale", "0.02", "ipc.variants", "few");
    Verdict verdict = Verdict.on(PostContract.class, quick);
    assertEquals(Map.of(), verdict.red());
    assertTrue(verdict.applied().size() > 90, verdict.applied().toString());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Endpoint;
import dev.ipc.Transport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * What every transport does: extend it, return an endpoint, and run it with JUnit. Rules whose
 * capability the transport does not declare are skipped and say so; nothing else can be switched
 * off.
 *
 * <p>A pass means that no rule was seen to be broken on this machine, not that none is. The tests
 * of one class run one after the other; they count the process's threads and descriptors, so
 * nothing else should come and go in the same process.
 */
public abstract class TransportContract {
  /** For subclasses. */
  protected TransportContract() {}

  /**
   * A place that was never used before, without options.
   *
   * @return the endpoint of one test
   */
  protected abstract Endpoint freshEndpoint();

  /**
   * The transport under test. Another process makes its own one through the public no-argument
   * constructor.
   *
   * @return a new instance; by default of the installed transport that serves the scheme
   */
  protected Transport transport() {
    String scheme = freshEndpoint().scheme();
    return ServiceLoader.load(Transport.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(transport -> transport.schemes().contains(scheme))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not installed, scheme=" + scheme));
  }

  /**
   * Whether the endpoint reaches another process; without it the chapter about crashes is skipped.
   *
   * @return true by default
   */
  protected boolean crossesProcesses() {
    return true;
  }

  /**
   * How many processes the chapter about crashes kills in all.
   *
   * @return the property {@code ipc.kills}, 150 by default
   */
  protected int kills() {
    return Integer.getInteger("ipc.kills", 150);
  }

  /**
   * How much the mechanism below may hold of one direction, beyond the two buffers of the
   * configuration, in bytes.
   *
   * @return by default what a kernel may give to a socket: 16 MiB
   */
  protected int hiddenCapacity() {
    return 16 * 1024 * 1024;
  }

  /**
   * Where the transport keeps files for a fresh endpoint. Nothing but lock files ({@code *.lock})
   * may be left there.
   *
   * @return empty for a transport without files
   */
  protected Optional<Path> directory() {
    return Optional.empty();
  }

  @Nested
  @DisplayName("1 Names and connecting")
  final class Names extends NamesChapter {
    Names() {
      super(TransportContract.this);
    }
  }

  @Nested
  @DisplayName("2 Messages")
  final class Messages extends MessagesChapter {
    Messages() {
      super(TransportContract.this);
    }
  }

  @Nested
  @DisplayName("3 Flow and memory")
  final class Flow extends FlowChapter {
    Flow() {
      super(TransportContract.this);
    }
  }

  @Nested
  @Tag("portable")
  @DisplayName("4 Time and threads")
  final class Time extends TimeChapter {
    Time() {
      super(TransportContract.this);
    }
  }

  @Nested
  @Tag("portable")
  @DisplayName("5 Closing")
  final class Closing extends ClosingChapter {
    Closing() {
      super(TransportContract.this);
    }
  }

  @Nested
  @Tag("portable")
  @DisplayName("6 Crash")
  final class Crash extends CrashChapter {
    Crash() {
      super(TransportContract.this);
    }
  }

  @Nested
  @DisplayName("7 Many peers")
  final class ManyPeers extends ManyPeersChapter {
    ManyPeers() {
      super(TransportContract.this);
    }
  }
}

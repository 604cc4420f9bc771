// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of transports with their threads and default settings. Any thread may call any method.
 * Closing it ends its transports' threads and aborts what is still open; close channels and
 * listeners before.
 */
public final class IpcContext implements AutoCloseable {
  private static final Map<String, String> MODULE_OF_SCHEME =
      Map.of(
          "inproc", "ipc-api",
          "unix", "ipc-socket",
          "tcp", "ipc-socket",
          "shm", "ipc-shm",
          "fifo", "ipc-pipe",
          "exec", "ipc-pipe",
          "stdio", "ipc-pipe");

  private final ChannelConfig defaults;
  private final List<Transport> transports;
  private final Map<String, Transport> byScheme = new TreeMap<>();
  private volatile boolean closed;

  private IpcContext(ChannelConfig defaults, List<Transport> transports) {
    this.defaults = Objects.requireNonNull(defaults, "defaults");
    this.transports = List.copyOf(transports);
    for (Transport transport : this.transports) {
      for (String scheme : transport.schemes()) {
        Transport other = byScheme.putIfAbsent(scheme, transport);
        if (other != null) {
          throw new IllegalStateException(
              "two transports serve one scheme, scheme="
                  + scheme
                  + ", first="
                  + other.getClass().getName()
                  + ", second="
                  + transport.getClass().getName()
                  + "; remove one of them");
        }
      }
    }
  }

  /**
   * A context with all installed transports and the default settings.
   *
   * @return the caller's to close
   */
  public static IpcContext create() {
    return create(ChannelConfig.defaults());
  }

  /**
   * A context with all installed transports.
   *
   * @param defaults the settings where a call gives none
   * @return the caller's to close
   */
  public static IpcContext create(ChannelConfig defaults) {
    List<Transport> installed = new ArrayList<>();
    ServiceLoader.load(Transport.class).forEach(installed::add);
    return new IpcContext(defaults, installed);
  }

  /**
   * A context with exactly these transports.
   *
   * @param defaults the settings where a call gives none
   * @param transports the context's from now on: it closes them
   * @return the caller's to close
   */
  public static IpcContext of(ChannelConfig defaults, Transport... transports) {
    return new IpcContext(defaults, List.of(transports));
  }

  /**
   * Connects with the default settings.
   *
   * @param endpoint where
   * @return a ready channel, the caller's to close
   * @throws InterruptedException if the thread was interrupted while waiting
   * @see #connect(Endpoint, ChannelConfig)
   */
  public Channel connect(Endpoint endpoint) throws InterruptedException {
    return connect(endpoint, defaults);
  }

  /**
   * Connects. Returns when the peer has answered the handshake; waits for a listener that is not
   * there yet as long as {@link ChannelConfig#connectTimeout()}.
   *
   * @param endpoint where
   * @param config the settings; options of the endpoint override them
   * @return a ready channel, the caller's to close
   * @throws UnknownSchemeException if no installed transport serves the scheme
   * @throws InvalidEndpointException if the address or an option is wrong
   * @throws EndpointAbsentException if nobody listens
   * @throws UnusableEndpointException if something else is in the place, or permission is denied
   * @throws RefusedException if the peer, or our check of the peer, said no
   * @throws IncompatiblePeerException if what answers does not speak the protocol
   * @throws IpcTimeoutException if somebody is there but does not answer in time
   * @throws ClosedException if the context is closed, or gets closed while this waits
   * @throws IllegalStateException on a transport thread
   * @throws InterruptedException if the thread was interrupted while waiting; nothing is left
   */
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    Transport transport = checked(endpoint);
    requireOpen();
    return transport.connect(endpoint, config.with(endpoint));
  }

  /**
   * Listens with the default settings.
   *
   * @param endpoint where
   * @return a listener, the caller's to close
   * @see #listen(Endpoint, ChannelConfig)
   */
  public Listener listen(Endpoint endpoint) {
    return listen(endpoint, defaults);
  }

  /**
   * Listens. Takes over the name of a listener that is gone, never that of one that lives.
   *
   * @param endpoint where
   * @param config the settings of accepted channels; options of the endpoint override them
   * @return a listener, the caller's to close
   * @throws UnknownSchemeException if no installed transport serves the scheme
   * @throws InvalidEndpointException if the address or an option is wrong
   * @throws EndpointInUseException if a live listener owns the name
   * @throws UnusableEndpointException if something else is in the place, or permission is denied
   * @throws ClosedException if the context is closed
   */
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    Transport transport = checked(endpoint);
    requireOpen();
    return transport.listen(endpoint, config.with(endpoint));
  }

  /**
   * What channels at an endpoint can do. No I/O.
   *
   * @param endpoint where
   * @return an immutable set
   * @throws UnknownSchemeException if no installed transport serves the scheme
   * @throws InvalidEndpointException if the address or an option is wrong
   */
  public Set<Capability> capabilities(Endpoint endpoint) {
    return checked(endpoint).capabilities(endpoint);
  }

  /**
   * The schemes of this context's transports.
   *
   * @return in alphabetical order
   */
  public Set<String> schemes() {
    return new TreeSet<>(byScheme.keySet());
  }

  /** Ends the transports and their threads and aborts what is still open. Idempotent. */
  @Override
  public void close() {
    closed = true;
    for (Transport transport : transports) {
      transport.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("the context is closed; make another one");
    }
  }

  private Transport checked(Endpoint endpoint) {
    String scheme = endpoint.scheme();
    Transport transport = byScheme.get(scheme);
    if (transport == null) {
      String module = MODULE_OF_SCHEME.get(scheme);
      throw new UnknownSchemeException(
          "no installed transport serves the scheme, scheme="
              + scheme
              + ", installed="
              + byScheme.keySet()
              + (module == null
                  ? "; add the module that provides it"
                  : "; add the dependency dev.ipc:" + module));
    }
    transport.check(endpoint);
    return transport;
  }
}

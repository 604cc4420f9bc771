// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.util.Set;

/**
 * The front door: connects and listens over a default {@link IpcContext} with all installed
 * transports, made on first use and never closed (its threads are daemons). Programs that want
 * their own threads and defaults, or an end to them, make a context.
 */
public final class Ipc {
  private Ipc() {}

  private static final class Default {
    static final IpcContext CONTEXT = IpcContext.create();
  }

  /**
   * Connects with the default settings.
   *
   * @param endpoint where
   * @return a ready channel, the caller's to close
   * @throws InterruptedException if the thread was interrupted while waiting
   * @see IpcContext#connect(Endpoint, ChannelConfig)
   */
  public static Channel connect(Endpoint endpoint) throws InterruptedException {
    return Default.CONTEXT.connect(endpoint);
  }

  /**
   * Connects.
   *
   * @param endpoint where
   * @param config the settings; options of the endpoint override them
   * @return a ready channel, the caller's to close
   * @throws InterruptedException if the thread was interrupted while waiting
   * @see IpcContext#connect(Endpoint, ChannelConfig)
   */
  public static Channel connect(Endpoint endpoint, ChannelConfig config)
      throws InterruptedException {
    return Default.CONTEXT.connect(endpoint, config);
  }

  /**
   * Listens with the default settings.
   *
   * @param endpoint where
   * @return a listener, the caller's to close
   * @see IpcContext#listen(Endpoint, ChannelConfig)
   */
  public static Listener listen(Endpoint endpoint) {
    return Default.CONTEXT.listen(endpoint);
  }

  /**
   * Listens.
   *
   * @param endpoint where
   * @param config the settings of accepted channels; options of the endpoint override them
   * @return a listener, the caller's to close
   * @see IpcContext#listen(Endpoint, ChannelConfig)
   */
  public static Listener listen(Endpoint endpoint, ChannelConfig config) {
    return Default.CONTEXT.listen(endpoint, config);
  }

  /**
   * What channels at an endpoint can do.
   *
   * @param endpoint where
   * @return an immutable set
   */
  public static Set<Capability> capabilities(Endpoint endpoint) {
    return Default.CONTEXT.capabilities(endpoint);
  }

  /**
   * The schemes that are installed.
   *
   * @return in alphabetical order
   */
  public static Set<String> schemes() {
    return Default.CONTEXT.schemes();
  }
}

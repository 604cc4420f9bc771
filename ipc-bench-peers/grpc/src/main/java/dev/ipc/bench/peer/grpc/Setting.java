// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import io.grpc.CallOptions;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;

/** How gRPC is used. */
enum Setting {
  /** Nothing changed: gRPC's own thread pool for callbacks, one message requested at a time. */
  DEFAULT,
  /**
   * Long streams, as its performance guide says; callbacks that do not block run directly, as the
   * comment of {@code ManagedChannelBuilder.directExecutor} says; besides, a wider flow control
   * window, a higher threshold for being ready, and many messages requested at once.
   */
  TUNED;

  private static final int WINDOW = 4 * 1024 * 1024;
  private static final int READY = 512 * 1024;

  void server(NettyServerBuilder builder) {
    if (this == TUNED) {
      builder.directExecutor().flowControlWindow(WINDOW);
    }
  }

  void client(NettyChannelBuilder builder) {
    if (this == TUNED) {
      builder.directExecutor().flowControlWindow(WINDOW);
    }
  }

  CallOptions call() {
    return this == TUNED ? CallOptions.DEFAULT.withOnReadyThreshold(READY) : CallOptions.DEFAULT;
  }

  /** How many messages the server requests at once, or 1 for gRPC's automatic requests. */
  int requested(int size) {
    return this == TUNED ? Math.max(2, WINDOW / size) : 1;
  }
}

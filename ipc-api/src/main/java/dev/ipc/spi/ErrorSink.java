// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Where exceptions of the user's callbacks go: to the user's handler, else to the log. */
final class ErrorSink {
  private final Endpoint endpoint;
  private volatile Consumer<? super Throwable> handler;

  ErrorSink(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  void handler(Consumer<? super Throwable> handler) {
    this.handler = handler;
  }

  void accept(Throwable error) {
    Consumer<? super Throwable> target = handler;
    if (target == null) {
      log(error);
      return;
    }
    try {
      target.accept(error);
    } catch (Throwable second) {
      second.addSuppressed(error);
      log(second);
    }
  }

  /** The logger is looked up late: a program that never fails never touches the logging system. */
  private void log(Throwable error) {
    LoggerFactory.getLogger("dev.ipc").error("a callback failed, endpoint={}", endpoint, error);
  }
}

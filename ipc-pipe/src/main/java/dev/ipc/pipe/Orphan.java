// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a child whose parent died: it exits, a little later, so that it can see to its
 * things; with {@code orphan=stay} it does not.
 */
final class Orphan implements PipeChannel.Aftermath {
  static final String KEY = "orphan";

  private static final String EXIT = "exit";
  private static final String STAY = "stay";
  private static final int STATUS = 1;

  private final Settings settings;

  Orphan(Settings settings) {
    this.settings = settings;
  }

  /** Checks the option, without I/O. */
  static boolean exits(Endpoint endpoint) {
    String value = endpoint.option(KEY).orElse(EXIT);
    if (!value.equals(EXIT) && !value.equals(STAY)) {
      throw new InvalidEndpointException(
          "an option is wrong, orphan=" + value + ", endpoint=" + endpoint + "; exit or stay");
    }
    return value.equals(EXIT);
  }

  @Override
  public void follows(CloseReport report, Consumer<CloseReport> reporter) {
    reporter.accept(report);
    if (report.reason() == CloseReason.PEER_DIED && exits(settings.endpoint())) {
      Thread thread = new Thread(this::exit, "ipc-pipe-orphan");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void exit() {
    try {
      Thread.sleep(Child.exitTime(settings.endpoint()).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LoggerFactory.getLogger("dev.ipc.exec").warn("the parent process is gone: this one exits");
    System.exit(STATUS);
  }
}

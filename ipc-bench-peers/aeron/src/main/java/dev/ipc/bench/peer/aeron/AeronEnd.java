// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.IdleStrategy;

/** Aeron's objects of one process. */
final class AeronEnd implements AutoCloseable {
  final AeronContender contender;
  final IdleStrategy idling;
  private final MediaDriver driver;
  private final Aeron aeron;
  private final AgentInvoker driverInvoker;
  private final AgentInvoker clientInvoker;

  private AeronEnd(AeronContender contender, Path place, MediaDriver driver) {
    this.contender = contender;
    this.idling = contender.setting().idling();
    this.driver = driver;
    this.driverInvoker = driver == null ? null : driver.sharedAgentInvoker();
    this.aeron = Aeron.connect(contender.setting().client(place).driverAgentInvoker(driverInvoker));
    this.clientInvoker = aeron.conductorAgentInvoker();
  }

  static AeronEnd serving(AeronContender contender, Path place, int size) {
    return new AeronEnd(
        contender, place, MediaDriver.launch(contender.setting().driver(place, size)));
  }

  static AeronEnd asking(AeronContender contender, Path place) {
    return new AeronEnd(contender, place, null);
  }

  Subscription subscription(int stream) {
    return aeron.addSubscription(AeronContender.CHANNEL, stream);
  }

  Publisher publisher(int stream) {
    if (!contender.setting().tuned()) {
      Publication shared = aeron.addPublication(AeronContender.CHANNEL, stream);
      return new Publisher(shared, shared::offer, null);
    }
    ExclusivePublication own = aeron.addExclusivePublication(AeronContender.CHANNEL, stream);
    return new Publisher(
        own, own::offer, contender.publishing() == Publishing.CLAIM ? own::tryClaim : null);
  }

  /** Runs what has no thread of its own. */
  void invoke() {
    if (driverInvoker != null) {
      driverInvoker.invoke();
    }
    if (clientInvoker != null) {
      clientInvoker.invoke();
    }
  }

  /** One turn of waiting. */
  void idle() {
    invoke();
    idling.idle();
  }

  @Override
  public void close() {
    CloseHelper.closeAll(aeron, driver);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.inproc;

import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import dev.ipc.PeerIdentity;
import dev.ipc.spi.AbstractChannel;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.Inbox;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** One end of a connection: sends into the other end's inbox. */
final class InprocChannel extends AbstractChannel {
  private final Inbox inbox;
  private final SerialExecutor executor;
  private final InprocTransport transport;
  private InprocChannel peer;

  InprocChannel(Endpoint endpoint, ChannelConfig config, int agreed, InprocTransport transport) {
    super(
        new ChannelTraits(
            endpoint,
            config,
            InprocTransport.capabilities(),
            new PeerIdentity(Optional.empty(), OptionalLong.of(ProcessHandle.current().pid())),
            agreed));
    this.inbox = new Inbox(config.receiveBuffer());
    this.executor = new SerialExecutor(transport.threads());
    this.transport = transport;
  }

  void pair(InprocChannel other) {
    peer = other;
  }

  @Override
  protected boolean offer(ByteBuffer message) {
    return peer.inbox.offer(message);
  }

  @Override
  protected boolean offer(int maximum, MessageWriter writer) {
    return peer.inbox.offer(maximum, writer) >= 0;
  }

  @Override
  protected boolean hasRoom(int length) {
    return peer.inbox.hasRoom(length);
  }

  @Override
  protected void wakeOutput() {
    peer.arrived();
  }

  @Override
  protected boolean driveOutput() {
    return false;
  }

  @Override
  protected int take(MessageHandler handler, int limit) {
    return inbox.take(handler, limit);
  }

  @Override
  protected boolean inboundEmpty() {
    return inbox.isEmpty();
  }

  @Override
  protected void inboundTaken() {
    peer.roomFreed();
  }

  @Override
  protected void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  protected void sendEndOutput(long sent) {
    peer.peerEndedOutput();
  }

  @Override
  protected void sendBarrier(long sent) {
    peer.peerBarrier(sent);
  }

  @Override
  protected void sendBarrierAck(long handled) {
    peer.peerBarrierAck(handled);
  }

  @Override
  protected void startClose() {
    end(CloseReport.of(CloseReason.PEER_CLOSED, "the peer closed"), "closed");
  }

  @Override
  protected void cut() {
    end(CloseReport.of(CloseReason.PEER_DIED, "the peer aborted"), "aborted");
  }

  private void end(CloseReport theirs, String ours) {
    transport.disown(this);
    peer.transport.disown(peer);
    peer.ended(theirs);
    ended(CloseReport.of(CloseReason.LOCAL, ours));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReport;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import dev.ipc.PeerIdentity;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import dev.ipc.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Transports, listeners and channels that hand every call to a sound one: a {@link Mutant}
 * overrides the one where its fault sits. What is handed out by one of them passes its {@code
 * changed} methods.
 */
public final class Forwarding {
  private Forwarding() {}

  /** A transport in front of a sound one. */
  public static class OfTransport implements Transport {
    private final Transport sound;

    /**
     * Stands in front of a transport.
     *
     * @param sound does the work
     */
    public OfTransport(Transport sound) {
      this.sound = sound;
    }

    /**
     * Every channel that is connected or accepted passes here.
     *
     * @param channel works
     * @return what the user gets
     */
    protected Channel changed(Channel channel) {
      return channel;
    }

    /**
     * Every listener passes here.
     *
     * @param listener works
     * @return what the user gets
     */
    protected Listener changed(Listener listener) {
      return listener;
    }

    @Override
    public Set<String> schemes() {
      return sound.schemes();
    }

    @Override
    public Set<Capability> capabilities(Endpoint endpoint) {
      return sound.capabilities(endpoint);
    }

    @Override
    public void check(Endpoint endpoint) {
      sound.check(endpoint);
    }

    @Override
    public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
      return changed(sound.connect(endpoint, config));
    }

    @Override
    public Listener listen(Endpoint endpoint, ChannelConfig config) {
      return changed(
          new OfListener(sound.listen(endpoint, config)) {
            @Override
            protected Channel changed(Channel channel) {
              return OfTransport.this.changed(channel);
            }
          });
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  /** A listener in front of a sound one. */
  public static class OfListener implements Listener {
    private final Listener sound;

    /**
     * Stands in front of a listener.
     *
     * @param sound does the work
     */
    public OfListener(Listener sound) {
      this.sound = sound;
    }

    /**
     * Every accepted channel passes here.
     *
     * @param channel works
     * @return what the user gets
     */
    protected Channel changed(Channel channel) {
      return channel;
    }

    @Override
    public Optional<Channel> accept(Duration timeout) throws InterruptedException {
      return sound.accept(timeout).map(this::changed);
    }

    @Override
    public void onAccept(Consumer<? super Channel> handler) {
      sound.onAccept(channel -> handler.accept(changed(channel)));
    }

    @Override
    public Endpoint endpoint() {
      return sound.endpoint();
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  /** A channel in front of a sound one. */
  public static class OfChannel implements Channel {
    private final Channel sound;

    /**
     * Stands in front of a channel.
     *
     * @param sound does the work
     */
    public OfChannel(Channel sound) {
      this.sound = sound;
    }

    /**
     * Every message that is sent from a buffer passes here.
     *
     * @param message what the user sends
     * @return what is sent, null to lose it
     */
    protected ByteBuffer changed(ByteBuffer message) {
      return message;
    }

    /**
     * Every handler of messages passes here.
     *
     * @param handler the user's
     * @return what the messages are handed to
     */
    protected MessageHandler changed(MessageHandler handler) {
      return handler;
    }

    @Override
    public SendResult trySend(ByteBuffer message) {
      ByteBuffer sent = changed(Objects.requireNonNull(message));
      return sent == null ? SendResult.SENT : sound.trySend(sent);
    }

    @Override
    public SendResult trySend(int maximum, MessageWriter writer) {
      return sound.trySend(maximum, writer);
    }

    @Override
    public void send(ByteBuffer message) throws InterruptedException {
      ByteBuffer sent = changed(Objects.requireNonNull(message));
      if (sent != null) {
        sound.send(sent);
      }
    }

    @Override
    public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
      ByteBuffer sent = changed(Objects.requireNonNull(message));
      return sent == null || sound.send(sent, timeout);
    }

    @Override
    public void onRoom(Runnable callback) {
      sound.onRoom(callback);
    }

    @Override
    public int poll(MessageHandler handler, int limit) {
      return sound.poll(changed(Objects.requireNonNull(handler)), limit);
    }

    @Override
    public ReceiveResult receive(MessageHandler handler, Duration timeout)
        throws InterruptedException {
      return sound.receive(changed(Objects.requireNonNull(handler)), timeout);
    }

    @Override
    public void onMessage(MessageHandler handler) {
      sound.onMessage(changed(Objects.requireNonNull(handler)));
    }

    @Override
    public void onError(Consumer<? super Throwable> handler) {
      sound.onError(handler);
    }

    @Override
    public void endOutput() {
      sound.endOutput();
    }

    @Override
    public DrainReport drain(Duration timeout) throws InterruptedException {
      return sound.drain(timeout);
    }

    @Override
    public void close() {
      sound.close();
    }

    @Override
    public void abort() {
      sound.abort();
    }

    @Override
    public CompletionStage<CloseReport> closed() {
      return sound.closed();
    }

    @Override
    public int maxMessageLength() {
      return sound.maxMessageLength();
    }

    @Override
    public Endpoint endpoint() {
      return sound.endpoint();
    }

    @Override
    public Set<Capability> capabilities() {
      return sound.capabilities();
    }

    @Override
    public PeerIdentity peer() {
      return sound.peer();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.ClosedException;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import dev.ipc.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Transports with a fault in chapter 5, closing. */
final class ClosingMutants {
  private ClosingMutants() {}

  /** A fault in the close report. */
  private abstract static class Reported extends ChannelMutant {
    abstract CloseReport changed(CloseReport report);

    @Override
    final Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public CompletionStage<CloseReport> closed() {
          return super.closed().thenApply(Reported.this::changed);
        }
      };
    }
  }

  /** What a send of this length would come to; nothing is sent. */
  static SendResult probe(Channel channel, int length) {
    try {
      return channel.trySend(
          Math.min(length, channel.maxMessageLength()),
          room -> {
            throw new Unsent();
          });
    } catch (Unsent e) {
      return SendResult.SENT;
    }
  }

  private static CloseReport swap(CloseReport report, CloseReason from, CloseReason to) {
    return report.reason() == from ? CloseReport.of(to, report.detail()) : report;
  }

  @Breaks("5.1")
  static final class ClosesOnlyOnce extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger closes = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public void close() {
          if (closes.incrementAndGet() > 1) {
            throw new IllegalStateException("closed twice");
          }
          super.close();
        }
      };
    }
  }

  @Breaks("5.2")
  static final class CloseDropsTheLastMessage extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicReference<ByteBuffer> last = new AtomicReference<>();
      return new Forwarding.OfChannel(sound) {
        @Override
        public void send(ByteBuffer message) throws InterruptedException {
          if (message.remaining() != 500) {
            super.send(message);
            return;
          }
          ByteBuffer before =
              last.getAndSet(ByteBuffer.allocate(500).put(message.duplicate()).flip());
          if (before != null) {
            super.send(before);
          }
        }
      };
    }
  }

  @Breaks("5.3")
  static final class CloseResetsAgainstTheStream extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger last = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        protected ByteBuffer changed(ByteBuffer message) {
          last.set(message.remaining());
          return message;
        }

        @Override
        public void close() {
          if (last.get() == 50_000) {
            abort();
          }
          super.close();
        }
      };
    }
  }

  @Breaks({"5.4", "5.12"})
  static final class TellsTheEndTooEarly implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          CompletableFuture<CloseReport> early = new CompletableFuture<>();
          AtomicBoolean ours = new AtomicBoolean();
          channel.closed().thenAccept(early::complete);
          Task.start("early", () -> watch(channel, early, ours));
          return new Forwarding.OfChannel(channel) {
            @Override
            public CompletionStage<CloseReport> closed() {
              return early;
            }

            @Override
            public void close() {
              ours.set(true);
              super.close();
            }

            @Override
            public void abort() {
              ours.set(true);
              super.abort();
            }
          };
        }
      };
    }

    private static Void watch(
        Channel channel, CompletableFuture<CloseReport> early, AtomicBoolean ours) {
      while (!early.isDone()) {
        LockSupport.parkNanos(1_000_000);
        if (probe(channel, 0) == SendResult.CLOSED && !ours.get()) {
          early.complete(CloseReport.of(CloseReason.PEER_CLOSED, "early"));
        }
      }
      return null;
    }
  }

  @Breaks({"4.13", "5.5", "5.6", "5.8", "5.16", "5.18"})
  static final class BlamesThePeer extends Reported {
    @Override
    CloseReport changed(CloseReport report) {
      return swap(report, CloseReason.LOCAL, CloseReason.PEER_CLOSED);
    }
  }

  @Breaks({"1.20", "4.13", "5.2", "5.3", "5.4", "5.5", "5.12", "5.17"})
  static final class TakesACloseForDeath extends Reported {
    @Override
    CloseReport changed(CloseReport report) {
      return swap(report, CloseReason.PEER_CLOSED, CloseReason.PEER_DIED);
    }
  }

  @Breaks({"5.6", "5.18"})
  static final class TakesDeathForAClose extends Reported {
    @Override
    CloseReport changed(CloseReport report) {
      return swap(report, CloseReason.PEER_DIED, CloseReason.PEER_CLOSED);
    }
  }

  @Breaks("5.7")
  static final class HandsOutHalfAMessageAtTheEnd extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicReference<ByteBuffer> last = new AtomicReference<>(ByteBuffer.allocate(0));
      AtomicReference<MessageHandler> taker = new AtomicReference<>();
      AtomicBoolean died = new AtomicBoolean();
      sound
          .closed()
          .thenAccept(
              report -> {
                MessageHandler handler = taker.get();
                ByteBuffer half = last.get();
                if (report.reason() == CloseReason.PEER_DIED
                    && handler != null
                    && half.remaining() > 48
                    && died.compareAndSet(false, true)) {
                  handler.onMessage(half.limit(half.remaining() / 2).asReadOnlyBuffer());
                }
              });
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          taker.set(handler);
          return message -> {
            last.set(ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip());
            handler.onMessage(message);
          };
        }
      };
    }
  }

  @Breaks("5.8")
  static final class AbortTakesItsTime extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void abort() {
          if (!closed().toCompletableFuture().isDone()
              && probe(this, 16_384) == SendResult.BACK_PRESSURED) {
            LockSupport.parkNanos(1_300_000_000L);
          }
          super.abort();
        }
      };
    }
  }

  @Breaks({"5.9", "5.12"})
  static final class PromisesRoomAfterTheEnd extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          SendResult result = super.trySend(message);
          return result == SendResult.CLOSED ? SendResult.BACK_PRESSURED : result;
        }
      };
    }
  }

  @Breaks("5.10")
  static final class EndsOnlyOnce extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger ends = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public ReceiveResult receive(MessageHandler handler, Duration timeout)
            throws InterruptedException {
          ReceiveResult result = super.receive(handler, timeout);
          return result == ReceiveResult.ENDED && ends.incrementAndGet() > 1
              ? ReceiveResult.TIMED_OUT
              : result;
        }
      };
    }
  }

  @Breaks("5.11")
  static final class DeliversAfterTheClose extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicBoolean one = new AtomicBoolean();
      return new Forwarding.OfChannel(sound) {
        @Override
        public int poll(MessageHandler handler, int limit) {
          int taken = super.poll(handler, limit);
          if (taken == -1 && limit == 10 && one.compareAndSet(false, true)) {
            handler.onMessage(ByteBuffer.allocate(1).asReadOnlyBuffer());
            return 1;
          }
          return taken;
        }
      };
    }
  }

  @Breaks("5.12")
  static final class EndsBothDirections extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void endOutput() {
          close();
        }
      };
    }
  }

  @Breaks("5.12")
  static final class GoesOnAfterItsEnd extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void endOutput() {
          // later
        }
      };
    }
  }

  /** A fault in the report of a drain. */
  private abstract static class Drained extends ChannelMutant {
    abstract DrainReport drain(Channel sound, Duration timeout) throws InterruptedException;

    @Override
    final Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public DrainReport drain(Duration timeout) throws InterruptedException {
          return Drained.this.drain(sound, timeout);
        }
      };
    }
  }

  @Breaks({"4.6", "5.13", "5.14", "5.15"})
  static final class DrainLies extends Drained {
    @Override
    DrainReport drain(Channel sound, Duration timeout) throws InterruptedException {
      sound.drain(Duration.ZERO);
      return new DrainReport(true, 0);
    }
  }

  @Breaks("5.14")
  static final class DrainMiscounts extends Drained {
    private static final UnaryOperator<DrainReport> ONE_MORE =
        report ->
            report.unconfirmed() > 1 ? new DrainReport(false, report.unconfirmed() + 1) : report;

    @Override
    DrainReport drain(Channel sound, Duration timeout) throws InterruptedException {
      return ONE_MORE.apply(sound.drain(timeout));
    }
  }

  @Breaks("5.15")
  static final class DrainOutlivesTheChannel extends Drained {
    @Override
    DrainReport drain(Channel sound, Duration timeout) throws InterruptedException {
      long deadline = System.nanoTime() + timeout.toNanos();
      DrainReport report = sound.drain(timeout);
      while (!report.complete() && System.nanoTime() - deadline < 0) {
        Thread.sleep(1);
      }
      return report;
    }
  }

  @Breaks("5.16")
  static final class CloseWaitsForever extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void close() {
          boolean pressed =
              !closed().toCompletableFuture().isDone()
                  && !Thread.currentThread().getName().startsWith("ipc-")
                  && probe(this, 16_384) == SendResult.BACK_PRESSURED;
          super.close();
          if (pressed) {
            LockSupport.parkNanos(2_000_000_000L);
          }
        }
      };
    }
  }

  @Breaks({"1.20", "5.1", "5.5", "5.17"})
  static final class LearnsOfTheEndWhenAsked extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger operations = new AtomicInteger();
      CompletableFuture<CloseReport> asked = new CompletableFuture<>();
      AtomicReference<CloseReport> known = new AtomicReference<>();
      sound
          .closed()
          .thenAccept(
              report -> {
                known.set(report);
                if (operations.get() > 0 || report.reason() != CloseReason.PEER_CLOSED) {
                  asked.complete(report);
                }
              });
      return new Forwarding.OfChannel(sound) {
        @Override
        protected ByteBuffer changed(ByteBuffer message) {
          operations.incrementAndGet();
          if (known.get() != null) {
            asked.complete(known.get());
          }
          return message;
        }

        @Override
        protected MessageHandler changed(MessageHandler handler) {
          return message -> {
            operations.incrementAndGet();
            handler.onMessage(message);
          };
        }

        @Override
        public CompletionStage<CloseReport> closed() {
          return asked;
        }
      };
    }
  }

  @Breaks({"5.18", "5.20"})
  static final class LeavesChannelsToTheirFate implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public void close() {
          // they will see
        }
      };
    }
  }

  @Breaks("5.19")
  static final class DoesNotTellOfTheEndAsRoom extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void onRoom(Runnable callback) {
          super.onRoom(
              callback == null
                  ? null
                  : () -> {
                    if (probe(this, 0) != SendResult.CLOSED) {
                      callback.run();
                    }
                  });
        }
      };
    }
  }

  @Breaks("5.20")
  static final class ConfusesClosedWithAbsent implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          try {
            return super.connect(endpoint, config);
          } catch (ClosedException e) {
            throw new EndpointAbsentException("nobody listens", e);
          }
        }
      };
    }
  }

  /** Leaves a writer so that nothing is sent. */
  private static final class Unsent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsent() {
      super("", null, false, false);
    }
  }
}

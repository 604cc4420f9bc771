// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.MessageHandler;
import dev.ipc.MessageTooLargeException;
import dev.ipc.MessageWriter;
import dev.ipc.SendResult;
import dev.ipc.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Transports with a fault in chapter 2, messages. */
final class MessagesMutants {
  private MessagesMutants() {}

  /** A fault in what is sent. */
  private abstract static class Sent extends ChannelMutant {
    abstract ByteBuffer changed(ByteBuffer message, int nth);

    @Override
    final Channel of(Channel sound) {
      AtomicInteger count = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        protected ByteBuffer changed(ByteBuffer message) {
          return Sent.this.changed(message, count.incrementAndGet());
        }
      };
    }
  }

  /** A fault in what the handler gets. */
  private abstract static class Received extends ChannelMutant {
    abstract MessageHandler changed(MessageHandler handler);

    @Override
    final Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          return Received.this.changed(handler);
        }
      };
    }
  }

  private static ByteBuffer copy(ByteBuffer message) {
    return ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
  }

  @Breaks({"2.1", "2.3", "2.5", "2.9", "2.18", "3.10", "5.7"})
  static final class TruncatesLongMessages extends Sent {
    @Override
    ByteBuffer changed(ByteBuffer message, int nth) {
      return message.remaining() > 65536
          ? message.duplicate().limit(message.position() + 65536)
          : message;
    }
  }

  @Breaks({"1.19", "2.2", "2.10", "2.12", "2.14", "2.19", "3.12", "5.2"})
  static final class SwallowsEmptyMessages extends Sent {
    @Override
    ByteBuffer changed(ByteBuffer message, int nth) {
      return message.hasRemaining() ? message : null;
    }
  }

  @Breaks("2.3")
  static final class HasSevenBits extends Sent {
    @Override
    ByteBuffer changed(ByteBuffer message, int nth) {
      if (message.remaining() != 1024) {
        return message;
      }
      ByteBuffer masked = copy(message);
      for (int i = 0; i < masked.limit(); i++) {
        masked.put(i, (byte) (masked.get(i) & 0x7f));
      }
      return masked;
    }
  }

  @Breaks("2.4")
  static final class LosesOneInAThousand extends Sent {
    @Override
    ByteBuffer changed(ByteBuffer message, int nth) {
      return message.remaining() == 40 && nth % 1000 == 0 ? null : message;
    }
  }

  @Breaks("2.5")
  static final class SmallMessagesOvertakeLargeOnes extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        private ByteBuffer large;

        @Override
        public synchronized void send(ByteBuffer message) throws InterruptedException {
          if (message.remaining() == 200_000 && large == null) {
            large = copy(message);
            return;
          }
          super.send(message);
          if (large != null) {
            super.send(large);
            large = null;
          }
        }
      };
    }
  }

  @Breaks({"2.3", "2.6", "5.3"})
  static final class BothWaysShareOneLock implements Mutant {
    private final Object lock = new Object();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          return new Forwarding.OfChannel(channel) {
            @Override
            public void send(ByteBuffer message) throws InterruptedException {
              synchronized (lock) {
                super.send(message);
              }
            }
          };
        }
      };
    }
  }

  @Breaks("2.7")
  static final class HoldsTheLastMessageBack extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger count = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        private ByteBuffer held;

        @Override
        public synchronized void send(ByteBuffer message) throws InterruptedException {
          if (message.remaining() == 32 && count.incrementAndGet() % 100 == 0) {
            held = copy(message);
            return;
          }
          if (held != null) {
            super.send(held);
            held = null;
          }
          super.send(message);
        }
      };
    }
  }

  @Breaks("2.8")
  static final class BelievesInItsOwnMaximum implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          return new Forwarding.OfChannel(super.connect(endpoint, config)) {
            @Override
            public int maxMessageLength() {
              return config.maxMessageLength();
            }
          };
        }
      };
    }
  }

  @Breaks("2.9")
  static final class DiesOfLongMessages extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          try {
            return super.trySend(message);
          } catch (MessageTooLargeException e) {
            abort();
            throw e;
          }
        }
      };
    }
  }

  @Breaks("2.10")
  static final class MovesThePosition extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          boolean sent = super.send(message, timeout);
          if (sent) {
            message.position(message.limit());
          }
          return sent;
        }
      };
    }
  }

  @Breaks("2.11")
  @SuppressWarnings("ByteBufferBackingArray") // the fault
  static final class ForgetsTheOffsetOfArrays extends Sent {
    @Override
    ByteBuffer changed(ByteBuffer message, int nth) {
      return message.hasArray()
          ? ByteBuffer.wrap(message.array(), message.position(), message.remaining())
          : message;
    }
  }

  @Breaks("2.12")
  static final class HandsOutLittleEndian extends Received {
    @Override
    MessageHandler changed(MessageHandler handler) {
      return message -> handler.onMessage(message.order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  @Breaks("2.12")
  static final class HandsOutItsOwnMemory extends Received {
    @Override
    MessageHandler changed(MessageHandler handler) {
      return message -> handler.onMessage(copy(message));
    }
  }

  @Breaks("2.13")
  static final class ReusesMemoryTooEarly extends Received {
    @Override
    MessageHandler changed(MessageHandler handler) {
      return message -> {
        ByteBuffer memory = copy(message);
        AtomicInteger inside = new AtomicInteger(1);
        Thread here = Thread.currentThread();
        if (message.remaining() == 1000) {
          Task.start("reuse", () -> overwrite(memory, inside, here));
        }
        handler.onMessage(memory.asReadOnlyBuffer());
        inside.set(0);
      };
    }

    /** Once the handler takes its time. */
    private static Void overwrite(ByteBuffer memory, AtomicInteger inside, Thread handler) {
      while (inside.get() == 1) {
        if (handler.getState() == Thread.State.TIMED_WAITING) {
          memory.put(0, (byte) ~memory.get(0));
          return null;
        }
        LockSupport.parkNanos(100_000);
      }
      return null;
    }
  }

  @Breaks("2.14")
  static final class TakesCopiesBack implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          Channel channel = super.connect(endpoint, config);
          if (!config.copyReceived()) {
            return channel;
          }
          return new Forwarding.OfChannel(channel) {
            @Override
            protected MessageHandler changed(MessageHandler handler) {
              return message -> {
                ByteBuffer memory = copy(message);
                handler.onMessage(memory.asReadOnlyBuffer());
                if (memory.hasRemaining()) {
                  memory.put(0, (byte) ~memory.get(0));
                }
              };
            }
          };
        }
      };
    }
  }

  /** A fault in what is written in place. */
  private abstract static class Written extends ChannelMutant {
    abstract SendResult send(Channel sound, int maximum, MessageWriter writer);

    @Override
    final Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(int maximum, MessageWriter writer) {
          return Written.this.send(sound, maximum, writer);
        }
      };
    }
  }

  @Breaks({"2.15", "2.17"})
  static final class SendsTheWholeMaximum extends Written {
    @Override
    SendResult send(Channel sound, int maximum, MessageWriter writer) {
      return sound.trySend(
          maximum,
          room -> {
            int start = room.position();
            writer.write(room);
            room.position(Math.min(room.limit(), start + maximum));
          });
    }
  }

  @Breaks("2.16")
  static final class SendsWhatFailed extends Written {
    @Override
    SendResult send(Channel sound, int maximum, MessageWriter writer) {
      RuntimeException[] thrown = {null};
      SendResult result =
          sound.trySend(
              maximum,
              room -> {
                try {
                  writer.write(room);
                } catch (PlannedException e) {
                  thrown[0] = e;
                }
              });
      if (thrown[0] != null) {
        throw thrown[0];
      }
      return result;
    }
  }

  @Breaks({"2.15", "2.17", "3.1"})
  static final class LetsSendsNest extends Written {
    @Override
    SendResult send(Channel sound, int maximum, MessageWriter writer) {
      if (writer == null || maximum < 0 || maximum > sound.maxMessageLength()) {
        return sound.trySend(maximum, writer);
      }
      ByteBuffer aside = ByteBuffer.allocate(maximum);
      if (sound.closed().toCompletableFuture().isDone()) {
        return SendResult.CLOSED;
      }
      writer.write(aside);
      return sound.trySend(aside.flip());
    }
  }

  @Breaks("2.18")
  static final class MixesSenders extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      Set<Long> senders = ConcurrentHashMap.newKeySet();
      AtomicLong count = new AtomicLong();
      UnaryOperator<ByteBuffer> mixed =
          message -> {
            senders.add(Thread.currentThread().getId());
            boolean large = message.remaining() == 70_000;
            return large && senders.size() > 1 && count.incrementAndGet() % 10 == 0
                ? message.duplicate().limit(message.position() + 40_000)
                : message;
          };
      return new Forwarding.OfChannel(sound) {
        @Override
        protected ByteBuffer changed(ByteBuffer message) {
          return mixed.apply(message);
        }
      };
    }
  }

  @Breaks({"1.19", "2.19", "3.3", "3.6", "3.11", "4.3", "4.5", "5.2", "5.4", "5.11"})
  static final class LosesWhatCameBeforeTheChoice implements Mutant {
    private final Queue<Forgetful> single = new ConcurrentLinkedQueue<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          Forgetful one = new Forgetful(channel);
          synchronized (single) {
            one.meet(single);
          }
          return one;
        }
      };
    }
  }

  /** Forgets the first message if three of them waited. */
  private static final class Forgetful extends Forwarding.OfChannel {
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger chosen = new AtomicInteger();
    private volatile Forgetful peer;

    Forgetful(Channel sound) {
      super(sound);
    }

    void meet(Queue<Forgetful> single) {
      peer = single.poll();
      if (peer == null) {
        single.add(this);
      } else {
        peer.peer = this;
      }
    }

    @Override
    protected ByteBuffer changed(ByteBuffer message) {
      sent.incrementAndGet();
      return message;
    }

    @Override
    protected MessageHandler changed(MessageHandler handler) {
      boolean waited = chosen.getAndIncrement() == 0 && peer != null && peer.sent.get() >= 3;
      AtomicInteger lost = new AtomicInteger(waited ? 1 : 0);
      return message -> {
        if (lost.getAndSet(0) == 0) {
          handler.onMessage(message);
        }
      };
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import dev.ipc.Transport;
import dev.ipc.WaitStrategy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Transports with a fault in chapter 4, time and threads. */
final class TimeMutants {
  private TimeMutants() {}

  @Breaks("4.1")
  static final class ReceivesTooBriefly extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public ReceiveResult receive(MessageHandler handler, Duration timeout)
            throws InterruptedException {
          return super.receive(handler, shortened(timeout));
        }
      };
    }
  }

  private static Duration shortened(Duration timeout) {
    return timeout.equals(Duration.ofMillis(120)) ? Duration.ofMillis(40) : timeout;
  }

  @Breaks("4.2")
  static final class SendsTooBriefly extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          return super.send(message, shortened(timeout));
        }
      };
    }
  }

  @Breaks("4.2")
  static final class SendsTooPatiently extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          return super.send(message, timeout.isNegative() ? Duration.ofSeconds(3) : timeout);
        }
      };
    }
  }

  @Breaks("4.3")
  static final class LosesTheNextAfterATimeout extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger lost = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public ReceiveResult receive(MessageHandler handler, Duration timeout)
            throws InterruptedException {
          boolean lose = lost.get() == 1 && timeout.toMillis() > 100;
          if (lose && super.receive(message -> {}, timeout) == ReceiveResult.RECEIVED) {
            lost.set(2);
          }
          ReceiveResult result = super.receive(handler, timeout);
          if (result == ReceiveResult.TIMED_OUT && timeout.equals(Chapter.SHORT)) {
            lost.compareAndSet(0, 1);
          }
          return result;
        }
      };
    }
  }

  @Breaks("4.4")
  static final class ClosesOnInterrupt extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public ReceiveResult receive(MessageHandler handler, Duration timeout)
            throws InterruptedException {
          try {
            return super.receive(handler, timeout);
          } catch (InterruptedException e) {
            abort();
            throw e;
          }
        }
      };
    }
  }

  @Breaks({"4.5", "4.8"})
  static final class SendIsDeafToInterrupts extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          long deadline = System.nanoTime() + timeout.toNanos();
          while (true) {
            try {
              return super.send(message, Duration.ofNanos(deadline - System.nanoTime()));
            } catch (InterruptedException e) {
              // go on
            }
          }
        }
      };
    }
  }

  @Breaks("4.6")
  static final class DrainTakesInterruptsForTheEnd extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public DrainReport drain(Duration timeout) {
          try {
            return super.drain(timeout);
          } catch (InterruptedException e) {
            return new DrainReport(false, 1);
          }
        }
      };
    }
  }

  @Breaks("4.7")
  static final class EatsTheInterruptFlag extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void close() {
          Thread.interrupted();
          super.close();
        }
      };
    }
  }

  @Breaks("4.8")
  static final class InterruptsEverybody extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      Set<Thread> waiting = ConcurrentHashMap.newKeySet();
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          waiting.add(Thread.currentThread());
          try {
            return super.send(message, timeout);
          } catch (InterruptedException e) {
            waiting.forEach(Thread::interrupt);
            throw e;
          } finally {
            waiting.remove(Thread.currentThread());
          }
        }
      };
    }
  }

  @Breaks("4.9")
  static final class KnowsOneThread extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicReference<Thread> first = new AtomicReference<>();
      return new Forwarding.OfChannel(sound) {
        @Override
        public void onError(java.util.function.Consumer<? super Throwable> handler) {
          Thread here = Thread.currentThread();
          if (!first.compareAndSet(null, here) && first.get() != here) {
            throw new ConcurrentModificationException();
          }
          super.onError(handler);
        }
      };
    }
  }

  @Breaks("4.10")
  static final class RunsHandlersSideBySide extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger count = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          return message -> {
            if (message.remaining() != 1000 || count.incrementAndGet() % 25 != 0) {
              handler.onMessage(message);
              return;
            }
            ByteBuffer copy = ByteBuffer.allocate(1000).put(message).flip().asReadOnlyBuffer();
            Task<Void> aside = Task.start("aside", () -> handle(handler, copy));
            while (!aside.isDone() && !aside.isWaiting()) {
              Thread.onSpinWait();
            }
          };
        }
      };
    }

    private static Void handle(MessageHandler handler, ByteBuffer message) {
      handler.onMessage(message);
      return null;
    }
  }

  @Breaks("4.11")
  static final class SwallowsExceptions extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          return message -> {
            try {
              handler.onMessage(message);
            } catch (PlannedException e) {
              // swallowed
            }
          };
        }
      };
    }
  }

  @Breaks("4.11")
  static final class DiesOfExceptions extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          return message -> {
            try {
              handler.onMessage(message);
            } catch (PlannedException e) {
              abort();
              throw e;
            }
          };
        }
      };
    }
  }

  @Breaks("4.12")
  static final class DrainsInHandlers extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public DrainReport drain(Duration timeout) throws InterruptedException {
          return Thread.currentThread().getName().startsWith("ipc-")
              ? new DrainReport(false, 0)
              : super.drain(timeout);
        }
      };
    }
  }

  @Breaks("4.13")
  static final class CloseWaitsInHandlers extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void close() {
          super.close();
          if (Thread.currentThread().getName().startsWith("ipc-")) {
            LockSupport.parkNanos(1_300_000_000L);
          }
        }
      };
    }
  }

  @Breaks("4.14")
  static final class MixesPullingAndPushing extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public int poll(MessageHandler handler, int limit) {
          try {
            return super.poll(handler, limit);
          } catch (IllegalStateException e) {
            return 0;
          }
        }
      };
    }
  }

  @Breaks("4.15")
  static final class PollsOneTooMany extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public int poll(MessageHandler handler, int limit) {
          return super.poll(handler, limit == 3 ? 4 : limit);
        }
      };
    }
  }

  @Breaks("4.16")
  static final class StartsAStrangeThread extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicBoolean over = new AtomicBoolean();
      Thread thread =
          new Thread(
              () -> {
                while (!over.get()) {
                  LockSupport.parkNanos(5_000_000);
                }
              },
              "pool-1-thread-1");
      thread.start();
      sound.closed().thenRun(() -> over.set(true));
      return sound;
    }
  }

  @Breaks("4.17")
  static final class SendsNull extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          return message == null ? SendResult.SENT : super.trySend(message);
        }
      };
    }
  }

  @Breaks("4.18")
  static final class CannotSleep implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          Channel channel = super.connect(endpoint, config);
          if (!config.waitStrategy().equals(WaitStrategy.sleeping())) {
            return channel;
          }
          return new Forwarding.OfChannel(channel) {
            @Override
            protected ByteBuffer changed(ByteBuffer message) {
              return null;
            }
          };
        }
      };
    }
  }
}

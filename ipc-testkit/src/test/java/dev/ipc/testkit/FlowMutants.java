// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.IpcTimeoutException;
import dev.ipc.SendResult;
import dev.ipc.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Transports with a fault in chapter 3, flow and memory. */
final class FlowMutants {
  private FlowMutants() {}

  private static ByteBuffer copy(ByteBuffer message) {
    return ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
  }

  @Breaks({"3.1", "3.2", "3.4", "3.6", "3.7", "3.11", "3.12", "4.2", "4.3", "4.5", "4.8", "5.19"})
  static final class IgnoresItsBounds implements Mutant {
    private static ChannelConfig huge(ChannelConfig config) {
      return config.toBuilder().sendBuffer(64 << 20).receiveBuffer(64 << 20).build();
    }

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          return super.connect(endpoint, huge(config));
        }

        @Override
        public dev.ipc.Listener listen(Endpoint endpoint, ChannelConfig config) {
          return super.listen(endpoint, huge(config));
        }
      };
    }
  }

  @Breaks("3.2")
  static final class KeepsWhatItRefused extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      Collection<ByteBuffer> kept = new ConcurrentLinkedQueue<>();
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          SendResult result = super.trySend(message);
          if (result == SendResult.BACK_PRESSURED && kept.size() < 1000) {
            kept.add(copy(message));
          }
          return result;
        }
      };
    }
  }

  @Breaks({"3.3", "3.5", "3.6", "4.3", "4.5"})
  static final class DropsTheNewest extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger refused = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          SendResult result = super.trySend(message);
          return result == SendResult.BACK_PRESSURED && refused.incrementAndGet() == 10
              ? SendResult.SENT
              : result;
        }
      };
    }
  }

  @Breaks({"3.4", "5.19"})
  static final class TellsOfRoomTwice extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void onRoom(Runnable callback) {
          super.onRoom(callback);
          super.onRoom(callback);
        }
      };
    }
  }

  @Breaks("3.5")
  static final class ForgetsToTellOfRoom extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger calls = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public void onRoom(Runnable callback) {
          super.onRoom(calls.incrementAndGet() == 100 ? () -> {} : callback);
        }
      };
    }
  }

  @Breaks({"3.6", "4.8"})
  static final class WaitsForRoomWithItsEyesShut extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
          if (super.send(message, Duration.ZERO)) {
            return true;
          }
          Duration nap = timeout.compareTo(Duration.ofSeconds(1)) > 0 ? timeout : Duration.ZERO;
          long deadline = System.nanoTime() + nap.toNanos();
          while (System.nanoTime() - deadline < 0 && !closed().toCompletableFuture().isDone()) {
            Thread.sleep(5);
          }
          return super.send(message, timeout.minus(nap));
        }
      };
    }
  }

  @Breaks("3.7")
  static final class WaitsForRoomInAClosedChannel extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void send(ByteBuffer message) throws InterruptedException {
          boolean waits = ClosingMutants.probe(this, 16_384) == SendResult.BACK_PRESSURED;
          try {
            super.send(message);
          } catch (ClosedException e) {
            if (waits) {
              Thread.sleep(60_000);
            }
            throw e;
          }
        }
      };
    }
  }

  @Breaks({"3.8", "3.13", "4.3"})
  static final class SpreadsPressure implements Mutant {
    private final AtomicReference<Channel> pressed = new AtomicReference<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          return new Forwarding.OfChannel(channel) {
            @Override
            public SendResult trySend(ByteBuffer message) {
              SendResult result = super.trySend(message);
              if (result == SendResult.BACK_PRESSURED) {
                pressed.set(channel);
              }
              return result;
            }

            @Override
            public void send(ByteBuffer message) throws InterruptedException {
              Channel other = pressed.get();
              while (other != null
                  && other != channel
                  && other.endpoint().equals(channel.endpoint())
                  && ClosingMutants.probe(other, 16_384) == SendResult.BACK_PRESSURED) {
                Thread.sleep(1);
              }
              super.send(message);
            }
          };
        }
      };
    }
  }

  @Breaks("3.9")
  static final class CutsSlowReceiversOff extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      AtomicInteger waits = new AtomicInteger();
      AtomicInteger before = new AtomicInteger();
      return new Forwarding.OfChannel(sound) {
        @Override
        public void send(ByteBuffer message) throws InterruptedException {
          boolean mixed = before.getAndSet(message.remaining()) == 24;
          if (mixed
              && message.remaining() == 16_384
              && ClosingMutants.probe(this, 16_384) == SendResult.BACK_PRESSURED
              && waits.incrementAndGet() == 20) {
            abort();
          }
          super.send(message);
        }
      };
    }
  }

  @Breaks("3.10")
  static final class NeverSendsMoreThanItsBuffer extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          return message.remaining() == 1024 * 1024
              ? SendResult.BACK_PRESSURED
              : super.trySend(message);
        }
      };
    }
  }

  @Breaks("3.11")
  static final class DropsInHandlers extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void send(ByteBuffer message) throws InterruptedException {
          try {
            super.send(message);
          } catch (IpcTimeoutException e) {
            // nobody will miss it
          }
        }
      };
    }
  }

  @Breaks("3.12")
  static final class EmptyMessagesAreFree extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public SendResult trySend(ByteBuffer message) {
          SendResult result = super.trySend(message);
          return message.hasRemaining() || result == SendResult.CLOSED ? result : SendResult.SENT;
        }
      };
    }
  }

  @Breaks({"3.13", "4.3"})
  static final class PressureStopsBothWays implements Mutant {
    private final AtomicReference<Channel> pressed = new AtomicReference<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          return new Forwarding.OfChannel(channel) {
            @Override
            public SendResult trySend(ByteBuffer message) {
              SendResult result = super.trySend(message);
              if (result == SendResult.BACK_PRESSURED) {
                pressed.compareAndSet(null, channel);
              }
              return result;
            }

            @Override
            public void send(ByteBuffer message) throws InterruptedException {
              Channel other = pressed.get();
              if (other != null && other != channel && message.remaining() == 24) {
                while (ClosingMutants.probe(other, 16_384) == SendResult.BACK_PRESSURED) {
                  LockSupport.parkNanos(1_000_000);
                }
              }
              super.send(message);
            }
          };
        }
      };
    }
  }
}

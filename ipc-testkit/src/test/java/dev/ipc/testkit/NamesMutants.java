// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.Listener;
import dev.ipc.PeerIdentity;
import dev.ipc.RefusedException;
import dev.ipc.Transport;
import dev.ipc.TransportFailedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Transports with a fault in chapter 1, names and connecting. */
final class NamesMutants {
  private NamesMutants() {}

  @Breaks("1.1")
  static final class ServesEveryScheme implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Set<String> schemes() {
          Set<String> schemes = new HashSet<>(super.schemes());
          schemes.add("x-unknown");
          return schemes;
        }
      };
    }
  }

  @Breaks("1.2")
  static final class SwallowsUnknownOptions implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public void check(Endpoint endpoint) {
          Map<String, String> known = new TreeMap<>(endpoint.options());
          known.keySet().retainAll(ChannelConfig.optionKeys());
          super.check(Endpoint.of(endpoint.scheme(), endpoint.address(), known));
        }
      };
    }
  }

  @Breaks("1.3")
  static final class ForgetsItsPeer extends ChannelMutant {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public PeerIdentity peer() {
          boolean over = closed().toCompletableFuture().isDone();
          return over ? PeerIdentity.UNKNOWN : super.peer();
        }
      };
    }
  }

  @Breaks({"1.4", "1.6", "1.12"})
  static final class HasNoNameForAbsence implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          try {
            return super.connect(endpoint, config);
          } catch (EndpointAbsentException e) {
            throw new TransportFailedException("errno 111", e);
          }
        }
      };
    }
  }

  @Breaks({"1.5", "1.6", "1.7", "1.17", "5.20"})
  static final class NeverWaitsForAListener implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          return super.connect(endpoint, config.toBuilder().connectTimeout(Duration.ZERO).build());
        }
      };
    }
  }

  @Breaks("1.6")
  static final class ConnectsTooPatiently implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          Duration longer = config.connectTimeout().multipliedBy(40);
          return super.connect(
              endpoint,
              config.toBuilder()
                  .connectTimeout(longer.toDays() > 1 ? config.connectTimeout() : longer)
                  .build());
        }
      };
    }
  }

  @Breaks("1.7")
  static final class ConnectIsDeafToInterrupts implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          if (config.connectTimeout().compareTo(Duration.ofSeconds(5)) <= 0) {
            return super.connect(endpoint, config);
          }
          Task<Channel> task = Task.start("connect", () -> super.connect(endpoint, config));
          while (!task.isDone()) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
          }
          try {
            return task.result(Duration.ZERO);
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new TransportFailedException("connect", e);
          }
        }
      };
    }
  }

  @Breaks({"1.8", "1.10"})
  static final class StealsNames implements Mutant {
    private final Map<String, Listener> owners = new ConcurrentHashMap<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Listener listen(Endpoint endpoint, ChannelConfig config) {
          Listener owner = owners.get(endpoint.address());
          if (owner != null) {
            owner.close();
          }
          Listener listener = super.listen(endpoint, config);
          owners.put(listener.endpoint().address(), listener);
          return listener;
        }
      };
    }
  }

  @Breaks({
    "1.9", "1.12", "1.14", "1.16", "1.20", "2.8", "3.7", "3.11", "4.12", "4.13", "4.18", "5.15",
    "5.20", "7.4"
  })
  static final class FreesANameOnlyWhenAskedTwice implements Mutant {
    private final Map<String, Runnable> kept = new ConcurrentHashMap<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Listener listen(Endpoint endpoint, ChannelConfig config) {
          Runnable release = kept.remove(endpoint.address());
          if (release != null) {
            release.run();
            throw new EndpointInUseException("still warm");
          }
          return super.listen(endpoint, config);
        }

        @Override
        protected Listener changed(Listener listener) {
          return new Forwarding.OfListener(listener) {
            @Override
            public void close() {
              kept.put(endpoint().address(), super::close);
            }
          };
        }
      };
    }
  }

  @Breaks("1.10")
  static final class BothRacersWin implements Mutant {
    private static final AtomicInteger RACING = new AtomicInteger();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Listener listen(Endpoint endpoint, ChannelConfig config) {
          boolean race = RACING.incrementAndGet() > 1;
          try {
            LockSupport.parkNanos(2_000_000);
            return super.listen(endpoint, config);
          } catch (EndpointInUseException e) {
            if (race || RACING.get() > 1) {
              return super.listen(endpoint.withAddress(endpoint.address() + "-too"), config);
            }
            throw e;
          } finally {
            RACING.decrementAndGet();
          }
        }
      };
    }
  }

  @Breaks({"1.11", "7.3"})
  static final class ChannelsTakeTheNameWithThem implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Listener changed(Listener listener) {
          return new Forwarding.OfListener(listener) {
            @Override
            protected Channel changed(Channel channel) {
              return new Forwarding.OfChannel(channel) {
                @Override
                public void close() {
                  super.close();
                  listener.close();
                }
              };
            }
          };
        }
      };
    }
  }

  @Breaks({"1.12", "3.7", "3.11", "4.13", "4.18", "5.15"})
  static final class ListenersTakeTheirChannelsAlong extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
      return new Forwarding.OfListener(sound) {
        @Override
        protected Channel changed(Channel channel) {
          accepted.add(channel);
          return channel;
        }

        @Override
        public void close() {
          super.close();
          accepted.forEach(Channel::abort);
        }
      };
    }
  }

  @Breaks("1.13")
  static final class AcceptIsHasty extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      return new Forwarding.OfListener(sound) {
        @Override
        public Optional<Channel> accept(Duration timeout) throws InterruptedException {
          boolean brief = timeout.compareTo(Duration.ofSeconds(1)) < 0;
          return super.accept(brief ? timeout.dividedBy(2) : timeout);
        }
      };
    }
  }

  @Breaks("1.14")
  static final class ClosedListenersAreJustEmpty extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      return new Forwarding.OfListener(sound) {
        @Override
        public Optional<Channel> accept(Duration timeout) throws InterruptedException {
          try {
            return super.accept(timeout);
          } catch (ClosedException e) {
            return Optional.empty();
          }
        }
      };
    }
  }

  @Breaks("1.15")
  static final class KeepsWhatNobodyWanted extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      return new Forwarding.OfListener(sound) {
        @Override
        public void onAccept(Consumer<? super Channel> handler) {
          super.onAccept(
              channel -> {
                try {
                  handler.accept(channel);
                } catch (PlannedException e) {
                  // who cares
                }
              });
        }
      };
    }
  }

  @Breaks("1.16")
  static final class MixesAccepting extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      return new Forwarding.OfListener(sound) {
        @Override
        public Optional<Channel> accept(Duration timeout) throws InterruptedException {
          try {
            return super.accept(timeout);
          } catch (IllegalStateException e) {
            if (Thread.currentThread().getName().startsWith("ipc-")) {
              throw e;
            }
            return Optional.empty();
          }
        }
      };
    }
  }

  @Breaks("1.17")
  static final class AcceptsWithoutBound extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      Queue<Channel> waiting = new ConcurrentLinkedQueue<>();
      AtomicInteger state = new AtomicInteger();
      AtomicInteger asked = new AtomicInteger();
      return new Forwarding.OfListener(sound) {
        @Override
        public Endpoint endpoint() {
          if (asked.incrementAndGet() == 100) { // each client asks
            Task.start("eager", this::takeAll);
          }
          return super.endpoint();
        }

        private Void takeAll() throws InterruptedException {
          try {
            while (state.get() == 0) {
              super.accept(Duration.ofMillis(5)).ifPresent(waiting::add);
            }
          } catch (ClosedException | IllegalStateException e) {
            state.set(1);
          }
          return null;
        }

        @Override
        public Optional<Channel> accept(Duration timeout) throws InterruptedException {
          if (asked.get() < 100) {
            return super.accept(timeout);
          }
          long deadline = System.nanoTime() + timeout.toNanos();
          while (waiting.isEmpty() && System.nanoTime() - deadline < 0 && state.get() == 0) {
            Thread.sleep(1);
          }
          Channel channel = waiting.poll();
          if (channel == null && state.get() == 1) {
            return super.accept(timeout);
          }
          return Optional.ofNullable(channel);
        }
      };
    }
  }

  @Breaks("1.18")
  static final class RefusesACrowd implements Mutant {
    private static final AtomicInteger CONNECTING = new AtomicInteger();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          try {
            if (CONNECTING.incrementAndGet() > 8) {
              throw new RefusedException("too many at once");
            }
            Channel channel = super.connect(endpoint, config);
            LockSupport.parkNanos(1_000_000);
            return channel;
          } finally {
            CONNECTING.decrementAndGet();
          }
        }
      };
    }
  }

  @Breaks("1.19")
  static final class LosesWhatCameBeforeTheAccept implements Mutant {
    private final Queue<Hasty> single = new ConcurrentLinkedQueue<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        protected Channel changed(Channel channel) {
          Hasty one = new Hasty(channel);
          synchronized (single) {
            one.meet(single);
          }
          return one;
        }
      };
    }
  }

  /** Loses what it sends before it has met its peer, but for the first message. */
  private static final class Hasty extends Forwarding.OfChannel {
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean met;

    Hasty(Channel sound) {
      super(sound);
    }

    void meet(Queue<Hasty> single) {
      Hasty peer = single.poll();
      if (peer == null) {
        single.add(this);
      } else {
        peer.met = true;
        met = true;
      }
    }

    @Override
    protected ByteBuffer changed(ByteBuffer message) {
      return sent.incrementAndGet() > 1 && !met ? null : message;
    }
  }

  @Breaks("1.21")
  static final class ClaimsToKnowThePeer implements Mutant {
    private static Set<Capability> more(Set<Capability> less) {
      Set<Capability> more = EnumSet.copyOf(less);
      more.add(Capability.PEER_CREDENTIALS);
      return Set.copyOf(more);
    }

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Set<Capability> capabilities(Endpoint endpoint) {
          return more(super.capabilities(endpoint));
        }

        @Override
        protected Channel changed(Channel channel) {
          return new Forwarding.OfChannel(channel) {
            @Override
            public Set<Capability> capabilities() {
              return more(super.capabilities());
            }
          };
        }
      };
    }
  }

  @Breaks("1.22")
  static final class HidesThatItDrains implements Mutant {
    private static Set<Capability> less(Set<Capability> more) {
      Set<Capability> less = EnumSet.copyOf(more);
      less.remove(Capability.DRAIN);
      return Set.copyOf(less);
    }

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Set<Capability> capabilities(Endpoint endpoint) {
          return less(super.capabilities(endpoint));
        }

        @Override
        protected Channel changed(Channel channel) {
          return new Forwarding.OfChannel(channel) {
            @Override
            public Set<Capability> capabilities() {
              return less(super.capabilities());
            }
          };
        }
      };
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import dev.ipc.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Transports with a fault in chapter 7, many peers. */
final class ManyPeersMutants {
  private ManyPeersMutants() {}

  @Breaks("7.1")
  static final class MixesTheClientsUp implements Mutant {
    @Override
    public Transport of(Transport sound) {
      AtomicInteger clients = new AtomicInteger();
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          Channel channel = super.connect(endpoint, config);
          if (clients.incrementAndGet() != 20) {
            return channel;
          }
          return new Forwarding.OfChannel(channel) {
            @Override
            protected ByteBuffer changed(ByteBuffer message) {
              String text = Chapter.text(message);
              return text.startsWith("client ") && text.contains(" round ")
                  ? Chapter.text("client 7 round 0")
                  : message;
            }
          };
        }
      };
    }
  }

  @Breaks("7.2")
  static final class PrefersItsFirstClients implements Mutant {
    @Override
    public Transport of(Transport sound) {
      AtomicInteger clients = new AtomicInteger();
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          Channel channel = super.connect(endpoint, config);
          if (clients.incrementAndGet() != 8) {
            return channel;
          }
          return new Forwarding.OfChannel(channel) {
            @Override
            public void send(ByteBuffer message) throws InterruptedException {
              LockSupport.parkNanos(message.remaining() == "question".length() ? 50_000_000 : 0);
              super.send(message);
            }
          };
        }
      };
    }
  }

  @Breaks("7.3")
  static final class CountsItsVisitors extends ListenerMutant {
    @Override
    Listener of(Listener sound) {
      AtomicInteger visitors = new AtomicInteger();
      return new Forwarding.OfListener(sound) {
        @Override
        protected Channel changed(Channel channel) {
          channel
              .closed()
              .thenRun(
                  () -> {
                    if (visitors.incrementAndGet() == 8) {
                      close();
                    }
                  });
          return channel;
        }
      };
    }
  }

  @Breaks("7.4")
  static final class LeavesDescriptorsOpen implements Mutant {
    private static final Collection<FileChannel> LEFT = new ConcurrentLinkedQueue<>();

    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public void close() {
          super.close();
          try {
            Path file = Path.of("/dev/null");
            LEFT.add(FileChannel.open(file, StandardOpenOption.READ));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  }

  @Breaks("7.5")
  static final class NeverRests implements Mutant {
    @Override
    public Transport of(Transport sound) {
      AtomicInteger channels = new AtomicInteger();
      AtomicBoolean over = new AtomicBoolean();
      return new Forwarding.OfTransport(sound) {
        @Override
        public Channel connect(Endpoint endpoint, ChannelConfig config)
            throws InterruptedException {
          if (channels.incrementAndGet() == 50) {
            Thread restless = new Thread(this::look, "ipc-restless");
            restless.setDaemon(true);
            restless.start();
          }
          return super.connect(endpoint, config);
        }

        private void look() {
          while (!over.get()) {
            Thread.onSpinWait();
          }
        }

        @Override
        public void close() {
          over.set(true);
          super.close();
        }
      };
    }
  }

  @Breaks("7.6")
  static final class Talks implements Mutant {
    @Override
    public Transport of(Transport sound) {
      System.err.println("WARNING: a terminally deprecated method has been called");
      return sound;
    }
  }
}

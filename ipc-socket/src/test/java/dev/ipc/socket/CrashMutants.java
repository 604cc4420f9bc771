// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.Transport;
import dev.ipc.testkit.Breaks;
import dev.ipc.testkit.Forwarding;
import dev.ipc.testkit.Mutant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Transports with a fault in chapter 6, crash; they need a transport that reaches another process.
 */
final class CrashMutants {
  private CrashMutants() {}

  static List<Class<? extends Mutant>> all() {
    return Stream.of(CrashMutants.class.getDeclaredClasses())
        .filter(type -> type.isAnnotationPresent(Breaks.class))
        .<Class<? extends Mutant>>map(type -> type.asSubclass(Mutant.class))
        .toList();
  }

  /** A fault in what a channel says or does once its peer has died. */
  private abstract static class Bereaved implements Mutant {
    abstract Channel of(Channel sound);

    @Override
    public final Transport of(Transport transport) {
      return new Forwarding.OfTransport(transport) {
        @Override
        protected Channel changed(Channel channel) {
          return Bereaved.this.of(channel);
        }
      };
    }
  }

  private static boolean died(CloseReport report) {
    return report.reason() == CloseReason.PEER_DIED;
  }

  @Breaks({"5.6", "5.18", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.10", "6.11", "6.13"})
  static final class TakesDeathForAClose extends Bereaved {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public CompletionStage<CloseReport> closed() {
          return super.closed()
              .thenApply(
                  report ->
                      died(report) ? CloseReport.of(CloseReason.PEER_CLOSED, "gone") : report);
        }
      };
    }
  }

  @Breaks({
    "1.15", "5.6", "5.7", "5.18", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.9", "6.10",
    "6.11", "6.13"
  })
  static final class NeverLearnsOfDeath extends Bereaved {
    @Override
    Channel of(Channel sound) {
      CompletableFuture<CloseReport> told = new CompletableFuture<>();
      sound.closed().thenAccept(report -> tell(report, told));
      return new Forwarding.OfChannel(sound) {
        @Override
        public CompletionStage<CloseReport> closed() {
          return told;
        }
      };
    }

    private static void tell(CloseReport report, CompletableFuture<CloseReport> told) {
      if (!died(report)) {
        told.complete(report);
      }
    }
  }

  @Breaks({"5.7", "6.2", "6.3", "6.9", "6.10"})
  static final class HandsOutHalfAMessage extends Bereaved {
    @Override
    Channel of(Channel sound) {
      AtomicReference<ByteBuffer> last = new AtomicReference<>(ByteBuffer.allocate(0));
      AtomicReference<MessageHandler> taker = new AtomicReference<>();
      CompletableFuture<CloseReport> told = new CompletableFuture<>();
      sound
          .closed()
          .thenAccept(
              report -> {
                ByteBuffer message = last.get();
                if (died(report) && message.hasRemaining()) {
                  taker.get().onMessage(message.limit(message.remaining() / 2));
                }
                told.complete(report);
              });
      return new Forwarding.OfChannel(sound) {
        @Override
        protected MessageHandler changed(MessageHandler handler) {
          taker.set(handler);
          return message -> {
            if (message.remaining() >= 48) {
              last.set(ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip());
            }
            handler.onMessage(message);
          };
        }

        @Override
        public CompletionStage<CloseReport> closed() {
          return told;
        }
      };
    }
  }

  @Breaks("6.12")
  static final class TakesSilenceForDeath extends Bereaved {
    @Override
    Channel of(Channel sound) {
      return new Forwarding.OfChannel(sound) {
        @Override
        public void send(ByteBuffer message) throws InterruptedException {
          if (!super.send(message, Duration.ofMillis(1500))) {
            abort();
          }
        }
      };
    }
  }

  @Breaks("6.13")
  static final class KeepsADescriptorOfTheDead extends Bereaved {
    private static final Collection<FileChannel> KEPT = new ConcurrentLinkedQueue<>();

    @Override
    Channel of(Channel sound) {
      sound.closed().thenAccept(CrashMutants::keep);
      return sound;
    }
  }

  private static void keep(CloseReport report) {
    if (died(report)) {
      try {
        for (int i = 0; i < 4; i++) {
          KeepsADescriptorOfTheDead.KEPT.add(
              FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Breaks({"6.8", "7.3"})
  static final class ListenersDieWithTheirClients implements Mutant {
    @Override
    public Transport of(Transport sound) {
      return new Forwarding.OfTransport(sound) {
        @Override
        public Listener listen(Endpoint endpoint, ChannelConfig config) {
          Listener listener = super.listen(endpoint, config);
          return new Forwarding.OfListener(listener) {
            @Override
            protected Channel changed(Channel channel) {
              CompletionStage<CloseReport> told =
                  channel.closed().thenApply(report -> closeIfDied(report, listener));
              return new Forwarding.OfChannel(channel) {
                @Override
                public CompletionStage<CloseReport> closed() {
                  return told;
                }
              };
            }
          };
        }
      };
    }

    private static CloseReport closeIfDied(CloseReport report, Listener listener) {
      if (died(report)) {
        listener.close();
      }
      return report;
    }
  }
}

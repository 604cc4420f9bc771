// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.AbstractListener;
import dev.ipc.spi.BoundName;
import dev.ipc.spi.Newcomers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.LoggerFactory;

/** Reads announcements from the well-known FIFO and has each client served by a thread. */
final class FifoListener extends AbstractListener {
  /** How many clients may be in their handshake at once; the others announce themselves again. */
  private static final int HANDSHAKES = 512;

  /** How many announcements are remembered, so that a repetition is not another client. */
  private static final int REMEMBERED = 8192;

  private static final int CHUNK = 64 * 1024;

  private final Settings settings;
  private final PipeTransport transport;
  private final FileChannel door;
  private final BoundName name;
  private final Turn turn = new Turn(this::haveTasksRun, this::failed);
  private final Map<UUID, Announcement> seen = new LinkedHashMap<>();

  /** Guarded by itself. */
  private final Newcomers<FifoServer> begun = new Newcomers<>();

  FifoListener(Settings settings, PipeTransport transport, Door door, BoundName name) {
    super(settings.endpoint());
    this.settings = settings;
    this.transport = transport;
    this.door = door.opened();
    this.name = name;
  }

  /** Begins to accept. */
  void open() {
    settings.threads().run(this::listen);
  }

  boolean place() {
    return reserve();
  }

  void noPlace() {
    giveBack();
  }

  void connected(PipeChannel channel) {
    accepted(transport.register(channel));
  }

  void handshakeOver(FifoServer client) {
    synchronized (begun) {
      begun.remove(client);
    }
  }

  @Override
  protected void execute(Runnable task) {
    turn.add(task);
  }

  @Override
  protected void release() {
    transport.released(this);
    name.close(); // and with it the door
  }

  private void failed(Throwable e) {
    LoggerFactory.getLogger("dev.ipc").warn("a listener's task failed, listener={}", this, e);
  }

  private void haveTasksRun() {
    try {
      settings.threads().run(turn::runTasks);
    } catch (RejectedExecutionException e) {
      turn.runTasks(); // the context is closed, and with it the threads this belongs on
    }
  }

  private void listen() {
    Lines lines = new Lines(Announcement.MOST_BYTES, this::announced);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    try {
      while (!isClosed()) {
        door.read(chunk.clear());
        lines.add(chunk.flip());
      }
    } catch (ClosedChannelException e) {
      // the listener was closed
    } catch (IOException | RejectedExecutionException e) {
      if (!isClosed()) {
        LoggerFactory.getLogger("dev.ipc").warn("a listener failed, listener={}", this, e);
        close();
      }
    }
  }

  private void announced(String line) {
    Announcement announcement = Announcement.decode(line).orElse(null);
    if (announcement == null || seen.containsKey(announcement.id())) {
      return;
    }
    FifoServer client = new FifoServer(this, settings, announcement);
    synchronized (begun) {
      if (begun.count() >= HANDSHAKES) {
        begun.hurry(); // who is not begun with says its name again
        return;
      }
      begun.add(client);
    }
    remember(announcement);
    settings.threads().run(client);
  }

  private void remember(Announcement announcement) {
    if (seen.size() == REMEMBERED) {
      seen.remove(seen.keySet().iterator().next());
    }
    seen.put(announcement.id(), announcement);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Which face of junixsocket is used. */
enum Style {
  /** A blocking channel and direct buffers. */
  CHANNEL {
    @Override
    Link link(AFUNIXSocketChannel channel) {
      return new ChannelLink(channel);
    }
  },
  /** A channel that never blocks: both sides ask again and again. */
  POLLED_CHANNEL {
    @Override
    Link link(AFUNIXSocketChannel channel) throws IOException {
      channel.configureBlocking(false);
      return new ChannelLink(channel);
    }
  },
  /** The streams of a socket, which take arrays. */
  STREAM {
    @Override
    Link link(AFUNIXSocketChannel channel) throws IOException {
      return new StreamLink(channel.socket().getInputStream(), channel.socket().getOutputStream());
    }

    @Override
    ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes);
    }
  };

  abstract Link link(AFUNIXSocketChannel channel) throws IOException;

  ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  /** Both directions; a call may transfer less than asked, polled even nothing. */
  interface Link {
    int read(ByteBuffer target) throws IOException;

    int write(ByteBuffer source) throws IOException;
  }

  private record ChannelLink(AFUNIXSocketChannel channel) implements Link {
    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return channel.write(source);
    }
  }

  private record StreamLink(InputStream in, OutputStream out) implements Link {
    @Override
    public int read(ByteBuffer target) throws IOException {
      int at = target.arrayOffset() + target.position();
      int count = in.read(target.array(), at, target.remaining());
      if (count > 0) {
        target.position(target.position() + count);
      }
      return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = source.remaining();
      out.write(source.array(), source.arrayOffset() + source.position(), count);
      source.position(source.limit());
      return count;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** Channels and streams of junixsocket. */
public final class JunixsocketPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new JunixsocketContender("junixsocket", Style.CHANNEL, Writing.BATCHED),
        new JunixsocketContender("junixsocket-poll", Style.POLLED_CHANNEL, Writing.BATCHED),
        new JunixsocketContender("junixsocket-stream", Style.STREAM, Writing.BATCHED),
        new JunixsocketContender("junixsocket-default", Style.CHANNEL, Writing.EACH),
        new JunixsocketContender("junixsocket-stream-default", Style.STREAM, Writing.EACH));
  }
}

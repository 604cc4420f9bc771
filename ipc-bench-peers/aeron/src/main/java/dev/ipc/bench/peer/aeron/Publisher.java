// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.DirectBuffer;

/** Publishes by {@code offer} or by {@code tryClaim}. */
final class Publisher {
  /** {@code offer} of a publication. */
  interface Offer {
    long offer(DirectBuffer buffer, int offset, int length);
  }

  /** {@code tryClaim} of a publication. */
  interface Claim {
    long tryClaim(int length, BufferClaim claim);
  }

  private final Publication publication;
  private final Offer offer;
  private final Claim claim;
  private final BufferClaim claimed = new BufferClaim();
  private final int largestClaim;

  Publisher(Publication publication, Offer offer, Claim claim) {
    this.publication = publication;
    this.offer = offer;
    this.claim = claim;
    this.largestClaim = claim == null ? -1 : publication.maxPayloadLength();
  }

  boolean connected() {
    return publication.isConnected();
  }

  /** Whether it was taken; if not, there is no room or nobody has subscribed yet. */
  boolean publish(DirectBuffer buffer, int offset, int length) {
    long position =
        length <= largestClaim
            ? claim(buffer, offset, length)
            : this.offer.offer(buffer, offset, length);
    if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
      throw new IllegalStateException(Publication.errorString(position));
    }
    return position > 0;
  }

  private long claim(DirectBuffer buffer, int offset, int length) {
    long position = claim.tryClaim(length, claimed);
    if (position > 0) {
      claimed.putBytes(buffer, offset, length);
      claimed.commit();
    }
    return position;
  }
}

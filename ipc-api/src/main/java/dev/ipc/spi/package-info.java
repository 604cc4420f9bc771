// SPDX-License-Identifier: Apache-2.0
/**
 * What transports share, for authors of transports: the contract's bookkeeping in {@link
 * dev.ipc.spi.AbstractChannel} and {@link dev.ipc.spi.AbstractListener}, the queues, waiting, the wire
 * frame and its handshake, and the hygiene of names. Users of channels need nothing from here.
 */
package dev.ipc.spi;

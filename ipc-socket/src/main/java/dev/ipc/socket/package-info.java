// SPDX-License-Identifier: Apache-2.0
/**
 * {@code unix:/path} and {@code tcp:host:port}: framed stream sockets on Netty's event loops. Users need
 * no type from here; the transport is found when the module is present.
 */
package dev.ipc.socket;

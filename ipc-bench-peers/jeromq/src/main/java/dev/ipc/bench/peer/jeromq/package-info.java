// SPDX-License-Identifier: Apache-2.0
/** JeroMQ. */
package dev.ipc.bench.peer.jeromq;

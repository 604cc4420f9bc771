// SPDX-License-Identifier: Apache-2.0
/** gRPC-Java over a Unix-domain socket. */
package dev.ipc.bench.peer.grpc;

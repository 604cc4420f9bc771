// SPDX-License-Identifier: Apache-2.0
/** Shared memory with the contract of a socket. */
module dev.ipc.shm {
  requires transitive dev.ipc.api;
  requires jdk.unsupported;
  requires org.agrona;
}

// SPDX-License-Identifier: Apache-2.0
/** Shared memory with the contract of a socket. */
module dev.ipc.shm {
  requires transitive dev.ipc.api;
  requires jdk.net;
  requires jdk.unsupported;
  requires org.agrona;
  requires org.slf4j;

  exports dev.ipc.shm;

  provides dev.ipc.Transport with
      dev.ipc.shm.ShmTransport;
}

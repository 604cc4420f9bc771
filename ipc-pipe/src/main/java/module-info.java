// SPDX-License-Identifier: Apache-2.0
/** Named pipes and child processes with the contract of a socket. */
module dev.ipc.pipe {
  requires transitive dev.ipc.api;
  requires org.slf4j;

  exports dev.ipc.pipe;

  provides dev.ipc.Transport with
      dev.ipc.pipe.PipeTransport;
}

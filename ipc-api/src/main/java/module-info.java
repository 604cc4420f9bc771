// SPDX-License-Identifier: Apache-2.0
/** The API of channels, the support for authors of transports, and the in-process transport. */
module dev.ipc.api {
  requires org.slf4j;

  exports dev.ipc;
  exports dev.ipc.spi;

  uses dev.ipc.Transport;

  provides dev.ipc.Transport with
      dev.ipc.inproc.InprocTransport;
}

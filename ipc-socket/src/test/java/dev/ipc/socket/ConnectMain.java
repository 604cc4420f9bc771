// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.IpcException;

/** Connects and prints what became of it. */
final class ConnectMain {
  private ConnectMain() {}

  public static void main(String[] args) throws InterruptedException {
    try (Channel channel = Ipc.connect(Endpoint.of(args[0]))) {
      System.out.println("connected " + channel);
    } catch (IpcException e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import com.sun.management.OperatingSystemMXBean;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/** An echo server that tells what it uses; ends with its input. */
final class EchoMain {
  private EchoMain() {}

  public static void main(String[] args) throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Listener listener = Ipc.listen(Endpoint.of(args[0]));
    listener.onAccept(channel -> channel.onMessage(channel::trySend));
    System.out.println("ready " + listener.endpoint() + " cpu=" + system.getProcessCpuTime());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (commands.readLine() != null) {
      System.out.println("cpu " + system.getProcessCpuTime());
    }
  }
}

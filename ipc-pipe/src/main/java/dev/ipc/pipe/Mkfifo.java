// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes FIFOs with the system's program, since Java has no call for it. */
final class Mkfifo {
  private static final String PROGRAM = "mkfifo";
  private static final int MOST_TEXT = 500;

  private Mkfifo() {}

  /**
   * Makes FIFOs that only we can open. Waits for the program, which does not take long, whatever
   * interrupts come.
   *
   * @throws IOException if that is impossible; some may be there
   * @throws UnusableEndpointException if the program is missing
   */
  static void make(Path... fifos) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM, "-m", "600", "--"));
    for (Path fifo : fifos) {
      command.add(fifo.toString());
    }
    Process process = start(command);
    process.getOutputStream().close();
    byte[] text;
    try (var said = process.getInputStream()) {
      text = said.readNBytes(MOST_TEXT);
    }
    int status = awaitEnd(process);
    if (status != 0) {
      String why = new String(text, StandardCharsets.UTF_8).strip();
      throw new IOException(PROGRAM + " failed, status=" + status + ", text=" + why);
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UnusableEndpointException(
          "the program that makes FIFOs cannot be started, program="
              + PROGRAM
              + ", PATH="
              + System.getenv("PATH")
              + ", cause="
              + e.getMessage()
              + "; install the package coreutils",
          e);
    }
  }

  private static int awaitEnd(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

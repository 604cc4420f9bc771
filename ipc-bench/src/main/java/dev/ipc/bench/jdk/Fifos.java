// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Ends;
import dev.ipc.bench.Serving;
import dev.ipc.bench.Tally;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Two FIFOs, opened as files.
 *
 * @param chunk the most bytes of a read or a write
 * @param batch as in {@link LinkClient}
 */
record Fifos(int chunk, int batch) implements Ends {
  @Override
  public Contender.Server serve(Contender.Work work, Path place, int size)
      throws IOException, InterruptedException {
    Path there = place.resolve("there");
    Path back = place.resolve("back");
    Process mkfifo =
        new ProcessBuilder("mkfifo", "-m", "600", back.toString(), there.toString())
            .inheritIO()
            .start();
    if (mkfifo.waitFor() != 0) {
      throw new IOException("mkfifo failed, status=" + mkfifo.exitValue());
    }
    Tally tally = new Tally();
    return Serving.start(
        tally::count,
        () -> {}, // the client closes first, and its end ends us
        server -> {
          try (Link link = new Link(reading(there), writing(back), chunk)) {
            LinkServer.run(work, server, link, new LinkServer.Messages(size, chunk, tally));
          }
        });
  }

  @Override
  public Contender.Client connect(Contender.Work work, Path place, int size) throws IOException {
    FileChannel out = writing(place.resolve("there"));
    return new LinkClient(new Link(reading(place.resolve("back")), out, chunk), size, batch);
  }

  private static FileChannel reading(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  private static FileChannel writing(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.WRITE);
  }
}

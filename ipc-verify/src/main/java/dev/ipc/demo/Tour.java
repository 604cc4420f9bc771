// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Capability;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.pipe.PipeTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Visits transports, one after the other, and the baseline. */
final class Tour {
  private static final String ONE_PROCESS = "inproc";
  private static final String STARTS_ITS_PEER = "exec";
  private static final String STARTED = "stdio";
  private static final Set<Line.Word> WANTED =
      EnumSet.of(
          Line.Word.MESSAGES,
          Line.Word.VERIFIED_THERE,
          Line.Word.VERIFIED_BACK,
          Line.Word.ROUND_TRIP,
          Line.Word.RATE,
          Line.Word.BANDWIDTH,
          Line.Word.CLOSED);

  private final Workshop workshop;
  private final Content content;
  private final Settings settings;
  private final Progress progress;

  Tour(Workshop workshop, Content content, Settings settings, Progress progress) {
    this.workshop = workshop;
    this.content = content;
    this.settings = settings;
    this.progress = progress;
  }

  List<Row> transports(Set<String> schemes) throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    for (String scheme : schemes) {
      rows.add(transport(scheme));
    }
    return rows;
  }

  /** The round trip of the JDK's own blocking channels. */
  Row baseline() throws IOException, InterruptedException {
    progress.begin("JDK SocketChannel");
    Path path = workshop.directory().resolve("plain");
    Map<Line.Word, String> said =
        session().run(path.toString(), Settings.Role.PLAIN_SERVER, Settings.Role.PLAIN_CLIENT);
    require(said, EnumSet.of(Line.Word.ROUND_TRIP));
    return new Row("JDK SocketChannel, blocking", said, "");
  }

  private Row transport(String scheme) throws IOException, InterruptedException {
    String name = scheme + ":";
    progress.begin(name);
    if (scheme.equals(STARTED)) {
      return Row.without(name, "needs a parent: see exec:, whose other end it is");
    }
    Optional<Endpoint> endpoint = address(scheme);
    if (endpoint.isEmpty()) {
      return Row.without(name, "needs an address of its own");
    }
    if (!scheme.equals(STARTS_ITS_PEER)
        && !Ipc.capabilities(endpoint.get()).contains(Capability.LISTEN)) {
      return Row.without(name, "needs a peer of its own");
    }
    try {
      Map<Line.Word, String> said = visit(scheme, endpoint.get().toString());
      require(said, WANTED);
      String files = Integer.toString(content.items().size());
      if (!files.equals(said.get(Line.Word.VERIFIED_THERE))
          || !files.equals(said.get(Line.Word.VERIFIED_BACK))) {
        throw new Failure("not all files were compared, said=" + said);
      }
      return new Row(scheme.equals(ONE_PROCESS) ? name + " (one process)" : name, said, "");
    } catch (Failure e) {
      throw new Failure(name + " " + e.getMessage());
    }
  }

  private Optional<Endpoint> address(String scheme) {
    return scheme.equals(STARTS_ITS_PEER)
        ? Optional.of(PipeTransport.exec(workshop.command(settings.with(Settings.Role.CHILD))))
        : Addresses.find(scheme, workshop.directory());
  }

  private Map<Line.Word, String> visit(String scheme, String address)
      throws IOException, InterruptedException {
    return switch (scheme) {
      case ONE_PROCESS -> session().run(address, Settings.Role.BOTH);
      case STARTS_ITS_PEER -> session().run(address, Settings.Role.PARENT);
      default -> session().run(address, Settings.Role.SERVER, Settings.Role.CLIENT);
    };
  }

  private Session session() {
    return new Session(workshop, settings, progress::tick, progress::hear);
  }

  private static void require(Map<Line.Word, String> said, Set<Line.Word> words) {
    if (!said.keySet().containsAll(words)) {
      throw new Failure("the processes did not report everything, said=" + said);
    }
  }
}

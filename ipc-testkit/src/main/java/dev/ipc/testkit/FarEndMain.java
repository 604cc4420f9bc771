// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import dev.ipc.Transport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The main class of a far end in another process: reads orders, a line each, and answers them. */
final class FarEndMain {
  static final String NO_MUTANT = "-";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final IpcContext context;
  private Listener listener;
  private FarEnd far;

  private FarEndMain(IpcContext context) {
    this.context = context;
  }

  public static void main(String[] arguments) throws Exception {
    Transport transport =
        Class.forName(arguments[1]).asSubclass(Transport.class).getConstructor().newInstance();
    Mutant mutant = arguments[2].equals(NO_MUTANT) ? sound -> sound : Mutants.named(arguments[2]);
    IpcContext context = IpcContext.of(ChannelConfig.defaults(), mutant.of(transport));
    if (arguments[0].equals("solo")) {
      Solo.play(context, Endpoint.of(arguments[3]));
      return;
    }
    PrintStream answers = System.out;
    System.setOut(System.err); // what anybody prints must not look like an answer
    new FarEndMain(context).obey(answers);
    Runtime.getRuntime().halt(0);
  }

  private void obey(PrintStream answers) throws Exception {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = orders.readLine()) != null) {
      String answer;
      try {
        answer = "= " + obey(line.split(" "));
      } catch (Exception e) {
        answer = "! " + e;
      }
      answers.println(answer);
    }
  }

  private String obey(String[] word) throws Exception {
    switch (word[0]) {
      case "listen" -> {
        listener = context.listen(Endpoint.of(word[1]));
        return listener.endpoint().toString();
      }
      case "accept" -> {
        Optional<Channel> channel = listener.accept(PATIENCE);
        far = new LocalFarEnd(channel.orElseThrow(), Variant.Form.valueOf(word[1]));
      }
      case "connect" ->
          far =
              new LocalFarEnd(context.connect(Endpoint.of(word[1])), Variant.Form.valueOf(word[2]));
      case "serve" ->
          listener.onAccept(channel -> new LocalFarEnd(channel, Variant.Form.PUSHED).echo());
      case "knock" -> Task.start("knock", () -> knock(Endpoint.of(word[1])));
      case "exit" -> Runtime.getRuntime().halt(0);
      default -> {
        return tell(word);
      }
    }
    return "";
  }

  private String tell(String[] word) {
    switch (word[0]) {
      case "send" -> far.send(Batch.parse(word[1], word[2], word[3]));
      case "collect" -> far.collect();
      case "echo" -> far.echo();
      case "hold" -> far.hold();
      case "resume" -> far.resume();
      case "failAt" -> far.failAt(Long.parseLong(word[1]));
      case "stallAt" -> far.stallAt(Long.parseLong(word[1]));
      case "endOutput" -> far.endOutput();
      case "drain" -> {
        DrainReport report = far.drain(Duration.parse(word[1]));
        return report.complete() + " " + report.unconfirmed();
      }
      case "close" -> far.close();
      case "abort" -> far.abort();
      case "report" -> {
        return far.report().line();
      }
      default -> throw new IllegalArgumentException(word[0]);
    }
    return "";
  }

  private Void knock(Endpoint endpoint) throws InterruptedException {
    while (true) {
      try (Channel channel = context.connect(endpoint)) {
        channel.trySend(8, room -> room.putLong(1));
      } catch (IpcException e) {
        Thread.yield(); // no place for us this time
      }
    }
  }
}

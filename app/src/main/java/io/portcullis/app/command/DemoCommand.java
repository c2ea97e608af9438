package io.portcullis.app.command;

import io.portcullis.app.demo.DemoUpstream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An upstream to try the gateway with: it answers what it received. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs an upstream on this machine that answers every request with what it received,"
            + " echoes WebSocket messages (to everybody, below /chat), and sends events to whom"
            + " accepts text/event-stream.")
public final class DemoCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PORT",
      defaultValue = "9000",
      description = "Port to listen on; ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; ${DEFAULT-VALUE}.")
  private String address = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Kept, because loggers that nobody holds forget their level. */
  private final List<Logger> libraries =
      List.of(Logger.getLogger("io.undertow"), Logger.getLogger("org.xnio"));

  @Override
  public Integer call() throws Exception {
    libraries.forEach(library -> library.setLevel(Level.WARNING));
    try (DemoUpstream upstream = DemoUpstream.start(address, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("demo upstream on http://" + address + ":" + upstream.port());
      out.flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }
}

package io.portcullis.app.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An upstream to try the gateway with: it answers what it received. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs an upstream on this machine that answers every request with what it received.")
public final class DemoCommand implements Callable<Integer> {
  private final JsonMapper mapper = JsonMapper.builder().build();

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

  @Override
  public Integer call() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    spec.commandLine()
        .getOut()
        .println("demo upstream on http://" + address + ':' + server.getAddress().getPort());
    spec.commandLine().getOut().flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private void answer(HttpExchange exchange) throws IOException {
    ObjectNode seen = mapper.createObjectNode();
    seen.put("method", exchange.getRequestMethod());
    seen.put("path", exchange.getRequestURI().toString());
    ObjectNode headers = seen.putObject("headers");
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (values.size() == 1) {
                headers.put(name, values.getFirst());
              } else {
                ArrayNode several = headers.putArray(name);
                values.forEach(several::add);
              }
            });
    seen.put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] body =
        (mapper.writerWithDefaultPrettyPrinter().writeValueAsString(seen) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}

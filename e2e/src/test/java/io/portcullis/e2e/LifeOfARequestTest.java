package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps {@code docs/life-of-a-request.md} true: its names are types, its steps come in its order.
 */
final class LifeOfARequestTest {
  private static final Pattern STEP = Pattern.compile("^\\d+\\. `(\\w+)\\.(\\w+)`");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)(\\.\\w+)?`");

  @TempDir private Path folder;

  /** When a method was entered. */
  private record Entered(Instant at, String step) {}

  @Test
  void every_name_in_code_style_is_a_type() throws Exception {
    Map<String, String> types = types();
    List<String> unknown = new ArrayList<>();
    for (String line : page()) {
      Matcher name = NAME.matcher(line);
      while (name.find()) {
        if (!types.containsKey(name.group(1)) && !name.group(1).equals("CompletionStage")) {
          unknown.add(name.group(1));
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void a_request_and_a_change_take_the_steps_of_the_page_in_its_order() throws Exception {
    List<String> request = steps("## A request");
    List<String> change = steps("## A change");
    List<Entered> trace = record(request, change);

    // The last change before the request is that of the route.
    Instant begin = last(trace, change.getFirst());
    assertThat(inOrder(trace, change, begin)).containsExactlyElementsOf(change);
    assertThat(inOrder(trace, request, last(trace, request.getFirst())))
        .containsExactlyElementsOf(request);
  }

  private static Instant last(List<Entered> trace, String step) {
    return trace.stream()
        .filter(entered -> entered.step().equals(step))
        .map(Entered::at)
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new AssertionError(step + " was not entered"));
  }

  /** The steps that were taken from {@code begin} on, by when each was first entered. */
  private static List<String> inOrder(List<Entered> trace, List<String> steps, Instant begin) {
    return List.copyOf(
        trace.stream()
            .filter(entered -> !entered.at().isBefore(begin) && steps.contains(entered.step()))
            .sorted(Comparator.comparing(Entered::at))
            .map(Entered::step)
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  private List<Entered> record(List<String> request, List<String> change) throws Exception {
    Map<String, String> types = types();
    Path recording = folder.resolve("recording.jfr");
    TreeSet<String> all = new TreeSet<>(request);
    all.addAll(change);
    String filter =
        all.stream()
            .map(step -> types.get(type(step)) + "::" + step.substring(step.indexOf('.') + 1))
            .collect(Collectors.joining(";"));
    String option =
        "-XX:StartFlightRecording:settings=none,filename="
            + recording
            + ",+jdk.MethodTrace#enabled=true,+jdk.MethodTrace#threshold=0ns"
            + ",+jdk.MethodTrace#stackTrace=false,+jdk.MethodTrace#filter="
            + filter;
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of(), List.of(option))) {
      String service = "name=echo&url=http://127.0.0.1:" + upstream.port();
      assertThat(AdminCall.post(gateway, "/services", service).status()).isEqualTo(201);
      String plugin = "name=rate-limiting&config.minute=9&config.policy=local";
      assertThat(AdminCall.post(gateway, "/services/echo/plugins", plugin).status()).isEqualTo(201);
      String collector = "name=http-log&config.http_endpoint=http://127.0.0.1:" + upstream.port();
      assertThat(AdminCall.post(gateway, "/services/echo/plugins", collector).status())
          .isEqualTo(201);
      assertThat(AdminCall.post(gateway, "/services/echo/routes", "paths[]=/a").status())
          .isEqualTo(201);
      try (WireConnection proxy = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
        assertThat(proxy.exchange(WireRequest.get("/a", "a.test")).status()).isEqualTo(200);
      }
      gateway.stop("TERM");
    }
    List<Entered> trace = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      if (event.getEventType().getName().equals("jdk.MethodTrace")) {
        RecordedMethod method = event.getValue("method");
        String owner = method.getType().getName();
        trace.add(
            new Entered(
                event.getStartTime(),
                owner.substring(owner.lastIndexOf('.') + 1) + "." + method.getName()));
      }
    }
    return trace;
  }

  private static String type(String step) {
    return step.substring(0, step.indexOf('.'));
  }

  private static List<String> steps(String heading) throws IOException {
    List<String> steps = new ArrayList<>();
    boolean within = false;
    for (String line : page()) {
      if (line.startsWith("## ")) {
        within = line.equals(heading);
      }
      Matcher step = STEP.matcher(line);
      if (within && step.find()) {
        steps.add(step.group(1) + "." + step.group(2));
      }
    }
    assertThat(steps).as(heading).isNotEmpty();
    return steps;
  }

  private static List<String> page() throws IOException {
    return Files.readAllLines(Repository.root().resolve("docs/life-of-a-request.md"));
  }

  /** Binary names of the gateway's classes by simple name. */
  private static Map<String, String> types() throws IOException {
    Map<String, String> types = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        collect(path, types);
      } else if (path.getFileName().toString().startsWith("portcullis-")) {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          collect(jar.getPath("/"), types);
        }
      }
    }
    return types;
  }

  private static void collect(Path root, Map<String, String> types) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String binary =
            root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
        String name = binary.substring(binary.lastIndexOf('.') + 1);
        if (name.indexOf('$') < 0) {
          types.put(name, binary);
        } else {
          // The page means the type of its own file, if there is one.
          types.putIfAbsent(name.replaceAll("^.*\\$", ""), binary);
        }
      }
    }
  }
}

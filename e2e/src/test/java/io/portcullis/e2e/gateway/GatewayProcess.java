package io.portcullis.e2e.gateway;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A gateway in a process of its own, on free ports of loopback, writing under a folder of its own.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("(?m)^Portcullis \\S+ is ready after ");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int TRIES = 3;

  private final Path folder;
  private final int adminPort = freePort();
  private final int proxyPort = freePort();
  private final int proxyTlsPort = freePort();
  private final int statusPort = freePort();
  private final Map<String, String> settings;
  private final Process process;

  private GatewayProcess(Path folder, Map<String, String> settings, List<String> jvmOptions)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    Map<String, String> all = new TreeMap<>();
    all.put("prefix", folder.resolve("prefix").toString());
    all.put("admin_listen", "127.0.0.1:" + adminPort);
    all.put("proxy_listen", "127.0.0.1:" + proxyPort + ", 127.0.0.1:" + proxyTlsPort + " ssl");
    all.put("status_listen", "127.0.0.1:" + statusPort);
    all.put("db_update_frequency", "0.2");
    all.put("shutdown_timeout", "2s");
    all.putAll(settings);
    this.settings = all;
    Path file = configure(Map.of());
    process =
        launch(folder.resolve("output"), jvmOptions, Map.of(), "start", "-c", file.toString());
  }

  /** Starts a gateway and waits until it says that it is ready. */
  public static GatewayProcess start(Path folder, Map<String, String> settings)
      throws IOException, InterruptedException {
    return start(folder, settings, List.of());
  }

  /** Starts a gateway whose JVM gets {@code jvmOptions} in addition. */
  public static GatewayProcess start(
      Path folder, Map<String, String> settings, List<String> jvmOptions)
      throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      GatewayProcess gateway = new GatewayProcess(folder, settings, jvmOptions);
      try {
        gateway.awaitReady();
        return gateway;
      } catch (IllegalStateException ended) {
        // Another process may have taken a port between its choice and its use.
        if (tries == TRIES || !gateway.output().contains("Address already in use")) {
          throw ended;
        }
      }
    }
  }

  /** Runs {@code Main} with {@code arguments}; what it says goes to the file {@code output}. */
  public static Process launch(Path output, String... arguments) throws IOException {
    return launch(output, List.of(), Map.of(), arguments);
  }

  /** Runs {@code Main} with settings in its environment, as containers get them. */
  public static Process launch(Path output, Map<String, String> environment, String... arguments)
      throws IOException {
    return launch(output, List.of(), environment, arguments);
  }

  /** Writes a program that runs {@code Main}, for scripts that call {@code ./portcullis}. */
  public static void launcher(Path file) throws IOException {
    String command =
        command(List.of()).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Process launch(
      Path output, List<String> jvmOptions, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = command(jvmOptions);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PORTCULLIS_") || name.startsWith("KONG_"));
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return builder.start();
  }

  private static List<String> command(List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath(), "io.portcullis.app.Main"));
    return command;
  }

  /** The tests' class path without the tests themselves. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void awaitReady() throws InterruptedException {
    long start = System.nanoTime();
    while (!READY.matcher(output()).find()) {
      if (!process.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
        String reason =
            process.isAlive() ? "does not get ready" : "ended with code " + process.exitValue();
        process.destroyForcibly();
        throw new IllegalStateException("the gateway " + reason + ":\n" + output());
      }
      Thread.sleep(20);
    }
  }

  /** A port that nobody listened on a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int adminPort() {
    return adminPort;
  }

  public int proxyPort() {
    return proxyPort;
  }

  public int proxyTlsPort() {
    return proxyTlsPort;
  }

  public int statusPort() {
    return statusPort;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** What the process wrote to its standard streams so far. */
  public String output() {
    try {
      return Files.readString(folder.resolve("output"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Writes the settings file anew, with some settings changed; it is read at the next reload. */
  public Path configure(Map<String, String> changes) throws IOException {
    settings.putAll(changes);
    Path file = folder.resolve("portcullis.conf");
    return Files.write(
        file, settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList());
  }

  /** Sends a signal, {@code HUP} for example. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Ends the process as Ctrl-C or an init system does, and answers its exit code. */
  public int stop(String signal) throws IOException, InterruptedException {
    signal(signal);
    return awaitEnd();
  }

  /** Waits until the process has ended, and answers its exit code. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the gateway does not end:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (process.isAlive()) {
      stop("TERM");
    }
  }
}

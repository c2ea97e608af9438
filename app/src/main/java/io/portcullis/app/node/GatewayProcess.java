package io.portcullis.app.node;

import io.portcullis.app.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A gateway as a process: signals, process id file, one line when it is ready and one when it ends.
 */
public final class GatewayProcess {
  private final PrintStream out;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();

  public GatewayProcess(PrintStream out) {
    this.out = out;
  }

  /** Reads the settings again, for a reload. */
  @FunctionalInterface
  public interface SettingsSource {
    Settings read() throws Exception;
  }

  /**
   * Runs until a signal ends it.
   *
   * @throws Exception with one line when it cannot start
   */
  public void run(SettingsSource source) throws Exception {
    run(source, List.of());
  }

  /**
   * As above, and reloads whenever one of the files changes.
   *
   * @param watched files, and folders with all that is in them
   */
  public void run(SettingsSource source, List<Path> watched) throws Exception {
    long begin = System.nanoTime();
    Settings settings = source.read();
    GatewayNode gateway = GatewayNode.start(settings);
    PidFile pidFile = gateway.pidFile();
    for (String name : new String[] {"TERM", "INT"}) {
      Signals.on(name, () -> stop(gateway, pidFile));
    }
    Signals.on("HUP", () -> reload(gateway, source));
    Signals.on("USR1", gateway::reopenLogs);
    out.println(
        "Portcullis "
            + GatewayVersion.OWN
            + " is ready after "
            + (System.nanoTime() - begin) / 1_000_000
            + " ms");
    gateway.addresses().forEach(line -> out.println("  " + line));
    out.flush();
    if (watched.isEmpty()) {
      ended.await();
      return;
    }
    try (FileWatch watch = FileWatch.start(watched, () -> reload(gateway, source))) {
      ended.await();
    }
  }

  private void stop(GatewayNode gateway, PidFile pidFile) {
    if (!stopping.compareAndSet(false, true)) {
      // a second signal means: at once
      pidFile.release();
      Runtime.getRuntime().halt(1);
    }
    try {
      gateway.stop();
    } finally {
      pidFile.release();
      out.println("Portcullis has stopped");
      out.flush();
      ended.countDown();
    }
  }

  private synchronized void reload(GatewayNode gateway, SettingsSource source) {
    try {
      gateway.reload(source.read());
    } catch (Exception e) {
      System.getLogger(GatewayProcess.class.getName())
          .log(
              System.Logger.Level.ERROR,
              "reload refused, everything stays as it was: " + OneLine.of(e));
    }
  }
}

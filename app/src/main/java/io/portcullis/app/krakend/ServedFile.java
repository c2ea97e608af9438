package io.portcullis.app.krakend;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.krakend.convert.Converted;
import io.portcullis.krakend.convert.Surroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves a KrakenD file: settings that nobody gives are the file's, or such that a process leaves
 * nothing behind. For one thread at a time.
 */
public final class ServedFile implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path file;
  private final Surroundings around;

  /** Found out at the first reading, since this process takes ports itself. */
  private final Map<Setting, String> found = new EnumMap<>(Setting.class);

  private @Nullable Path ownFolder;

  public ServedFile(Path file, Surroundings around) {
    this.file = file;
    this.around = around;
  }

  /** Reads settings anew, with some in addition. */
  @FunctionalInterface
  public interface SettingsSource {
    Settings read(Map<Setting, String> more) throws SettingsException;
  }

  /**
   * The settings to run with.
   *
   * @throws SettingsException when the file cannot be served
   */
  public Settings settings(SettingsSource source) throws SettingsException {
    KrakendFile input = KrakendFile.read(file);
    Converted converted = input.converted(around);
    Map<Setting, String> own = new EnumMap<>(Setting.class);
    own.put(Setting.DATABASE, "off");
    own.put(Setting.DECLARATIVE_CONFIG, "");
    own.put(Setting.DECLARATIVE_CONFIG_STRING, text(converted));
    Settings given = source.read(own);
    input.check(converted, given);
    converted
        .settings()
        .forEach(
            (key, value) ->
                putUnlessGiven(given, own, Setting.valueOf(key.toUpperCase(Locale.ROOT)), value));
    if (around.port() != null) {
      own.put(Setting.PROXY_LISTEN, converted.settings().get("proxy_listen"));
    }
    putUnlessGiven(given, own, Setting.HEADERS, "off");
    putUnlessGiven(given, own, Setting.ACCESS_LOG, "/dev/stdout");
    putUnlessGiven(given, own, Setting.ERROR_LOG, "/dev/stderr");
    putUnlessGiven(given, own, Setting.ADMIN_AUDIT_LOG, "off");
    List<String> warnings = new ArrayList<>();
    converted.findings().forEach(finding -> warnings.add(input.line(finding)));
    if (found.isEmpty()) {
      find(given, source.read(own), warnings);
    }
    own.putAll(found);
    return source.read(own).withWarnings(warnings);
  }

  private static void putUnlessGiven(
      Settings given, Map<Setting, String> own, Setting setting, String value) {
    if (!given.isGiven(setting)) {
      own.put(setting, value);
    }
  }

  /** What this machine has room for. */
  private void find(Settings given, Settings now, List<String> warnings) throws SettingsException {
    List<Integer> taken =
        new ArrayList<>(
            now.listen(Setting.PROXY_LISTEN).stream().map(ListenAddress::port).toList());
    for (Setting listener : List.of(Setting.ADMIN_LISTEN, Setting.STATUS_LISTEN)) {
      if (given.isGiven(listener)) {
        found.put(listener, given.text(listener));
        continue;
      }
      boolean free = true;
      for (ListenAddress address : now.listen(listener)) {
        free &= !taken.contains(address.port()) && isFree(address);
        taken.add(address.port());
      }
      found.put(listener, free ? now.text(listener) : "off");
      if (!free) {
        warnings.add(listener.key() + ": " + now.text(listener) + " is taken, so it is off");
      }
    }
    if (!given.isGiven(Setting.PREFIX) || !isWritable(given.prefix())) {
      Path folder = newFolder();
      ownFolder = folder;
      found.put(Setting.PREFIX, folder.toString());
    }
  }

  private static boolean isFree(ListenAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static boolean isWritable(Path folder) {
    try {
      return Files.isWritable(Files.createDirectories(folder));
    } catch (IOException readOnly) {
      return false;
    }
  }

  /** A folder of this process alone; file systems may be read-only but for memory. */
  private static Path newFolder() throws SettingsException {
    for (Path parent : List.of(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), MEMORY)) {
      try {
        return Files.createTempDirectory(parent, "portcullis-");
      } catch (IOException readOnly) {
        // the next one
      }
    }
    throw new SettingsException("no folder can be written; name one with --prefix DIR");
  }

  /** As one text in which nothing is looked up in the environment any more. */
  private static String text(Converted converted) {
    return converted.document().toString().replace("${{", "\\u0024{{");
  }

  /** What a change of the file shows in. */
  public List<Path> watched() {
    return KrakendFile.inputs(file);
  }

  /** Removes what the process wrote for itself alone. */
  @Override
  public void close() {
    Path folder = ownFolder;
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      System.getLogger(ServedFile.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot remove " + folder, e);
    }
  }
}

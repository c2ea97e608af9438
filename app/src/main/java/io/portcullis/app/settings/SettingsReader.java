package io.portcullis.app.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings: file, then {@code KONG_*}, then {@code PORTCULLIS_*}, then flags; the
 * later source wins, and within a file the last line of a key.
 */
public final class SettingsReader {
  private static final List<Path> USUAL_FILES =
      List.of(
          Path.of("portcullis.conf"),
          Path.of("/etc/portcullis/portcullis.conf"),
          Path.of("/etc/kong/kong.conf"));

  /** Kong's and nginx's names for settings of ours. */
  private static final Map<String, Setting> KONG_SPELLINGS =
      Map.ofEntries(
          Map.entry("nginx_http_max_connections", Setting.MAX_CONNECTIONS),
          Map.entry("nginx_http_client_max_body_size", Setting.CLIENT_MAX_BODY_SIZE),
          Map.entry("nginx_proxy_client_max_body_size", Setting.CLIENT_MAX_BODY_SIZE),
          Map.entry("nginx_admin_client_max_body_size", Setting.ADMIN_MAX_BODY_SIZE),
          Map.entry("nginx_admin_ssl_client_certificate", Setting.ADMIN_CLIENT_AUTHORITIES),
          Map.entry("nginx_http_keepalive_timeout", Setting.KEEPALIVE_TIMEOUT),
          Map.entry("nginx_proxy_keepalive_timeout", Setting.KEEPALIVE_TIMEOUT),
          Map.entry("nginx_http_client_header_timeout", Setting.CLIENT_HEADER_TIMEOUT),
          Map.entry("nginx_proxy_client_header_timeout", Setting.CLIENT_HEADER_TIMEOUT),
          Map.entry("nginx_http_client_body_timeout", Setting.CLIENT_BODY_TIMEOUT),
          Map.entry("nginx_proxy_client_body_timeout", Setting.CLIENT_BODY_TIMEOUT),
          Map.entry("nginx_worker_processes", Setting.IO_THREADS),
          Map.entry("nginx_main_worker_processes", Setting.IO_THREADS),
          Map.entry("proxy_access_log", Setting.ACCESS_LOG),
          Map.entry("proxy_error_log", Setting.ERROR_LOG));

  /** Variables that the launcher reads itself. */
  private static final Set<String> LAUNCHER_VARIABLES =
      Set.of("java_opts", "java_home", "home", "trace");

  private final Map<String, String> environment;
  private final Set<String> kongKeys;

  /**
   * @param environment the process's variables
   */
  public SettingsReader(Map<String, String> environment) {
    this.environment = environment;
    this.kongKeys = kongKeys();
  }

  /**
   * Reads everything.
   *
   * @param file {@code -c FILE}; null looks at the usual places
   * @param flags settings given on the command line, by key
   * @throws SettingsException with one line that names the file, line or variable
   */
  public Settings read(@Nullable Path file, Map<Setting, String> flags) throws SettingsException {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    List<String> warnings = new ArrayList<>();
    Optional<Path> found =
        file != null
            ? Optional.of(file)
            : USUAL_FILES.stream().filter(Files::isReadable).findFirst();
    if (found.isPresent()) {
      readFile(found.get(), values, warnings);
    }
    readEnvironment("KONG_", values, warnings);
    readEnvironment("PORTCULLIS_", values, warnings);
    values.putAll(flags);
    return new Settings(values, found, warnings);
  }

  private void readFile(Path file, Map<Setting, String> values, List<String> warnings)
      throws SettingsException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new SettingsException(file + ": no such file");
    } catch (MalformedInputException e) {
      throw new SettingsException(file + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new SettingsException(file + ": cannot be read: " + e.getMessage());
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = withoutComment(lines.get(i)).strip();
      if (line.isEmpty()) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new SettingsException(
            file + ":" + (i + 1) + ": expected 'key = value', got '" + line + "'");
      }
      String key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = unquoted(line.substring(equals + 1).strip());
      Optional<Setting> setting = byKey(key);
      if (setting.isPresent()) {
        values.put(setting.get(), value);
      } else if (isKongKey(key)) {
        warnings.add(file + ":" + (i + 1) + ": '" + key + "' has no meaning here and is ignored");
      } else {
        throw new SettingsException(
            file
                + ":"
                + (i + 1)
                + ": unknown setting '"
                + key
                + "'; did you mean '"
                + nearest(key)
                + "'?");
      }
    }
  }

  private void readEnvironment(String prefix, Map<Setting, String> values, List<String> warnings)
      throws SettingsException {
    Set<String> meaningless = new TreeSet<>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      if (!variable.getKey().startsWith(prefix)) {
        continue;
      }
      String key = variable.getKey().substring(prefix.length()).toLowerCase(Locale.ROOT);
      String value = variable.getValue();
      Optional<Setting> setting = byKey(key);
      if (setting.isEmpty() && key.endsWith("_file")) {
        setting = byKey(key.substring(0, key.length() - "_file".length()));
        if (setting.isPresent()) {
          if (environment.containsKey(prefix + setting.get().name())) {
            throw new SettingsException(
                "both "
                    + prefix
                    + setting.get().name()
                    + " and "
                    + variable.getKey()
                    + " are set; keep one");
          }
          value = secretFile(variable.getKey(), value);
        }
      }
      if (setting.isPresent()) {
        values.put(setting.get(), unquoted(value.strip()));
      } else if (prefix.equals("KONG_") || isKongKey(key)) {
        meaningless.add(variable.getKey());
      } else if (!LAUNCHER_VARIABLES.contains(key)) {
        throw new SettingsException(
            "unknown setting in variable "
                + variable.getKey()
                + "; did you mean '"
                + prefix
                + nearest(key).toUpperCase(Locale.ROOT)
                + "'?");
      }
    }
    if (!meaningless.isEmpty()) {
      warnings.add("variables without a meaning here: " + String.join(", ", meaningless));
    }
  }

  private static String secretFile(String variable, String file) throws SettingsException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new SettingsException(variable + ": cannot read " + file);
    }
  }

  private boolean isKongKey(String key) {
    return kongKeys.contains(key) || key.startsWith("nginx_");
  }

  private static Optional<Setting> byKey(String key) {
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key)) {
        return Optional.of(setting);
      }
    }
    return Optional.ofNullable(KONG_SPELLINGS.get(key));
  }

  private static String withoutComment(String line) {
    boolean escaped = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '#' && !escaped) {
        return line.substring(0, i);
      }
      escaped = c == '\\';
    }
    return line;
  }

  private static String unquoted(String value) {
    String plain = value.replace("\\#", "#");
    if (plain.length() > 1
        && (plain.charAt(0) == '"' || plain.charAt(0) == '\'')
        && plain.charAt(plain.length() - 1) == plain.charAt(0)) {
      return plain.substring(1, plain.length() - 1);
    }
    return plain;
  }

  private static String nearest(String key) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (Setting setting : Setting.values()) {
      int distance = distance(key, setting.key());
      if (distance < least) {
        least = distance;
        best = setting.key();
      }
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }

  private static Set<String> kongKeys() {
    try (InputStream keys = SettingsReader.class.getResourceAsStream("kong-keys.txt")) {
      if (keys == null) {
        throw new IllegalStateException("kong-keys.txt is not on the class path");
      }
      return Set.of(
          new String(keys.readAllBytes(), StandardCharsets.UTF_8).strip().split("\n", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

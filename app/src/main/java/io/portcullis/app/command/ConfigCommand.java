package io.portcullis.app.command;

import io.portcullis.app.declarative.DeclarativeText;
import io.portcullis.app.krakend.KrakendFile;
import io.portcullis.app.node.ConfigurationTransfer;
import io.portcullis.app.node.DeclarativeCheck;
import io.portcullis.app.node.GatewayVersion;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.krakend.convert.Converted;
import io.portcullis.krakend.convert.Surroundings;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Moves configurations between files and databases. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "export [FILE]: writes the whole configuration as a declarative file, or to the output.",
      "import FILE: puts a declarative file into the database, all of it or nothing.",
      "db_export [FILE], db_import FILE: the same as Kong calls it; kong.yml by default.",
      "convert FILE [TARGET]: writes what a KrakenD file says as a declarative file.",
      "parse FILE: says what is wrong with a declarative file.",
      "init [FILE]: writes a small declarative file to start from; kong.yml by default."
    })
public final class ConfigCommand implements Callable<Integer> {
  private static final Path USUAL = Path.of("kong.yml");
  private static final String SAMPLE =
      """
      _format_version: "3.0"

      services:
      - name: example-service
        url: http://127.0.0.1:9000
        routes:
        - name: example-route
          paths:
          - /example
        plugins:
        - name: rate-limiting
          config:
            minute: 60
            policy: local
      """;

  /** What can be asked for. */
  enum Action {
    EXPORT,
    IMPORT,
    DB_EXPORT,
    DB_IMPORT,
    CONVERT,
    PARSE,
    INIT
  }

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(index = "0", paramLabel = "ACTION", converter = ActionReader.class)
  private Action action = Action.EXPORT;

  @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "Declarative file.")
  private @Nullable Path file;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "Where convert writes; the output by default.")
  private @Nullable Path target;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.read();
    PrintWriter out = spec.commandLine().getOut();
    switch (action) {
      case EXPORT, DB_EXPORT -> export(settings, out);
      case IMPORT, DB_IMPORT -> {
        int written = new ConfigurationTransfer(settings).importFile(given());
        out.println("import successful: " + written + " entities are new or changed");
      }
      case CONVERT -> convert(out, settings);
      case PARSE -> {
        DeclarativeCheck.file(given(), settings);
        out.println("parse successful");
      }
      case INIT -> {
        Path where = file == null ? USUAL : file;
        refuseExisting(where);
        write(where, sample -> sample.append(SAMPLE));
      }
    }
    return 0;
  }

  private void export(Settings settings, PrintWriter out) throws Exception {
    boolean likeKong = action == Action.DB_EXPORT;
    Path where = file == null && likeKong ? USUAL : file;
    if (likeKong && where != null) {
      refuseExisting(where);
    }
    ConfigurationTransfer transfer = new ConfigurationTransfer(settings);
    if (where == null || where.toString().equals("-")) {
      transfer.export(out);
      out.flush();
    } else {
      write(where, transfer::export);
    }
  }

  private void convert(PrintWriter out, Settings settings) throws Exception {
    KrakendFile input = KrakendFile.read(given());
    Converted converted =
        input.converted(
            new Surroundings(System.getenv(), null, /* debug= */ false, GatewayVersion.OWN));
    input.check(converted, settings);
    converted
        .findings()
        .forEach(finding -> spec.commandLine().getErr().println(input.line(finding)));
    List<String> head = new ArrayList<>();
    converted.settings().forEach((key, value) -> head.add("setting: " + key + " = " + value));
    Collections.sort(head);
    if (target == null || target.toString().equals("-")) {
      DeclarativeText.write(converted.document(), head, out);
      out.flush();
    } else {
      refuseExisting(target);
      write(target, text -> DeclarativeText.write(converted.document(), head, text));
    }
  }

  private static void refuseExisting(Path target) throws SettingsException {
    if (Files.exists(target)) {
      throw new SettingsException(target + " exists already, and is not overwritten");
    }
  }

  private Path given() throws SettingsException {
    if (file == null) {
      throw new SettingsException(
          "config " + action.name().toLowerCase(Locale.ROOT) + ": FILE is missing");
    }
    return file;
  }

  /** Something that writes a text. */
  private interface Content {
    void to(Appendable out) throws Exception;
  }

  /**
   * Writes all of a file or nothing, for the owner alone: it may hold keys and secrets.
   *
   * @throws Exception when its content cannot be had
   */
  private static void write(Path target, Content content) throws Exception {
    Path draft = target.resolveSibling(target.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try {
      try (FileChannel channel =
              FileChannel.open(
                  draft,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
          Writer writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
        content.to(writer);
      }
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Reads the action as Kong and we write it. */
  static final class ActionReader implements ITypeConverter<Action> {
    @Override
    public Action convert(String word) {
      return Action.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}

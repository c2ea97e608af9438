import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks or writes the format of every Java source: {@code Format.java FORMATTER.jar check|write ROOT}. */
public final class Format {
  private Format() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path root = Path.of(arguments[2]);
    List<String> sources;
    try (Stream<Path> files = Files.walk(root)) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("/src/"))
              .filter(file -> !file.toString().contains("/target/"))
              .map(Path::toString)
              .sorted()
              .toList();
    }
    Path list = Files.createTempFile("sources", ".txt");
    Files.write(list, sources);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    for (String opened : List.of("api", "code", "file", "parser", "tree", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + opened + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-jar", arguments[0]));
    if (arguments[1].equals("write")) {
      command.add("--replace");
    } else {
      command.addAll(List.of("--dry-run", "--set-exit-if-changed"));
    }
    command.add("@" + list);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    Files.delete(list);
    if (status != 0) {
      System.err.println("The files above are not formatted; mvn process-sources -N -Dformat.mode=write does it.");
    }
    System.exit(status);
  }
}

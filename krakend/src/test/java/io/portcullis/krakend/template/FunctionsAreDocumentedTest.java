package io.portcullis.krakend.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.vault.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FunctionsAreDocumentedTest {
  private static final Pattern CODE = Pattern.compile("`(\\w+)`");

  @Test
  void the_page_lists_every_function_and_no_other() throws IOException {
    String page = Files.readString(Path.of("../docs/flexible-configuration.md"));
    String section = page.substring(page.indexOf("## Functions"), page.indexOf("Any other name"));
    Set<String> listed = new TreeSet<>();
    for (Matcher match = CODE.matcher(section); match.find(); ) {
      listed.add(match.group(1));
    }
    listed.remove("must");

    Set<String> served = new TreeSet<>(FunctionTable.of(Environment.EMPTY, name -> "").names());
    Set<String> all = Set.copyOf(served);
    served.removeIf(
        name ->
            name.startsWith("must")
                && !listed.contains(name)
                && all.contains(Character.toLowerCase(name.charAt(4)) + name.substring(5)));
    listed.remove("mustFirst");
    served.remove("mustFirst");
    assertThat(listed).isEqualTo(served);
  }
}

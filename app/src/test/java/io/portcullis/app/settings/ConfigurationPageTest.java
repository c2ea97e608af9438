package io.portcullis.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String START = "<!-- settings -->\n";
  private static final String END = "<!-- end of settings -->";

  /** {@code -Ddocs.write=true} writes the table instead of comparing it. */
  @Test
  void the_page_lists_every_setting_as_the_code_has_it() throws Exception {
    String page = Files.readString(PAGE);
    int start = page.indexOf(START) + START.length();
    int end = page.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page.substring(0, start) + table() + page.substring(end));
      return;
    }
    assertThat(page.substring(start, end)).isEqualTo(table());
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| Key | Default | Meaning |\n|---|---|---|\n");
    for (Setting setting : Setting.values()) {
      String fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
      table
          .append("| `")
          .append(setting.key())
          .append("` | ")
          .append(fallback)
          .append(" | ")
          .append(setting.meaning())
          .append(" |\n");
    }
    return table.toString();
  }
}

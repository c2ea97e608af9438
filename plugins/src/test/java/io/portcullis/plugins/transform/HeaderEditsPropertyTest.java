package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Header edits against a model that is a plain list of lines. */
class HeaderEditsPropertyTest {
  @Property(tries = 2_000)
  void edits_do_what_the_model_does(
      @ForAll("lines") List<String> lines,
      @ForAll("names") List<String> remove,
      @ForAll("renamings") List<String> rename,
      @ForAll("lines") List<String> replace,
      @ForAll("lines") List<String> add,
      @ForAll("lines") List<String> append) {
    Headers headers = new Headers();
    List<String[]> model = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split(":", 2);
      headers.add(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      model.add(new String[] {parts[0].toLowerCase(Locale.ROOT), parts[1]});
    }

    new HeaderEdits(
            remove, rename, NamedText.fixed(replace), NamedText.fixed(add), NamedText.fixed(append))
        .apply(headers, TemplateSource.NOTHING);

    remove.forEach(name -> model.removeIf(line -> line[0].equalsIgnoreCase(name)));
    for (String entry : rename) {
      String from = entry.split(":")[0].toLowerCase(Locale.ROOT);
      String to = entry.split(":")[1].toLowerCase(Locale.ROOT);
      if (has(model, from) && !from.equals(to)) {
        model.removeIf(line -> line[0].equals(to));
        List<String[]> moved = model.stream().filter(line -> line[0].equals(from)).toList();
        model.removeAll(moved);
        moved.forEach(line -> model.add(new String[] {to, line[1]}));
      }
    }
    for (String entry : replace) {
      String[] parts = entry.split(":", 2);
      String name = parts[0].toLowerCase(Locale.ROOT);
      if (has(model, name)) {
        model.stream().filter(line -> line[0].equals(name)).findFirst().orElseThrow()[1] = parts[1];
        List<String[]> others =
            model.stream().filter(line -> line[0].equals(name)).skip(1).toList();
        model.removeAll(others);
      }
    }
    for (String entry : add) {
      String[] parts = entry.split(":", 2);
      if (!has(model, parts[0].toLowerCase(Locale.ROOT))) {
        model.add(new String[] {parts[0].toLowerCase(Locale.ROOT), parts[1]});
      }
    }
    for (String entry : append) {
      String[] parts = entry.split(":", 2);
      model.add(new String[] {parts[0].toLowerCase(Locale.ROOT), parts[1]});
    }
    List<String> expected = model.stream().map(line -> line[0] + ":" + line[1]).toList();
    List<String> actual = new ArrayList<>();
    headers.forEach((name, value) -> actual.add(name + ":" + value));
    assertThat(actual).isEqualTo(expected);
  }

  private static boolean has(List<String[]> model, String name) {
    return model.stream().anyMatch(line -> line[0].equals(name));
  }

  @Provide
  Arbitrary<List<String>> lines() {
    return Combinators.combine(name(), Arbitraries.of("1", "2", "a b", ""))
        .as((name, value) -> name + ":" + value)
        .list()
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return name().list().ofMaxSize(2);
  }

  @Provide
  Arbitrary<List<String>> renamings() {
    return Combinators.combine(name(), name())
        .as((from, to) -> from + ":" + to)
        .list()
        .ofMaxSize(3);
  }

  private static Arbitrary<String> name() {
    return Arbitraries.of("X-A", "x-a", "X-B", "x-c");
  }
}

package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

/** Edits of arguments against a model that is a plain list of pairs. */
class ArgumentEditsPropertyTest {
  @Property(tries = 2_000)
  void edits_do_what_the_model_does(
      @ForAll("entries") List<String> present,
      @ForAll("names") List<String> remove,
      @ForAll("entries") List<String> rename,
      @ForAll("entries") List<String> replace,
      @ForAll("entries") List<String> add,
      @ForAll("entries") List<String> append) {
    Arguments arguments = new Arguments();
    List<String[]> model = new ArrayList<>();
    for (String entry : present) {
      arguments.add(name(entry), value(entry));
      model.add(new String[] {name(entry), value(entry)});
    }

    new ArgumentEdits(
            remove,
            NamedText.fixed(rename),
            NamedText.fixed(replace),
            NamedText.fixed(add),
            NamedText.fixed(append))
        .apply(arguments, TemplateSource.NOTHING);

    remove.forEach(name -> model.removeIf(pair -> pair[0].equals(name)));
    for (String entry : rename) {
      if (has(model, name(entry)) && !name(entry).equals(value(entry))) {
        model.removeIf(pair -> pair[0].equals(value(entry)));
        model.forEach(pair -> pair[0] = pair[0].equals(name(entry)) ? value(entry) : pair[0]);
      }
    }
    for (String entry : replace) {
      if (has(model, name(entry))) {
        List<String[]> same = model.stream().filter(pair -> pair[0].equals(name(entry))).toList();
        same.getFirst()[1] = value(entry);
        model.removeAll(same.subList(1, same.size()));
      }
    }
    for (String entry : add) {
      if (!has(model, name(entry))) {
        model.add(new String[] {name(entry), value(entry)});
      }
    }
    append.forEach(entry -> model.add(new String[] {name(entry), value(entry)}));
    StringBuilder expected = new StringBuilder();
    for (String[] pair : model) {
      expected.append(expected.isEmpty() ? "" : "&").append(pair[0]).append('=').append(pair[1]);
    }
    assertThat(arguments.encoded()).isEqualTo(expected.toString());
  }

  @Property(tries = 2_000)
  void what_is_encoded_is_read_back(
      @ForAll List<@CharRange(from = 0, to = 255) String> names,
      @ForAll @CharRange(from = 0, to = 255) String value) {
    Arguments arguments = new Arguments();
    names.stream().filter(name -> !name.isEmpty()).forEach(name -> arguments.add(name, value));

    String encoded = arguments.encoded();

    assertThat(encoded).matches("[A-Za-z0-9._~%&=-]*");
    Arguments again = Arguments.parse(encoded);
    assertThat(again.encoded()).isEqualTo(encoded);
    names.stream()
        .filter(name -> !name.isEmpty())
        .forEach(name -> assertThat(again.first(name)).isEqualTo(value));
  }

  @Test
  void bare_names_broken_escapes_and_spaces_survive() {
    Arguments arguments = Arguments.parse("b&a=%zz+%41&&b=&=x");

    assertThat(arguments.first("b")).isEqualTo(true);
    assertThat(arguments.first("a")).isEqualTo("%zz A");
    assertThat(arguments.sorted().encoded()).isEqualTo("=x&a=%25zz%20A&b&b=");
  }

  private static boolean has(List<String[]> model, String name) {
    return model.stream().anyMatch(pair -> pair[0].equals(name));
  }

  private static String name(String entry) {
    return entry.split(":", 2)[0];
  }

  private static String value(String entry) {
    return entry.split(":", 2)[1];
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of("a", "b", "A").list().ofMaxSize(2);
  }

  @Provide
  Arbitrary<List<String>> entries() {
    return Combinators.combine(Arbitraries.of("a", "b", "A"), Arbitraries.of("a", "b", "1", "2"))
        .as((name, value) -> name + ":" + value)
        .list()
        .ofMaxSize(4);
  }
}

package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Edits of JSON members against a model that is a map of plain values. */
class MemberEditsPropertyTest {
  private final JsonMapper json = JsonMapper.builder().build();

  @Property(tries = 2_000)
  void edits_do_what_the_model_does(
      @ForAll("objects") Map<String, Object> object,
      @ForAll("names") List<String> remove,
      @ForAll("entries") List<String> rename,
      @ForAll("entries") List<String> replace,
      @ForAll("entries") List<String> add,
      @ForAll("entries") List<String> append) {
    ObjectNode edited = (ObjectNode) json.valueToTree(object);

    boolean changed =
        new MemberEdits(
                remove, NamedText.fixed(rename), strings(replace), strings(add), strings(append))
            .apply(edited, TemplateSource.NOTHING);

    Map<String, Object> model = new LinkedHashMap<>(object);
    remove.forEach(model::remove);
    rename.forEach(
        entry -> {
          if (model.containsKey(name(entry))) {
            model.put(value(entry), model.remove(name(entry)));
          }
        });
    replace.forEach(entry -> model.computeIfPresent(name(entry), (name, old) -> value(entry)));
    add.forEach(entry -> model.putIfAbsent(name(entry), value(entry)));
    append.forEach(entry -> model.merge(name(entry), List.of(value(entry)), this::appended));
    assertThat(edited).isEqualTo(json.valueToTree(model));
    assertThat(changed || edited.equals(json.valueToTree(object))).isTrue();
  }

  private Object appended(Object present, Object added) {
    List<Object> list = new ArrayList<>();
    switch (present) {
      case Map<?, ?> object -> {
        return object;
      }
      case List<?> known -> list.addAll(known);
      case String text -> list.add(text);
      default -> {}
    }
    list.addAll((List<?>) added);
    return list;
  }

  private static List<MemberEdits.Member> strings(List<String> entries) {
    return NamedText.fixed(entries).stream()
        .map(entry -> new MemberEdits.Member(entry.name(), MemberEdits.Value.string(entry.value())))
        .toList();
  }

  private static String name(String entry) {
    return entry.split(":", 2)[0];
  }

  private static String value(String entry) {
    return entry.split(":", 2)[1];
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    Arbitrary<Object> values =
        Arbitraries.of("text", "", 5, true, false, List.of(1), Map.of("x", 1), "ü");
    return Arbitraries.maps(Arbitraries.of("a", "b", "c", "é"), values).ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of("a", "b", "é").list().ofMaxSize(2);
  }

  @Provide
  Arbitrary<List<String>> entries() {
    return Combinators.combine(Arbitraries.of("a", "b", "c", "é"), Arbitraries.of("b", "é", "1"))
        .as((name, value) -> name + ":" + value)
        .list()
        .ofMaxSize(2);
  }
}

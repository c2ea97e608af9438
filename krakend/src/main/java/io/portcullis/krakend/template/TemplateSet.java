package io.portcullis.krakend.template;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Templates that can call each other by name. */
final class TemplateSet {
  private final FunctionTable functions;
  private final Map<String, Definition> definitions = new LinkedHashMap<>();

  TemplateSet(FunctionTable functions) {
    this.functions = functions;
  }

  /**
   * Adds a file and what it defines. A definition of a later file replaces one of an earlier file,
   * unless it is empty.
   *
   * @throws TemplateException if the text is not in the language
   */
  void add(String name, TemplateSource source) {
    for (Definition definition : TemplateParser.parse(name, source, functions)) {
      if (!definitions.containsKey(definition.name()) || !Node.isEmpty(definition.nodes())) {
        definitions.put(definition.name(), definition);
      }
    }
  }

  Optional<Definition> find(String name) {
    return Optional.ofNullable(definitions.get(name));
  }

  String names() {
    return String.join(", ", definitions.keySet());
  }
}

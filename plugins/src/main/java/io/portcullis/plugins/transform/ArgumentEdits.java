package io.portcullis.plugins.transform;

import java.util.List;

/**
 * Changes to the arguments of a query or a form: removes, renames, replaces what is there, adds
 * what is not, appends; in this order. Names are looked at with their case. Immutable.
 */
public final class ArgumentEdits {
  private final List<String> remove;
  private final List<NamedText> rename;
  private final List<NamedText> replace;
  private final List<NamedText> add;
  private final List<NamedText> append;

  /**
   * @param remove names
   * @param rename names and what becomes of them
   */
  public ArgumentEdits(
      List<String> remove,
      List<NamedText> rename,
      List<NamedText> replace,
      List<NamedText> add,
      List<NamedText> append) {
    this.remove = remove.stream().map(OctetText::of).toList();
    this.rename = inOctets(rename);
    this.replace = inOctets(replace);
    this.add = inOctets(add);
    this.append = inOctets(append);
  }

  /** Whether nothing is changed by this. */
  public boolean isEmpty() {
    return remove.isEmpty()
        && rename.isEmpty()
        && replace.isEmpty()
        && add.isEmpty()
        && append.isEmpty();
  }

  /** Changes the arguments; says whether anything came of it. */
  public boolean apply(Arguments arguments, TemplateSource source) {
    boolean changed = false;
    for (String name : remove) {
      changed |= arguments.remove(name);
    }
    for (NamedText entry : rename) {
      changed |= arguments.rename(entry.name(), entry.value().of(source));
    }
    for (NamedText entry : replace) {
      if (arguments.contains(entry.name())) {
        arguments.set(entry.name(), entry.value().of(source));
        changed = true;
      }
    }
    for (NamedText entry : add) {
      if (!arguments.contains(entry.name())) {
        arguments.add(entry.name(), entry.value().of(source));
        changed = true;
      }
    }
    for (NamedText entry : append) {
      arguments.add(entry.name(), entry.value().of(source));
      changed = true;
    }
    return changed;
  }

  private static List<NamedText> inOctets(List<NamedText> entries) {
    return entries.stream()
        .map(entry -> new NamedText(OctetText.of(entry.name()), entry.value()))
        .toList();
  }
}

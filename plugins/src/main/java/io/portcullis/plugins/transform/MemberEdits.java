package io.portcullis.plugins.transform;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes to the members of a JSON object, of its first level alone: removes, renames, replaces
 * what is there, adds what is not, appends; in this order. Immutable.
 *
 * @param remove names
 * @param rename names and what becomes of them
 */
public record MemberEdits(
    List<String> remove,
    List<NamedText> rename,
    List<Member> replace,
    List<Member> add,
    List<Member> append) {
  public MemberEdits {
    remove = List.copyOf(remove);
    rename = List.copyOf(rename);
    replace = List.copyOf(replace);
    add = List.copyOf(add);
    append = List.copyOf(append);
  }

  /** A member's name and what it is to be. */
  public record Member(String name, Value value) {}

  /** A value of a member. */
  @FunctionalInterface
  public interface Value {
    /** The value for a request; null leaves the member as it is. */
    @Nullable JsonNode of(TemplateSource source);

    /** A string. */
    static Value string(Text text) {
      return source -> JsonNodeFactory.instance.stringNode(OctetText.decoded(text.of(source)));
    }
  }

  /** Whether no object is changed by this. */
  public boolean isEmpty() {
    return remove.isEmpty()
        && rename.isEmpty()
        && replace.isEmpty()
        && add.isEmpty()
        && append.isEmpty();
  }

  /** Changes the object; says whether anything came of it. */
  public boolean apply(ObjectNode object, TemplateSource source) {
    boolean changed = false;
    for (String name : remove) {
      changed |= object.remove(name) != null;
    }
    for (NamedText entry : rename) {
      JsonNode value = object.remove(entry.name());
      if (value != null) {
        object.set(OctetText.decoded(entry.value().of(source)), value);
        changed = true;
      }
    }
    for (Member member : replace) {
      changed |= object.has(member.name) && set(object, member, source);
    }
    for (Member member : add) {
      changed |= !object.has(member.name) && set(object, member, source);
    }
    for (Member member : append) {
      changed |= append(object, member, source);
    }
    return changed;
  }

  private static boolean set(ObjectNode object, Member member, TemplateSource source) {
    JsonNode value = member.value.of(source);
    if (value != null) {
      object.set(member.name, value);
    }
    return value != null;
  }

  /**
   * Strings become lists and lists become longer, as in Kong. Other plain values give way to a new
   * list, as there; an object, to which Kong adds a member "1", stays as it is.
   */
  private static boolean append(ObjectNode object, Member member, TemplateSource source) {
    JsonNode present = object.get(member.name);
    JsonNode value = present instanceof ObjectNode ? null : member.value.of(source);
    if (value == null) {
      return false;
    }
    if (present instanceof ArrayNode list) {
      list.add(value);
      return true;
    }
    ArrayNode list = object.putArray(member.name);
    if (present != null && present.isString()) {
      list.add(present);
    }
    list.add(value);
    return true;
  }
}

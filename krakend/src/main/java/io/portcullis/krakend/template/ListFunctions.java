package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions for lists. None changes a list that it is given. */
final class ListFunctions {
  private static final Parameter ANY = Parameter.ANY;

  private ListFunctions() {}

  static void addTo(FunctionTable table) {
    table.addOpen("list", ANY, of -> new ArrayList<>(of.values()));
    table.addOpen("tuple", ANY, of -> new ArrayList<>(of.values()));
    for (String prefix : List.of("", "must")) {
      table.add(named(prefix, "first"), of -> at(list(of.any(0), "Cannot find first on"), 0), ANY);
      table.add(named(prefix, "last"), of -> last(list(of.any(0), "Cannot find last on")), ANY);
      table.add(
          named(prefix, "rest"), of -> tail(list(of.any(0), "Cannot find rest on"), 1, 0), ANY);
      table.add(
          named(prefix, "initial"),
          of -> tail(list(of.any(0), "Cannot find initial on"), 0, 1),
          ANY);
      table.add(
          named(prefix, "append"),
          of -> with(list(of.any(0), "Cannot push on"), -1, of.any(1)),
          ANY,
          ANY);
      table.add(
          named(prefix, "push"),
          of -> with(list(of.any(0), "Cannot push on"), -1, of.any(1)),
          ANY,
          ANY);
      table.add(
          named(prefix, "prepend"),
          of -> with(list(of.any(0), "Cannot prepend on"), 0, of.any(1)),
          ANY,
          ANY);
      table.add(
          named(prefix, "reverse"), of -> reversed(list(of.any(0), "Cannot find reverse on")), ANY);
      table.add(
          named(prefix, "uniq"),
          of -> new ArrayList<>(new LinkedHashSet<>(list(of.any(0), "Cannot find uniq on"))),
          ANY);
      table.add(
          named(prefix, "compact"),
          of -> filtered(list(of.any(0), "Cannot compact on"), List.of(), true),
          ANY);
      table.addOpen(
          named(prefix, "without"),
          ANY,
          of -> filtered(list(of.any(0), "Cannot find without on"), of.from(1), false),
          ANY);
      table.add(named(prefix, "has"), ListFunctions::has, ANY, ANY);
      table.addOpen(named(prefix, "slice"), ANY, ListFunctions::slice, ANY);
      table.add(named(prefix, "chunk"), ListFunctions::chunk, Parameter.INTEGER, ANY);
    }
    table.addOpen("concat", ANY, ListFunctions::concat);
    table.add("sortAlpha", of -> sorted(of.any(0)), ANY);
  }

  private static String named(String prefix, String name) {
    return prefix.isEmpty()
        ? name
        : prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  @SuppressWarnings("unchecked") // Lists among values hold values.
  private static List<@Nullable Object> list(@Nullable Object value, String complaint) {
    if (value instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw new FunctionException(complaint + " type " + GoValues.kind(value));
  }

  private static @Nullable Object at(List<@Nullable Object> list, int index) {
    return index < list.size() ? list.get(index) : null;
  }

  private static @Nullable Object last(List<@Nullable Object> list) {
    return list.isEmpty() ? null : list.getLast();
  }

  private static List<@Nullable Object> tail(List<@Nullable Object> list, int before, int after) {
    return list.isEmpty()
        ? new ArrayList<>()
        : new ArrayList<>(list.subList(before, list.size() - after));
  }

  /** A list with one more item: at the end when the index is negative. */
  private static List<@Nullable Object> with(
      List<@Nullable Object> list, int index, @Nullable Object item) {
    List<@Nullable Object> longer = new ArrayList<>(list.size() + 1);
    longer.addAll(list);
    longer.add(index < 0 ? list.size() : index, item);
    return longer;
  }

  private static List<@Nullable Object> reversed(List<@Nullable Object> list) {
    List<@Nullable Object> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<@Nullable Object> filtered(
      List<@Nullable Object> list, Collection<@Nullable Object> unwanted, boolean truthOnly) {
    List<@Nullable Object> kept = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(truthOnly && !GoValues.truth(item)) && !unwanted.contains(item)) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static boolean has(Arguments of) {
    if (of.any(1) == null) {
      return false;
    }
    return list(of.any(1), "Cannot find has on").contains(of.any(0));
  }

  /** Sprig's function, which hides Go's of the same name: for lists alone. */
  private static @Nullable Object slice(Arguments of) {
    List<@Nullable Object> list = list(of.any(0), "list should be type of slice or array but");
    if (list.isEmpty()) {
      return null;
    }
    long start = of.size() > 1 ? index(of.any(1)) : 0;
    long end = of.size() > 2 ? index(of.any(2)) : list.size();
    if (start < 0 || start > end || end > list.size()) {
      throw new FunctionException("slice index out of bounds: " + start + ":" + end);
    }
    return new ArrayList<>(list.subList((int) start, (int) end));
  }

  private static long index(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static List<@Nullable Object> chunk(Arguments of) {
    List<@Nullable Object> list = list(of.any(1), "Cannot chunk");
    long size = of.integer(0);
    if (size < 1) {
      throw new FunctionException("a chunk has at least one item");
    }
    List<@Nullable Object> chunks = new ArrayList<>();
    for (long at = 0; at < list.size(); at += size) {
      chunks.add(new ArrayList<>(list.subList((int) at, (int) Math.min(list.size(), at + size))));
    }
    return chunks;
  }

  private static List<@Nullable Object> concat(Arguments of) {
    List<@Nullable Object> all = new ArrayList<>();
    for (Object value : of.values()) {
      if (!(value instanceof List<?> list)) {
        throw new FunctionException("Cannot concat type " + GoValues.kind(value) + " as list");
      }
      Limits.checkItems(all.size() + (long) list.size());
      all.addAll(list);
    }
    return all;
  }

  private static List<@Nullable Object> sorted(@Nullable Object value) {
    List<String> texts = new ArrayList<>(TextFunctions.texts(value));
    Collections.sort(texts);
    return new ArrayList<>(texts);
  }
}

package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.OrderedObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads RSS and Atom feeds into one form: texts of the feed and {@code items}. */
final class FeedReader {
  private FeedReader() {}

  static Map<String, Object> read(byte[] body, Allowance memory) throws UnreadableAnswerException {
    Map<String, Object> document = XmlReader.read(body, memory);
    if (document.get("rss") instanceof Map<?, ?> rss
        && rss.get("channel") instanceof Map<?, ?> channel) {
      return rss(channel, channel.get("item"));
    }
    if (document.get("RDF") instanceof Map<?, ?> rdf
        && rdf.get("channel") instanceof Map<?, ?> channel) {
      return rss(channel, rdf.get("item"));
    }
    if (document.get("feed") instanceof Map<?, ?> feed) {
      return atom(feed);
    }
    throw new UnreadableAnswerException("Failed to detect feed type");
  }

  private static Map<String, Object> rss(Map<?, ?> channel, @Nullable Object items) {
    Map<String, Object> feed = new LinkedHashMap<>();
    feed.put("author", orNull(person(channel.get("managingEditor"))));
    feed.put("categories", orNull(texts(channel.get("category"))));
    feed.put("copyright", orEmpty(channel.get("copyright")));
    feed.put("custom", JsonNull.NULL);
    feed.put("description", orEmpty(channel.get("description")));
    feed.put("language", orEmpty(channel.get("language")));
    feed.put("published", orEmpty(channel.get("pubDate")));
    feed.put("title", orEmpty(channel.get("title")));
    feed.put("type", "rss");
    feed.put("updated", orEmpty(channel.get("lastBuildDate")));
    if (channel.get("image") instanceof Map<?, ?> image) {
      put(feed, "img_url", image.get("url"));
    }
    List<Object> list = new ArrayList<>();
    for (Object element : all(items)) {
      if (element instanceof Map<?, ?> item) {
        Map<String, Object> entry = new OrderedObject();
        put(entry, "title", item.get("title"));
        put(entry, "description", item.get("description"));
        put(entry, "content", item.get("encoded"));
        links(entry, item.get("link"));
        dated(entry, "published", item.get("pubDate"));
        authors(entry, item.get("author") == null ? item.get("creator") : item.get("author"));
        put(entry, "guid", item.get("guid"));
        list(entry, "categories", texts(item.get("category")));
        enclosures(entry, item.get("enclosure"));
        list.add(entry);
      }
    }
    feed.put("items", list);
    return feed;
  }

  private static Map<String, Object> atom(Map<?, ?> source) {
    Map<String, Object> feed = new LinkedHashMap<>();
    feed.put("author", orNull(person(source.get("author"))));
    feed.put("categories", orNull(terms(source.get("category"))));
    feed.put("copyright", orEmpty(source.get("rights")));
    feed.put("custom", JsonNull.NULL);
    feed.put("description", orEmpty(source.get("subtitle")));
    feed.put("language", orEmpty(source.get("-lang")));
    feed.put("published", "");
    feed.put("title", orEmpty(source.get("title")));
    feed.put("type", "atom");
    feed.put("updated", orEmpty(source.get("updated")));
    put(feed, "img_url", source.get("logo"));
    List<Object> list = new ArrayList<>();
    for (Object element : all(source.get("entry"))) {
      if (element instanceof Map<?, ?> item) {
        Map<String, Object> entry = new OrderedObject();
        put(entry, "title", item.get("title"));
        put(entry, "description", item.get("summary"));
        put(entry, "content", item.get("content"));
        links(entry, link(item.get("link")));
        dated(entry, "updated", item.get("updated"));
        Object published = item.get("published");
        dated(entry, "published", published == null ? item.get("updated") : published);
        authors(entry, item.get("author"));
        put(entry, "guid", item.get("id"));
        list(entry, "categories", terms(item.get("category")));
        list.add(entry);
      }
    }
    feed.put("items", list);
    return feed;
  }

  private static List<?> all(@Nullable Object value) {
    return value == null ? List.of() : value instanceof List<?> list ? list : List.of(value);
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Map<?, ?> element when element.get(XmlReader.TEXT) instanceof String text -> text;
      case List<?> list when !list.isEmpty() -> text(list.getFirst());
      case null, default -> null;
    };
  }

  private static void put(Map<String, Object> object, String name, @Nullable Object value) {
    String text = text(value);
    if (text != null && !text.isEmpty()) {
      object.put(name, text);
    }
  }

  private static String orEmpty(@Nullable Object value) {
    String text = text(value);
    return text == null ? "" : text;
  }

  private static Object orNull(Map<String, Object> object) {
    return object.isEmpty() ? JsonNull.NULL : object;
  }

  private static Object orNull(List<Object> list) {
    return list.isEmpty() ? JsonNull.NULL : list;
  }

  private static void list(Map<String, Object> object, String name, List<Object> list) {
    if (!list.isEmpty()) {
      object.put(name, list);
    }
  }

  /** The text, and the same as a time of RFC 3339 when it is one of RFC 1123 or 3339. */
  private static void dated(Map<String, Object> object, String name, @Nullable Object value) {
    String text = text(value);
    if (text == null || text.isEmpty()) {
      return;
    }
    object.put(name, text);
    for (DateTimeFormatter format :
        List.of(DateTimeFormatter.RFC_1123_DATE_TIME, DateTimeFormatter.ISO_OFFSET_DATE_TIME)) {
      try {
        Instant moment = Instant.from(format.parse(text));
        object.put(name + "Parsed", DateTimeFormatter.ISO_INSTANT.format(moment));
        return;
      } catch (DateTimeException other) {
        // the next format may be the right one
      }
    }
  }

  private static void links(Map<String, Object> object, @Nullable Object value) {
    String text = text(value);
    if (text != null && !text.isEmpty()) {
      object.put("link", text);
      object.put("links", new ArrayList<Object>(List.of(text)));
    }
  }

  private static void authors(Map<String, Object> object, @Nullable Object value) {
    Map<String, Object> person = person(value);
    if (!person.isEmpty()) {
      object.put("author", person);
      object.put("authors", new ArrayList<Object>(List.of(person)));
    }
  }

  /** Name and address out of their own elements, or of {@code me@example.com (Me)}. */
  private static Map<String, Object> person(@Nullable Object value) {
    Map<String, Object> person = new OrderedObject();
    if (value instanceof Map<?, ?> element && !element.containsKey(XmlReader.TEXT)) {
      put(person, "name", element.get("name"));
      put(person, "email", element.get("email"));
      return person;
    }
    String text = orEmpty(value);
    int open = Math.max(text.indexOf('('), text.indexOf('<'));
    boolean twofold = open >= 0 && (text.endsWith(")") || text.endsWith(">"));
    String first = twofold ? text.substring(0, open).strip() : text;
    String second = twofold ? text.substring(open + 1, text.length() - 1).strip() : "";
    boolean addressFirst = first.indexOf('@') >= 0;
    put(person, "name", addressFirst ? second : first);
    put(person, "email", addressFirst ? first : second);
    return person;
  }

  private static List<Object> texts(@Nullable Object value) {
    List<Object> texts = new ArrayList<>();
    for (Object element : all(value)) {
      String text = text(element);
      if (text != null && !text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static List<Object> terms(@Nullable Object value) {
    List<Object> terms = new ArrayList<>();
    for (Object element : all(value)) {
      if (element instanceof Map<?, ?> category && category.get("-term") instanceof String term) {
        terms.add(term);
      }
    }
    return terms;
  }

  private static @Nullable Object link(@Nullable Object value) {
    for (Object element : all(value)) {
      if (element instanceof Map<?, ?> link
          && (link.get("-rel") == null || "alternate".equals(link.get("-rel")))) {
        return link.get("-href");
      }
    }
    return null;
  }

  private static void enclosures(Map<String, Object> object, @Nullable Object value) {
    List<Object> enclosures = new ArrayList<>();
    for (Object element : all(value)) {
      if (element instanceof Map<?, ?> enclosure) {
        Map<String, Object> entry = new OrderedObject();
        put(entry, "url", enclosure.get("-url"));
        put(entry, "length", enclosure.get("-length"));
        put(entry, "type", enclosure.get("-type"));
        enclosures.add(entry);
      }
    }
    list(object, "enclosures", enclosures);
  }
}

package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
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
    put(feed, "title", channel.get("title"));
    put(feed, "description", channel.get("description"));
    put(feed, "copyright", channel.get("copyright"));
    put(feed, "language", channel.get("language"));
    put(feed, "published", channel.get("pubDate"));
    put(feed, "updated", channel.get("lastBuildDate"));
    person(feed, channel.get("managingEditor"));
    texts(feed, "categories", channel.get("category"));
    if (channel.get("image") instanceof Map<?, ?> image) {
      put(feed, "img_url", image.get("url"));
    }
    feed.put("type", "rss");
    List<Object> list = new ArrayList<>();
    for (Object element : all(items)) {
      if (element instanceof Map<?, ?> item) {
        Map<String, Object> entry = new LinkedHashMap<>();
        put(entry, "title", item.get("title"));
        put(entry, "description", item.get("description"));
        put(entry, "content", item.get("encoded"));
        put(entry, "link", item.get("link"));
        put(entry, "guid", item.get("guid"));
        put(entry, "published", item.get("pubDate"));
        person(entry, item.get("author") == null ? item.get("creator") : item.get("author"));
        texts(entry, "categories", item.get("category"));
        enclosures(entry, item.get("enclosure"));
        list.add(entry);
      }
    }
    feed.put("items", list);
    return feed;
  }

  private static Map<String, Object> atom(Map<?, ?> source) {
    Map<String, Object> feed = new LinkedHashMap<>();
    put(feed, "title", source.get("title"));
    put(feed, "description", source.get("subtitle"));
    put(feed, "copyright", source.get("rights"));
    put(feed, "language", source.get("-lang"));
    put(feed, "updated", source.get("updated"));
    person(feed, source.get("author"));
    terms(feed, source.get("category"));
    put(feed, "img_url", source.get("logo"));
    feed.put("type", "atom");
    List<Object> list = new ArrayList<>();
    for (Object element : all(source.get("entry"))) {
      if (element instanceof Map<?, ?> item) {
        Map<String, Object> entry = new LinkedHashMap<>();
        put(entry, "title", item.get("title"));
        put(entry, "description", item.get("summary"));
        put(entry, "content", item.get("content"));
        put(entry, "link", link(item.get("link")));
        put(entry, "guid", item.get("id"));
        put(entry, "published", item.get("published"));
        put(entry, "updated", item.get("updated"));
        person(entry, item.get("author"));
        terms(entry, item.get("category"));
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

  private static void person(Map<String, Object> object, @Nullable Object value) {
    Map<String, Object> person = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> element && !element.containsKey(XmlReader.TEXT)) {
      put(person, "name", element.get("name"));
      put(person, "email", element.get("email"));
    } else {
      put(person, "name", value);
    }
    if (!person.isEmpty()) {
      object.put("author", person);
    }
  }

  private static void texts(Map<String, Object> object, String name, @Nullable Object value) {
    List<Object> texts = new ArrayList<>();
    for (Object element : all(value)) {
      String text = text(element);
      if (text != null && !text.isEmpty()) {
        texts.add(text);
      }
    }
    if (!texts.isEmpty()) {
      object.put(name, texts);
    }
  }

  private static void terms(Map<String, Object> object, @Nullable Object value) {
    List<Object> terms = new ArrayList<>();
    for (Object element : all(value)) {
      if (element instanceof Map<?, ?> category && category.get("-term") instanceof String term) {
        terms.add(term);
      }
    }
    if (!terms.isEmpty()) {
      object.put("categories", terms);
    }
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
        Map<String, Object> entry = new LinkedHashMap<>();
        put(entry, "url", enclosure.get("-url"));
        put(entry, "length", enclosure.get("-length"));
        put(entry, "type", enclosure.get("-type"));
        enclosures.add(entry);
      }
    }
    if (!enclosures.isEmpty()) {
      object.put("enclosures", enclosures);
    }
  }
}

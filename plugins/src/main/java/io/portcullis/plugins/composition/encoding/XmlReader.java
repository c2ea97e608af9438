package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads XML into plain data: elements are members by local name, repeated ones an array, attributes
 * have a {@code -} before their name, text beside them is {@code #text}. Leaves are strings. No
 * document type is looked at and no entity but XML's own is known.
 */
final class XmlReader {
  static final String ATTRIBUTE = "-";
  static final String TEXT = "#text";

  private XmlReader() {}

  /** The root element as the one member. */
  static Map<String, Object> read(byte[] body, Allowance memory) throws UnreadableAnswerException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(body));
      while (reader.next() != XMLStreamConstants.START_ELEMENT) {
        // what stands before the root
      }
      Map<String, Object> document = new LinkedHashMap<>();
      document.put(reader.getLocalName(), element(reader, 1, new ValueCount(memory)));
      return document;
    } catch (XMLStreamException | java.util.NoSuchElementException refused) {
      throw new UnreadableAnswerException("not XML: " + refused.getMessage());
    }
  }

  private static Object element(XMLStreamReader reader, int depth, ValueCount count)
      throws XMLStreamException, UnreadableAnswerException {
    count.one();
    if (depth > JsonReader.DEEPEST) {
      throw new UnreadableAnswerException("XML of more than " + JsonReader.DEEPEST + " levels");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      count.one();
      members.put(
          ATTRIBUTE + reader.getAttributeLocalName(i), count.text(reader.getAttributeValue(i)));
    }
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      String prefix = reader.getNamespacePrefix(i);
      String uri = reader.getNamespaceURI(i);
      members.put(ATTRIBUTE + (prefix == null ? "xmlns" : prefix), uri == null ? "" : uri);
    }
    // Of texts around elements one counts: what stands before all, or else the last.
    String before = "";
    String last = "";
    StringBuilder text = new StringBuilder();
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          String chunk = text.toString().strip();
          text.setLength(0);
          before = members.isEmpty() ? chunk : before;
          last = chunk.isEmpty() ? last : chunk;
          add(members, reader.getLocalName(), element(reader, depth + 1, count));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(count.text(reader.getText()));
        default -> {
          // comments, instructions, unknown entities
        }
      }
    }
    String trimmed = text.toString().strip();
    if (members.isEmpty()) {
      return trimmed;
    }
    last = trimmed.isEmpty() ? last : trimmed;
    if (!last.isEmpty()) {
      members.put(TEXT, before.isEmpty() ? last : before);
    }
    return members;
  }

  @SuppressWarnings("unchecked") // lists in here were made here
  private static void add(Map<String, Object> members, String name, Object value) {
    Object present = members.get(name);
    switch (present) {
      case null -> members.put(name, value);
      case List<?> list -> ((List<Object>) list).add(value);
      default -> {
        List<Object> list = new ArrayList<>();
        list.add(present);
        list.add(value);
        members.put(name, list);
      }
    }
  }
}

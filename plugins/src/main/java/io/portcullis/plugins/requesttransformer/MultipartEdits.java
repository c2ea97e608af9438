package io.portcullis.plugins.requesttransformer;

import io.portcullis.plugins.transform.NamedText;
import io.portcullis.plugins.transform.OctetText;
import io.portcullis.plugins.transform.TemplateSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the parts of a {@code multipart/form-data} body (RFC 7578): removes, renames, replaces
 * what is there, adds what is not. Parts that are not named keep every octet. Immutable.
 */
final class MultipartEdits {
  private final List<String> remove;
  private final List<NamedText> rename;
  private final List<NamedText> replace;
  private final List<NamedText> add;

  MultipartEdits(
      List<String> remove, List<NamedText> rename, List<NamedText> replace, List<NamedText> add) {
    this.remove = remove.stream().map(OctetText::of).toList();
    this.rename = inOctets(rename);
    this.replace = inOctets(replace);
    this.add = inOctets(add);
  }

  /** The body with all changes; null when it stays as it is, or is not understood. */
  byte @Nullable [] applied(byte[] body, String contentType, TemplateSource source) {
    String boundary = boundary(contentType);
    if (boundary == null) {
      return null;
    }
    List<Part> parts =
        body.length == 0
            ? new ArrayList<>()
            : Part.parse(new String(body, StandardCharsets.ISO_8859_1), boundary);
    if (parts == null || !apply(parts, source)) {
      return null;
    }
    StringBuilder text = new StringBuilder(body.length + 64);
    for (Part part : parts) {
      text.append("--").append(boundary).append("\r\n").append(part.head()).append("\r\n\r\n");
      text.append(part.content()).append("\r\n");
    }
    text.append("--").append(boundary).append("--\r\n");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private boolean apply(List<Part> parts, TemplateSource source) {
    boolean changed = false;
    for (String name : remove) {
      changed |= parts.removeIf(part -> name.equals(part.name()));
    }
    for (NamedText entry : rename) {
      String to = entry.value().of(source);
      if (has(parts, entry.name()) && !to.equals(entry.name())) {
        parts.removeIf(part -> to.equals(part.name()));
        parts.replaceAll(part -> entry.name().equals(part.name()) ? part.renamed(to) : part);
        changed = true;
      }
    }
    for (NamedText entry : replace) {
      if (has(parts, entry.name())) {
        int place = 0;
        while (!entry.name().equals(parts.get(place).name())) {
          place++;
        }
        parts.removeIf(part -> entry.name().equals(part.name()));
        parts.add(place, Part.simple(entry.name(), entry.value().of(source)));
        changed = true;
      }
    }
    for (NamedText entry : add) {
      if (!has(parts, entry.name())) {
        parts.add(Part.simple(entry.name(), entry.value().of(source)));
        changed = true;
      }
    }
    return changed;
  }

  private static boolean has(List<Part> parts, String name) {
    return parts.stream().anyMatch(part -> name.equals(part.name()));
  }

  private static @Nullable String boundary(String contentType) {
    int at = Part.parameter(contentType, "boundary");
    if (at < 0) {
      return null;
    }
    String boundary = Part.parameterValue(contentType, at);
    return boundary.isEmpty() || boundary.length() > 70 ? null : boundary;
  }

  private static List<NamedText> inOctets(List<NamedText> entries) {
    return entries.stream()
        .map(entry -> new NamedText(OctetText.of(entry.name()), entry.value()))
        .toList();
  }
}

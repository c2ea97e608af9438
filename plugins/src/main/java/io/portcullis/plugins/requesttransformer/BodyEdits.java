package io.portcullis.plugins.requesttransformer;

import io.portcullis.plugins.transform.ArgumentEdits;
import io.portcullis.plugins.transform.Arguments;
import io.portcullis.plugins.transform.JsonObjects;
import io.portcullis.plugins.transform.MemberEdits;
import io.portcullis.plugins.transform.NamedText;
import io.portcullis.plugins.transform.TemplateSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes bodies of the three types that have named parts. Immutable. */
final class BodyEdits {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final JsonObjects json = new JsonObjects();
  private final MemberEdits members;
  private final ArgumentEdits arguments;
  private final MultipartEdits parts;

  BodyEdits(
      List<String> remove,
      List<NamedText> rename,
      List<NamedText> replace,
      List<NamedText> add,
      List<NamedText> append) {
    this.members = new MemberEdits(remove, rename, strings(replace), strings(add), strings(append));
    this.arguments = new ArgumentEdits(remove, rename, replace, add, append);
    this.parts = new MultipartEdits(remove, rename, replace, add);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** Whether a body of that type may be changed. */
  static boolean reads(@Nullable String contentType) {
    String type = lower(contentType);
    return isJson(type) || type.contains(FORM) || isMultipart(type);
  }

  static boolean isForm(@Nullable String contentType) {
    return lower(contentType).contains(FORM);
  }

  /**
   * The body with all changes; null when it stays as it is.
   *
   * @param contentType as the client sent it
   */
  byte @Nullable [] applied(byte[] body, @Nullable String contentType, TemplateSource source) {
    String type = lower(contentType);
    if (isJson(type)) {
      ObjectNode object =
          body.length == 0 ? JsonNodeFactory.instance.objectNode() : json.read(body);
      return object != null && members.apply(object, source) ? json.write(object) : null;
    }
    if (type.contains(FORM)) {
      Arguments form = Arguments.parse(new String(body, StandardCharsets.ISO_8859_1));
      return arguments.apply(form, source)
          ? form.encoded().getBytes(StandardCharsets.US_ASCII)
          : null;
    }
    if (isMultipart(type) && contentType != null) {
      return parts.applied(body, contentType, source);
    }
    return null;
  }

  private static boolean isJson(String lowerCaseType) {
    return lowerCaseType.contains("application/json");
  }

  private static boolean isMultipart(String lowerCaseType) {
    return lowerCaseType.contains("multipart/form-data");
  }

  private static String lower(@Nullable String contentType) {
    return contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
  }

  private static List<MemberEdits.Member> strings(List<NamedText> entries) {
    return entries.stream()
        .map(entry -> new MemberEdits.Member(entry.name(), MemberEdits.Value.string(entry.value())))
        .toList();
  }
}

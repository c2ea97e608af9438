package io.portcullis.plugins.expression;

import io.portcullis.core.plugin.Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What expressions may ask of a request. Each method is called once at most, when one does. */
public interface RequestFacts {
  String method();

  String path();

  /** Parameters of the path by name, decoded. */
  Map<String, String> parameters();

  Headers headers();

  /** Values of query arguments by name, decoded. */
  Map<String, List<String>> arguments();

  /** Claims of the token that was verified; null for none. */
  @Nullable JsonNode claims();
}

package io.portcullis.plugins.cel;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code cel}.
 *
 * @param checks expressions that must be true, in order
 * @param endpoint path with {@code {placeholders}} that gives the path parameters; null takes them
 *     from the route's regex
 * @param returnErrorMsg whether the body of a refusal says which check failed
 * @param responseHeaders headers of a refusal for something else than the token
 */
public record CelConfig(
    List<Check> checks,
    @Nullable String endpoint,
    boolean returnErrorMsg,
    Map<String, String> responseHeaders) {

  /**
   * A check.
   *
   * @param checkExpr the expression
   */
  public record Check(String checkExpr) {}
}

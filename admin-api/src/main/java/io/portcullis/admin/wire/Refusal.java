package io.portcullis.admin.wire;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends a request with an error answer. Carries no stack trace: it is an answer, not an accident.
 */
public final class Refusal extends RuntimeException {
  private final int status;
  private final transient ObjectNode body;

  public Refusal(int status, ObjectNode body) {
    super(body.toString(), null, false, false);
    this.status = status;
    this.body = body;
  }

  /** Kong's plain shape, {@code {"message": …}}. */
  public static Refusal message(int status, String message) {
    return new Refusal(status, JsonNodeFactory.instance.objectNode().put("message", message));
  }

  public static Refusal notFound() {
    return message(404, "Not found");
  }

  public static Refusal methodNotAllowed() {
    return message(405, "Method not allowed");
  }

  /** Kong's shape with a code and a name; see the table of error classes in docs/admin-api.md. */
  public static Refusal coded(int status, int code, String name, String message) {
    return new Refusal(
        status,
        JsonNodeFactory.instance
            .objectNode()
            .put("code", code)
            .put("name", name)
            .put("message", message));
  }

  public int status() {
    return status;
  }

  public ObjectNode body() {
    return body;
  }
}

package io.portcullis.plugins.oauth2;

import io.portcullis.core.plugin.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How the endpoints answer. Nothing of it may be kept by anybody on the way. */
final class Answers {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;
  private static final Reply.HeaderLine[] UNKEPT = {
    new Reply.HeaderLine("cache-control", "no-store"), new Reply.HeaderLine("pragma", "no-cache")
  };

  private Answers() {}

  static Reply granted(ObjectNode body) {
    return Reply.exit(OK, body.toString(), UNKEPT);
  }

  static Reply redirect(boolean granted, String uri) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("redirect_uri", uri);
    return Reply.exit(granted ? OK : BAD_REQUEST, body.toString(), UNKEPT);
  }

  static Reply refused(Refused why, @Nullable String state) {
    ObjectNode body = error(why.error(), why.description());
    if (state != null) {
      body.put("state", state);
    }
    return why.challenge() == null
        ? Reply.exit(BAD_REQUEST, body.toString(), UNKEPT)
        : Reply.exit(
            UNAUTHORIZED,
            body.toString(),
            UNKEPT[0],
            UNKEPT[1],
            new Reply.HeaderLine("www-authenticate", why.challenge()));
  }

  /** Nothing can be written down now, or ever. */
  static Reply unavailable(String description) {
    ObjectNode body = error("temporarily_unavailable", description);
    return Reply.exit(UNAVAILABLE, body.toString(), UNKEPT);
  }

  static ObjectNode error(String error, String description) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("error", error)
        .put("error_description", description);
  }
}

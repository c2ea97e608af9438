package io.portcullis.core.plugin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a handler answers in {@code rewrite} and {@code access}. */
public sealed interface Reply {
  /** Goes on with the next plugin. */
  Reply NEXT = new Next();

  static Reply next() {
    return NEXT;
  }

  /** An answer as it stands, with a JSON body. */
  static Reply exit(int status, String json, HeaderLine... headers) {
    HeaderLine[] all = new HeaderLine[headers.length + 1];
    all[0] = new HeaderLine("content-type", "application/json; charset=utf-8");
    System.arraycopy(headers, 0, all, 1, headers.length);
    return new Exit(status, List.of(all), json.getBytes(StandardCharsets.UTF_8));
  }

  /** An error whose body the gateway writes in the type that the client accepts. */
  static Reply refuse(int status, String message, HeaderLine... headers) {
    return new Refusal(status, message, List.of(headers));
  }

  /** Nothing to say; the next plugin runs. */
  record Next() implements Reply {}

  /**
   * The answer of this exchange; no further {@code access} runs and the upstream is not called.
   *
   * @param status 100–999
   * @param headers names in lower case
   * @param body may be empty; {@code Content-Length} is added by the gateway. The array is not
   *     copied.
   * @param replayed whether an upstream gave this answer to an earlier request; it is then sent
   *     with the lines of a proxied one
   */
  record Exit(int status, List<HeaderLine> headers, byte[] body, boolean replayed)
      implements Reply {
    /** An answer of the plugin's own. */
    public Exit(int status, List<HeaderLine> headers, byte[] body) {
      this(status, headers, body, false);
    }
  }

  /**
   * Like {@link Exit}, with Kong's negotiated error body (type by {@code Accept}; message and
   * request id inside).
   *
   * @param headers names in lower case, added to the answer
   */
  record Refusal(int status, String message, List<HeaderLine> headers) implements Reply {}

  /**
   * Like {@link Exit}, with a body that goes to the client as it comes. It counts as the gateway's
   * own answer, but is not held back for plugins unless one wants it whole.
   *
   * @param headers names in lower case, without those that frame a body
   */
  record Flow(int status, List<HeaderLine> headers, BodyFlow body) implements Reply {}

  /**
   * The reply comes later, from any thread; the exchange waits without holding one. A failure
   * counts as an exception.
   *
   * @param abandon runs on an I/O thread, without blocking it, when the client goes away before the
   *     reply is there; the reply must come all the same, or fail. Null when there is nothing to
   *     give up.
   */
  record Later(CompletionStage<Reply> reply, @Nullable Runnable abandon) implements Reply {
    /** One whose work goes on whoever leaves. */
    public Later(CompletionStage<Reply> reply) {
      this(reply, null);
    }
  }

  /** One header line; the name in lower case. */
  record HeaderLine(String name, String value) {}
}

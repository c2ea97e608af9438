package io.portcullis.plugins;

import io.portcullis.core.plugin.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a handler answered. */
public final class Replies {
  private Replies() {}

  /** Status and body of an exit, status and message of a refusal, or {@code next}. */
  public static String text(Reply reply) {
    return switch (reply) {
      case Reply.Next ignored -> "next";
      case Reply.Exit exit -> exit.status() + " " + new String(exit.body(), StandardCharsets.UTF_8);
      case Reply.Refusal refusal -> refusal.status() + " " + refusal.message();
      case Reply.Flow flow -> flow.status() + " flowing";
      case Reply.Later later -> text(later.reply().toCompletableFuture().join());
    };
  }

  public static Map<String, String> headers(Reply reply) {
    Map<String, String> headers = new TreeMap<>();
    switch (reply) {
      case Reply.Next ignored -> {}
      case Reply.Exit exit ->
          exit.headers().forEach(line -> headers.put(line.name(), line.value()));
      case Reply.Refusal refusal ->
          refusal.headers().forEach(line -> headers.put(line.name(), line.value()));
      case Reply.Flow flow ->
          flow.headers().forEach(line -> headers.put(line.name(), line.value()));
      case Reply.Later later -> headers.putAll(headers(later.reply().toCompletableFuture().join()));
    }
    return headers;
  }
}

package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.core.plugin.UpstreamCaller.Call;
import io.portcullis.core.plugin.UpstreamCaller.Manner;
import io.portcullis.plugins.composition.martian.Message;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls over the gateway's connections and follows redirects, nine at most. Immutable. */
final class FollowingCaller implements Caller {
  /** Requests of one journey, as Go's client counts: the tenth redirect is one too many. */
  private static final int MOST_REQUESTS = 10;

  private static final int MOVED_PERMANENTLY = 301;
  private static final int FOUND = 302;
  private static final int SEE_OTHER = 303;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;
  private static final byte[] NO_BODY = {};

  private final UpstreamCaller upstreams;
  private final int bodyLimit;
  private final boolean verifyTls;
  private final boolean sendBodyOnRedirect;
  private final @Nullable Manner how;

  /** The name that a redirect leads to is no service's. */
  private final @Nullable Manner howElsewhere;

  /**
   * @param bodyLimit octets of an answer that does not flow
   * @param how null for the usual way
   */
  FollowingCaller(
      UpstreamCaller upstreams,
      int bodyLimit,
      boolean verifyTls,
      boolean sendBodyOnRedirect,
      @Nullable Manner how) {
    this.upstreams = upstreams;
    this.bodyLimit = bodyLimit;
    this.verifyTls = verifyTls;
    this.sendBodyOnRedirect = sendBodyOnRedirect;
    this.how = how;
    this.howElsewhere = how == null || !how.flows() ? null : new Manner(true, false);
  }

  @Override
  public CompletableFuture<Answer> call(Message.Outgoing request, Deadline deadline) {
    Journey journey = new Journey(request, deadline);
    journey.go();
    return journey;
  }

  /** Lets a body go that nobody will take. */
  static void drop(Answer answer) {
    BodyFlow flow = answer.flow();
    if (flow != null) {
      flow.cancel();
    }
  }

  /** One call with the redirects that it leads to. */
  private final class Journey extends CompletableFuture<Answer> {
    private final Message.Outgoing request;
    private final Deadline deadline;
    private final String method;
    private final @Nullable String clientsReferer;
    private int redirects;
    private volatile @Nullable CompletableFuture<Answer> current;

    Journey(Message.Outgoing request, Deadline deadline) {
      this.request = request;
      this.deadline = deadline;
      this.method = request.method();
      this.clientsReferer = request.headers().get("referer");
    }

    void go() {
      Duration remaining = deadline.remaining();
      // Whole milliseconds are what timers know; less than one is nothing.
      if (remaining.toMillis() <= 0) {
        completeExceptionally(new IOException(Deadline.EXCEEDED));
        return;
      }
      CompletableFuture<Answer> call =
          upstreams.call(
              new Call(
                  request.method(),
                  request.uri(),
                  request.headers().copy(),
                  request.body(),
                  remaining,
                  bodyLimit,
                  verifyTls,
                  request.memory(),
                  redirects == 0 ? how : howElsewhere));
      current = call;
      if (isDone()) {
        call.cancel(false);
      }
      call.whenComplete(this::arrived);
    }

    private void arrived(@Nullable Answer answer, @Nullable Throwable failure) {
      try {
        decide(answer, failure);
      } catch (RuntimeException unexpected) {
        completeExceptionally(unexpected);
      }
    }

    private void decide(@Nullable Answer answer, @Nullable Throwable failure) {
      if (answer == null || failure != null) {
        boolean late = deadline.remaining().toMillis() <= 0;
        completeExceptionally(
            late || failure == null ? new IOException(Deadline.EXCEEDED) : failure);
        return;
      }
      URI next;
      try {
        next = redirection(answer);
      } catch (IOException refused) {
        drop(answer);
        completeExceptionally(refused);
        return;
      }
      if (next == null) {
        if (!complete(answer)) {
          drop(answer);
        }
        return;
      }
      drop(answer);
      redirects++;
      if (redirects >= MOST_REQUESTS) {
        String location = answer.headers().get("location");
        completeExceptionally(refusal(location, "stopped after 10 redirects"));
        return;
      }
      turnTo(answer.status(), next);
      go();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      CompletableFuture<Answer> call = current;
      if (call != null) {
        call.cancel(mayInterruptIfRunning);
      }
      return cancelled;
    }

    private @Nullable URI redirection(Answer answer) throws IOException {
      boolean followed =
          switch (answer.status()) {
            case MOVED_PERMANENTLY, FOUND, SEE_OTHER -> true;
            case TEMPORARY_REDIRECT, PERMANENT_REDIRECT ->
                request.body().length == 0 || sendBodyOnRedirect;
            default -> false;
          };
      String location = followed ? answer.headers().get("location") : null;
      if (location == null || location.isEmpty()) {
        return null;
      }
      try {
        URI next = resolved(request.uri(), location);
        String scheme = next.getScheme() == null ? "" : next.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
          throw refusal(next.toString(), "unsupported protocol scheme \"" + scheme + '"');
        }
        return next;
      } catch (IllegalArgumentException malformed) {
        return null;
      }
    }

    /** As RFC 3986 has it; {@link URI} loses the last segment before a bare query. */
    private static URI resolved(URI base, String location) {
      String text = location;
      if (location.startsWith("?")) {
        String path = base.getRawPath();
        text = (path == null || path.isEmpty() ? "/" : path) + location;
      }
      return base.resolve(URI.create(text));
    }

    private IOException refusal(@Nullable String location, String why) {
      String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
      return new IOException(verb + " \"" + location + "\": " + why);
    }

    private void turnTo(int status, URI next) {
      boolean keeps = status == TEMPORARY_REDIRECT || status == PERMANENT_REDIRECT;
      if (!keeps) {
        if (!request.method().equals("HEAD")) {
          request.turnInto("GET");
        }
        request.replaceBody(NO_BODY);
        request.headers().remove("content-type");
      }
      URI from = request.uri();
      String host = next.getHost();
      if (host == null || !host.equalsIgnoreCase(from.getHost())) {
        dropCredentials(request.headers());
        request.headers().remove("host");
      }
      refer(request.headers(), from, next);
      request.directTo(next);
    }

    /** Says where the call comes from, unless that would tell of a secure place elsewhere. */
    private void refer(Headers headers, URI from, URI next) {
      boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(next.getScheme());
      if (clientsReferer != null) {
        headers.set("referer", clientsReferer);
      } else if (downgrade) {
        headers.remove("referer");
      } else {
        headers.set("referer", withoutUser(from));
      }
    }

    private static String withoutUser(URI uri) {
      String user = uri.getRawUserInfo();
      String text = uri.toString();
      return user == null ? text : text.replace("//" + user + '@', "//");
    }

    private static void dropCredentials(Headers headers) {
      headers.remove("authorization");
      headers.remove("www-authenticate");
      headers.remove("cookie");
    }
  }
}

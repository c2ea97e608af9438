package io.portcullis.plugins.expression;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions that have to be true of a request. Compiled once; thread-safe. */
public final class RequestChecks {
  private static final System.Logger LOG = System.getLogger(RequestChecks.class.getName());

  /**
   * The first that is not true.
   *
   * @param aboutToken whether it asks for claims, so that the client is not let in
   * @param number its place among those that are not about the token, from 0
   */
  public record Failure(boolean aboutToken, int number) {
    /** KrakenD's words for it. */
    public String message() {
      return "request aborted by evaluator #" + number;
    }
  }

  private record Compiled(String text, CelRuntime.Program program, Failure failure) {}

  private final List<Compiled> checks = new ArrayList<>();
  private final InstantSource clock;

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException when one is no expression about requests
   */
  public RequestChecks(List<String> expressions, InstantSource clock) {
    this.clock = clock;
    CelLanguage language = new CelLanguage(RequestVariables.types());
    int number = 0;
    for (String text : expressions) {
      boolean aboutToken = text.contains(RequestVariables.TOKEN);
      Failure failure = new Failure(aboutToken, aboutToken ? 0 : number++);
      checks.add(new Compiled(text, language.compile(text), failure));
    }
  }

  /** Why a text is no expression about requests; null when it is one. */
  public static @Nullable String refusal(String expression) {
    try {
      new CelLanguage(RequestVariables.types()).compile(expression);
      return null;
    } catch (IllegalArgumentException refused) {
      return refused.getMessage();
    }
  }

  /** The first that is not true, or that cannot be evaluated; null when all are. */
  public @Nullable Failure firstFailure(RequestFacts request) {
    RequestVariables variables = new RequestVariables(request, clock);
    for (Compiled check : checks) {
      if (!isTrue(check, variables)) {
        return check.failure;
      }
    }
    return null;
  }

  private static boolean isTrue(Compiled check, RequestVariables variables) {
    try {
      return Boolean.TRUE.equals(check.program.eval(variables));
    } catch (CelEvaluationException | RuntimeException failed) {
      LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", check.text, CelLanguage.oneLine(failed));
      return false;
    }
  }
}

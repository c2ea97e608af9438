package io.portcullis.plugins.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses the part of Lua that templates need: {@code headers}, {@code query_params}, {@code
 * uri_captures} and {@code shared} (always nil), indexed by a name, a string or a number; literals;
 * {@code or}, {@code and}, {@code not}, {@code ..}, {@code ==}, {@code ~=}; parentheses; and the
 * functions {@code lower}, {@code upper}, {@code sub} and {@code tostring}. Precedence is Lua's.
 */
final class TemplateParser {
  private static final int MAX_DEPTH = 100;
  private static final Set<String> METHODS = Set.of("lower", "upper", "sub");
  private static final TemplateExpression NIL = new TemplateExpression.Constant(null);

  private final String source;
  private int at;
  private int depth;

  private TemplateParser(String source) {
    this.source = source;
  }

  /**
   * Where the parenthesis before {@code from} is closed; parentheses inside count, those in strings
   * do not.
   *
   * @return -1 if it is not
   */
  static int closing(String text, int from) {
    int open = 1;
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(') {
        open++;
      } else if (c == ')' && --open == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Parses an expression.
   *
   * @throws TemplateException if it is not in the language
   */
  static TemplateExpression parse(String text) {
    TemplateParser parser = new TemplateParser(text);
    TemplateExpression expression = parser.either();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.unexpected("the end");
    }
    return expression;
  }

  private TemplateExpression either() {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("the expression is nested too deeply");
    }
    TemplateExpression left = both();
    while (takeWord("or")) {
      left = new TemplateExpression.Binary("or", left, both());
    }
    depth--;
    return left;
  }

  private TemplateExpression both() {
    TemplateExpression left = comparison();
    while (takeWord("and")) {
      left = new TemplateExpression.Binary("and", left, comparison());
    }
    return left;
  }

  private TemplateExpression comparison() {
    TemplateExpression left = joined();
    while (true) {
      String operator = take("==") ? "==" : take("~=") ? "~=" : null;
      if (operator == null) {
        return left;
      }
      left = new TemplateExpression.Binary(operator, left, joined());
    }
  }

  private TemplateExpression joined() {
    List<TemplateExpression> parts = new ArrayList<>(List.of(unary()));
    while (take("..")) {
      parts.add(unary());
    }
    TemplateExpression whole = parts.getLast();
    for (int i = parts.size() - 2; i >= 0; i--) {
      whole = new TemplateExpression.Binary("..", parts.get(i), whole);
    }
    return whole;
  }

  private TemplateExpression unary() {
    int negations = 0;
    while (takeWord("not")) {
      negations++;
    }
    TemplateExpression value = called();
    for (int i = 0; i < negations; i++) {
      value = new TemplateExpression.Not(value);
    }
    return value;
  }

  private TemplateExpression called() {
    TemplateExpression value = primary();
    while (take(":")) {
      value = call(name(), value);
    }
    return value;
  }

  private TemplateExpression primary() {
    skipSpace();
    if (at >= source.length()) {
      throw unexpected("a value");
    }
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      return new TemplateExpression.Constant(OctetText.of(string()));
    }
    if (isDigit(c) || c == '-') {
      return new TemplateExpression.Constant(number());
    }
    if (take("(")) {
      TemplateExpression inner = either();
      expect(")");
      return inner;
    }
    int start = at;
    String name = name();
    return switch (name) {
      case "nil" -> NIL;
      case "true" -> new TemplateExpression.Constant(true);
      case "false" -> new TemplateExpression.Constant(false);
      case "headers" -> TemplateExpression.Header.named(index());
      case "query_params" -> new TemplateExpression.Argument(index());
      case "uri_captures" -> new TemplateExpression.Capture(index());
      case "shared" -> {
        index();
        yield NIL;
      }
      case "string" -> {
        expect(".");
        yield call(name(), null);
      }
      case "tostring" -> call(name, null);
      default -> {
        at = start;
        throw unexpected("headers, query_params, uri_captures, shared or a literal");
      }
    };
  }

  /**
   * @param subject what a method is called on; null for a function
   */
  private TemplateExpression call(String function, @Nullable TemplateExpression subject) {
    boolean known = function.equals("tostring") ? subject == null : METHODS.contains(function);
    if (!known) {
      throw new TemplateException("the function '" + function + "' is not known in templates");
    }
    List<TemplateExpression> arguments = new ArrayList<>();
    if (subject != null) {
      arguments.add(subject);
    }
    expect("(");
    if (!take(")")) {
      do {
        arguments.add(either());
      } while (take(","));
      expect(")");
    }
    boolean fits =
        function.equals("sub")
            ? arguments.size() == 2 || arguments.size() == 3
            : arguments.size() == 1;
    if (!fits) {
      throw new TemplateException("wrong number of arguments for '" + function + "'");
    }
    return new TemplateExpression.Call(function, List.copyOf(arguments));
  }

  /** {@code .name}, {@code ["name"]} or {@code [1]}. */
  private String index() {
    if (take("[")) {
      skipSpace();
      char c = at < source.length() ? source.charAt(at) : 0;
      String key =
          c == '"' || c == '\''
              ? OctetText.of(string())
              : TemplateExpression.shown(Double.valueOf(number()));
      expect("]");
      return key;
    }
    expect(".");
    return name();
  }

  private String string() {
    char quote = source.charAt(at);
    int start = at++;
    StringBuilder text = new StringBuilder();
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c == quote) {
        return text.toString();
      }
      text.append(c == '\\' ? escaped() : c);
    }
    throw new TemplateException("unfinished string at position " + (start + 1));
  }

  private char escaped() {
    char c = at < source.length() ? source.charAt(at++) : 0;
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '\'' -> c;
      default -> throw new TemplateException("unknown escape at position " + (at - 1));
    };
  }

  private double number() {
    skipSpace();
    int start = at;
    if (at < source.length() && source.charAt(at) == '-') {
      at++;
    }
    while (at < source.length()
        && (isDigit(source.charAt(at))
            || source.charAt(at) == '.' && !source.startsWith("..", at))) {
      at++;
    }
    try {
      return Double.parseDouble(source.substring(start, at));
    } catch (NumberFormatException notOne) {
      at = start;
      throw unexpected("a number");
    }
  }

  private String name() {
    skipSpace();
    int start = at;
    while (at < source.length() && isNamePart(source.charAt(at))) {
      at++;
    }
    if (start == at || isDigit(source.charAt(start))) {
      at = start;
      throw unexpected("a name");
    }
    return source.substring(start, at);
  }

  private boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    if (!source.startsWith(word, at) || end < source.length() && isNamePart(source.charAt(end))) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean take(String text) {
    skipSpace();
    if (!source.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  private void expect(String text) {
    if (!take(text)) {
      throw unexpected("'" + text + "'");
    }
  }

  private void skipSpace() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
  }

  private TemplateException unexpected(String wanted) {
    return new TemplateException(
        "expected "
            + wanted
            + " at position "
            + (at + 1)
            + " of '"
            + source
            + "', found "
            + (at < source.length() ? "'" + source.charAt(at) + "'" : "the end"));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNamePart(char c) {
    return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }
}

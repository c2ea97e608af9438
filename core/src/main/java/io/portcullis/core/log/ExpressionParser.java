package io.portcullis.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses the part of Lua that custom log fields need: one expression of literals, operators and the
 * calls in {@link Function}, with or without {@code return}. Precedence and associativity are
 * Lua's. Anything else is refused with the place and what is understood.
 */
final class ExpressionParser {
  private static final int MAX_DEPTH = 100;
  private static final Set<String> KEYWORDS =
      Set.of(
          "and",
          "break",
          "do",
          "else",
          "elseif",
          "end",
          "false",
          "for",
          "function",
          "if",
          "in",
          "local",
          "nil",
          "not",
          "or",
          "repeat",
          "return",
          "then",
          "true",
          "until",
          "while",
          "goto");

  /** Binary operators from loose to tight; unary ones bind tighter than all of these but ^. */
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("or"),
          List.of("and"),
          List.of("<=", ">=", "~=", "==", "<", ">"),
          List.of(".."),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private final String source;
  private int at;
  private int depth;

  private ExpressionParser(String source) {
    this.source = source;
  }

  /**
   * Parses a chunk.
   *
   * @throws ExpressionException if it is not in the language
   */
  static Expression parse(String chunk) {
    ExpressionParser parser = new ExpressionParser(chunk);
    boolean returns = parser.takeWord("return");
    parser.skipSpace();
    if (parser.atEnd()) {
      if (returns) {
        return new Expression.Constant(null);
      }
      throw parser.unexpected("an expression");
    }
    Expression expression = parser.level(0);
    parser.take(";");
    parser.skipSpace();
    if (!parser.atEnd()) {
      throw parser.unexpected("the end of the expression");
    }
    return expression;
  }

  private Expression level(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    if (++depth > MAX_DEPTH * LEVELS.size()) {
      throw new ExpressionException("expression is nested too deeply");
    }
    Expression left = level(level + 1);
    String operator = takeOperator(LEVELS.get(level));
    while (operator != null) {
      // Concatenation alone associates to the right.
      boolean rightward = operator.equals("..");
      left = new Expression.Binary(operator, left, level(rightward ? level : level + 1));
      operator = rightward ? null : takeOperator(LEVELS.get(level));
    }
    depth--;
    return left;
  }

  private Expression unary() {
    if (takeWord("not")) {
      return new Expression.Unary("not", nested());
    }
    skipSpace();
    if (!lookingAt("--") && take("-")) {
      return new Expression.Unary("-", nested());
    }
    if (take("#")) {
      return new Expression.Unary("#", nested());
    }
    Expression base = primary();
    return take("^") ? new Expression.Binary("^", base, nested()) : base;
  }

  private Expression nested() {
    if (++depth > MAX_DEPTH * LEVELS.size()) {
      throw new ExpressionException("expression is nested too deeply");
    }
    Expression operand = unary();
    depth--;
    return operand;
  }

  private Expression primary() {
    skipSpace();
    if (atEnd()) {
      throw unexpected("a value");
    }
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      return new Expression.Constant(string(c));
    }
    if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
      return new Expression.Constant(number());
    }
    if (take("(")) {
      Expression inner = level(0);
      expect(")");
      return inner;
    }
    if (isLetter(c)) {
      return named();
    }
    throw unexpected("a value");
  }

  private Expression named() {
    int start = at;
    String name = word();
    switch (name) {
      case "nil":
        return new Expression.Constant(null);
      case "true":
        return new Expression.Constant(true);
      case "false":
        return new Expression.Constant(false);
      default:
    }
    if (KEYWORDS.contains(name)) {
      at = start;
      throw unexpected("an expression");
    }
    StringBuilder path = new StringBuilder(name);
    while (!lookingAt("..") && take(".")) {
      skipSpace();
      if (atEnd() || !isLetter(source.charAt(at))) {
        throw unexpected("a name");
      }
      path.append('.').append(word());
    }
    Function function = Function.named(path.toString());
    if (function == null) {
      at = start;
      throw new ExpressionException(
          "'"
              + path
              + "' at position "
              + (start + 1)
              + " is not known here; known are "
              + knownFunctions());
    }
    return new Expression.Call(function, arguments(function));
  }

  private List<Expression> arguments(Function function) {
    List<Expression> arguments = new ArrayList<>(1);
    skipSpace();
    if (!atEnd() && (source.charAt(at) == '"' || source.charAt(at) == '\'')) {
      arguments.add(new Expression.Constant(string(source.charAt(at))));
    } else {
      expect("(");
      if (!take(")")) {
        do {
          arguments.add(level(0));
        } while (take(","));
        expect(")");
      }
    }
    if (arguments.size() != function.arity()) {
      throw new ExpressionException(
          function.luaName()
              + " takes "
              + function.arity()
              + " argument(s), not "
              + arguments.size());
    }
    return List.copyOf(arguments);
  }

  private Double number() {
    int start = at;
    if (lookingAt("0x") || lookingAt("0X")) {
      at += 2;
      int digits = at;
      while (!atEnd() && Character.digit(source.charAt(at), 16) >= 0) {
        at++;
      }
      if (at == digits || at - digits > 15 || (!atEnd() && isLetter(source.charAt(at)))) {
        throw malformedNumber(start);
      }
      return (double) Long.parseLong(source, digits, at, 16);
    }
    while (!atEnd() && (isDigit(source.charAt(at)) || source.charAt(at) == '.')) {
      if (lookingAt("..")) {
        throw malformedNumber(start);
      }
      at++;
    }
    if (lookingAt("e") || lookingAt("E")) {
      at++;
      if (lookingAt("+") || lookingAt("-")) {
        at++;
      }
      while (!atEnd() && isDigit(source.charAt(at))) {
        at++;
      }
    }
    try {
      if (!atEnd() && isLetter(source.charAt(at))) {
        throw malformedNumber(start);
      }
      return Double.valueOf(source.substring(start, at));
    } catch (NumberFormatException e) {
      throw malformedNumber(start);
    }
  }

  private ExpressionException malformedNumber(int start) {
    return new ExpressionException("malformed number at position " + (start + 1));
  }

  private String string(char quote) {
    int start = at++;
    StringBuilder text = new StringBuilder();
    while (true) {
      if (atEnd() || source.charAt(at) == '\n') {
        throw new ExpressionException("unfinished string at position " + (start + 1));
      }
      char c = source.charAt(at++);
      if (c == quote) {
        return text.toString();
      }
      text.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    if (atEnd()) {
      throw new ExpressionException("unfinished string");
    }
    char c = source.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '\'', '\n' -> c;
      default ->
          throw new ExpressionException(
              "unknown escape '\\"
                  + c
                  + "' at position "
                  + (at - 1)
                  + "; known are \\n \\r \\t \\\\"
                  + " and quotes");
    };
  }

  private @Nullable String takeOperator(List<String> operators) {
    skipSpace();
    for (String operator : operators) {
      if (isLetter(operator.charAt(0)) ? takeWord(operator) : take(operator)) {
        return operator;
      }
    }
    return null;
  }

  private boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    if (!lookingAt(word) || (end < source.length() && isNamePart(source.charAt(end)))) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean take(String text) {
    skipSpace();
    if (!lookingAt(text)) {
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

  private String word() {
    int start = at;
    while (!atEnd() && isNamePart(source.charAt(at))) {
      at++;
    }
    return source.substring(start, at);
  }

  private void skipSpace() {
    while (!atEnd() && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
  }

  private boolean lookingAt(String text) {
    return source.startsWith(text, at);
  }

  private boolean atEnd() {
    return at >= source.length();
  }

  private ExpressionException unexpected(String wanted) {
    String found;
    if (atEnd()) {
      found = "the end";
    } else {
      String rest = source.substring(at);
      int space = 0;
      while (space < rest.length() && !Character.isWhitespace(rest.charAt(space))) {
        space++;
      }
      found = "'" + rest.substring(0, Math.min(Math.max(space, 1), 30)) + "'";
    }
    return new ExpressionException(
        "expected "
            + wanted
            + " at position "
            + (at + 1)
            + ", found "
            + found
            + "; one expression is understood here, with or without 'return': literals, operators"
            + " and the functions "
            + knownFunctions());
  }

  private static String knownFunctions() {
    StringBuilder names = new StringBuilder();
    for (Function function : Function.values()) {
      names.append(names.isEmpty() ? "" : ", ").append(function.luaName());
    }
    return names.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isLetter(c) || isDigit(c);
  }
}

package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a template into text and the words of its actions. Markers that trim white space take
 * effect here, and comments vanish. The language is that of Go's {@code text/template}.
 */
final class TemplateLexer {
  private final TemplateSource source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();

  private TemplateLexer(TemplateSource source) {
    this.source = source;
    this.text = source.text();
  }

  /** All tokens; the last is {@link Token.Kind#END}. */
  static List<Token> tokens(TemplateSource source) {
    TemplateLexer lexer = new TemplateLexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    int at = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
      int inside = open + 2;
      boolean trims = charAt(inside) == '-' && isSpace(charAt(inside + 1));
      addText(at, trims ? withoutSpaceBefore(at, open) : open);
      if (trims) {
        inside += 2;
      }
      if (text.startsWith("/*", inside)) {
        at = comment(inside);
      } else {
        tokens.add(new Token(Token.Kind.LEFT, "{{", open, false));
        at = action(inside, open);
      }
    }
    addText(at, text.length());
    tokens.add(new Token(Token.Kind.END, "", text.length(), false));
  }

  private void addText(int start, int end) {
    if (end > start) {
      tokens.add(new Token(Token.Kind.TEXT, text.substring(start, end), start, false));
    }
  }

  private int comment(int start) {
    int end = text.indexOf("*/", start + 2);
    if (end < 0) {
      throw failure(start, "unclosed comment");
    }
    end += 2;
    if (text.startsWith("}}", end)) {
      return end + 2;
    }
    if (closesTrimming(end)) {
      return afterSpace(end + 4);
    }
    throw failure(start, "comment ends before closing delimiter");
  }

  private int action(int start, int open) {
    int at = start;
    int depth = 0;
    boolean spaced = false;
    while (true) {
      boolean trims = closesTrimming(at);
      if (trims || text.startsWith("}}", at)) {
        if (depth > 0) {
          throw failure(at, "unclosed left paren");
        }
        int close = trims ? at + 2 : at;
        tokens.add(new Token(Token.Kind.RIGHT, "}}", close, spaced || trims));
        return trims ? afterSpace(close + 2) : close + 2;
      }
      if (at >= text.length()) {
        throw failure(open, "unclosed action");
      }
      if (isSpace(text.charAt(at))) {
        at++;
        spaced = true;
        continue;
      }
      Token token = token(at, spaced);
      depth += token.is(Token.Kind.OPEN) ? 1 : token.is(Token.Kind.CLOSE) ? -1 : 0;
      if (depth < 0) {
        throw failure(at, "unexpected right paren");
      }
      tokens.add(token);
      at += token.text().length();
      spaced = false;
    }
  }

  private Token token(int at, boolean spaced) {
    char c = text.charAt(at);
    return switch (c) {
      case '|' -> one(Token.Kind.PIPE, at, spaced);
      case '(' -> one(Token.Kind.OPEN, at, spaced);
      case ')' -> one(Token.Kind.CLOSE, at, spaced);
      case ',' -> one(Token.Kind.COMMA, at, spaced);
      case '=' -> one(Token.Kind.ASSIGN, at, spaced);
      case ':' -> {
        if (charAt(at + 1) != '=') {
          throw failure(at, "expected :=");
        }
        yield new Token(Token.Kind.DECLARE, ":=", at, spaced);
      }
      case '"' -> quoted(Token.Kind.STRING, at, spaced, "unterminated quoted string");
      case '\'' -> quoted(Token.Kind.CHARACTER, at, spaced, "unterminated character constant");
      case '`' -> {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
          throw failure(at, "unterminated raw quoted string");
        }
        yield new Token(Token.Kind.RAW_STRING, text.substring(at, end + 1), at, spaced);
      }
      case '$' -> name(Token.Kind.VARIABLE, at, at + 1, spaced);
      case '.' -> dotted(at, spaced);
      default -> {
        if (c == '+' || c == '-' || isDigit(c)) {
          yield number(at, spaced);
        }
        if (isNamePart(at)) {
          yield name(Token.Kind.WORD, at, at, spaced);
        }
        throw failure(at, "unexpected \"" + Character.toString(text.codePointAt(at)) + "\"");
      }
    };
  }

  private Token one(Token.Kind kind, int at, boolean spaced) {
    return new Token(kind, text.substring(at, at + 1), at, spaced);
  }

  private Token dotted(int at, boolean spaced) {
    if (isDigit(charAt(at + 1))) {
      return number(at, spaced);
    }
    return isNamePart(at + 1)
        ? name(Token.Kind.FIELD, at, at + 1, spaced)
        : name(Token.Kind.DOT, at, at + 1, spaced);
  }

  /** A name that goes on from {@code from}; what ends it must not stick to it. */
  private Token name(Token.Kind kind, int start, int from, boolean spaced) {
    int end = from;
    while (isNamePart(end)) {
      end += Character.charCount(text.codePointAt(end));
    }
    if (!endsWord(end)) {
      throw failure(end, "bad character \"" + Character.toString(text.codePointAt(end)) + "\"");
    }
    return new Token(kind, text.substring(start, end), start, spaced);
  }

  private Token quoted(Token.Kind kind, int at, boolean spaced, String unterminated) {
    char quote = text.charAt(at);
    for (int i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return new Token(kind, text.substring(at, i + 1), at, spaced);
      }
      if (c == '\\') {
        i++;
      }
    }
    throw failure(at, unterminated);
  }

  private Token number(int at, boolean spaced) {
    int end = at + 1;
    boolean hexadecimal = false;
    for (; end < text.length(); end++) {
      char c = text.charAt(end);
      char before = Character.toLowerCase(text.charAt(end - 1));
      hexadecimal |= c == 'x' || c == 'X';
      boolean sign = (c == '+' || c == '-') && (before == 'p' || (before == 'e' && !hexadecimal));
      if (!sign && c != '.' && !isNamePart(end)) {
        break;
      }
    }
    return new Token(Token.Kind.NUMBER, text.substring(at, end), at, spaced);
  }

  private boolean closesTrimming(int at) {
    return isSpace(charAt(at)) && charAt(at + 1) == '-' && text.startsWith("}}", at + 2);
  }

  private boolean endsWord(int at) {
    char c = charAt(at);
    return at >= text.length()
        || isSpace(c)
        || c == '.'
        || c == ','
        || c == '|'
        || c == ':'
        || c == '('
        || c == ')'
        || text.startsWith("}}", at);
  }

  private boolean isNamePart(int at) {
    if (at >= text.length()) {
      return false;
    }
    int c = text.codePointAt(at);
    return c == '_' || Character.isLetter(c) || Character.isDigit(c);
  }

  private int withoutSpaceBefore(int start, int end) {
    int at = end;
    while (at > start && isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private int afterSpace(int start) {
    int at = start;
    while (isSpace(charAt(at))) {
      at++;
    }
    return at;
  }

  private char charAt(int at) {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private TemplateException failure(int offset, String message) {
    return new TemplateException(source.place(Math.min(offset, text.length())), message);
  }
}

package io.portcullis.krakend.template;

/**
 * A word of a template.
 *
 * @param text as it is written; text outside of actions after trimming
 * @param spaced whether white space stands before it within the action
 */
record Token(Kind kind, String text, int offset, boolean spaced) {
  enum Kind {
    TEXT,
    LEFT,
    RIGHT,
    FIELD,
    VARIABLE,
    DOT,
    WORD,
    NUMBER,
    CHARACTER,
    STRING,
    RAW_STRING,
    DECLARE,
    ASSIGN,
    PIPE,
    OPEN,
    CLOSE,
    COMMA,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** Whether an operand of a command can begin here. */
  boolean startsOperand() {
    return switch (kind) {
      case FIELD, VARIABLE, DOT, WORD, NUMBER, CHARACTER, STRING, RAW_STRING, OPEN -> true;
      case TEXT, LEFT, RIGHT, DECLARE, ASSIGN, PIPE, CLOSE, COMMA, END -> false;
    };
  }

  Span span() {
    return new Span(offset, offset + text.length());
  }

  /** For messages. */
  String described() {
    return kind == Kind.END ? "end of file" : "\"" + text + "\"";
  }
}

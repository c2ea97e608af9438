package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes definitions of a template file. The grammar is that of Go's {@code text/template}; a
 * function that is not in the table is refused here, before anything runs.
 */
final class TemplateParser {
  private static final int MAX_DEPTH = 100;
  private static final Set<String> KEYWORDS =
      Set.of(
          "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with");

  private final TemplateSource source;
  private final FunctionTable functions;
  private final List<Token> tokens;
  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private List<String> variables = new ArrayList<>();
  private int at;
  private int depth;
  private int ranges;

  private TemplateParser(TemplateSource source, FunctionTable functions) {
    this.source = source;
    this.functions = functions;
    this.tokens = TemplateLexer.tokens(source);
  }

  /**
   * The file's own definition, last, after those that it defines.
   *
   * @throws TemplateException at the first thing that is not in the language
   */
  static List<Definition> parse(String name, TemplateSource source, FunctionTable functions) {
    TemplateParser parser = new TemplateParser(source, functions);
    parser.variables.add("$");
    List<Node> nodes = parser.file();
    parser.define(name, nodes, new Span(0, 0));
    return List.copyOf(parser.definitions.values());
  }

  private List<Node> file() {
    List<Node> nodes = new ArrayList<>();
    while (!peek().is(Token.Kind.END)) {
      if (peek().is(Token.Kind.LEFT) && peek(1).isWord("define")) {
        at += 2;
        definition();
        continue;
      }
      if (closes()) {
        throw unexpected(peek(1), "input");
      }
      nodes.add(node());
    }
    return nodes;
  }

  private void definition() {
    Token name = next();
    String text = name(name, "define clause");
    expect(Token.Kind.RIGHT, "define clause");
    define(text, alone(), name.span());
    expectEnd();
  }

  /** A list with variables of its own, up to its end. */
  private List<Node> alone() {
    List<String> outside = variables;
    int outerRanges = ranges;
    variables = new ArrayList<>(List.of("$"));
    ranges = 0;
    List<Node> nodes = list();
    variables = outside;
    ranges = outerRanges;
    return nodes;
  }

  private void define(String name, List<Node> nodes, Span span) {
    Definition old = definitions.get(name);
    if (old == null || Node.isEmpty(old.nodes())) {
      definitions.put(name, new Definition(name, List.copyOf(nodes), source));
    } else if (!Node.isEmpty(nodes)) {
      throw failure(span.start(), "multiple definition of template \"" + name + "\"");
    }
  }

  /** Nodes up to {@code end} or {@code else}, which is left. */
  private List<Node> list() {
    enter();
    List<Node> nodes = new ArrayList<>();
    while (!closes()) {
      if (peek().is(Token.Kind.END)) {
        throw failure(peek().offset(), "unexpected end of file: an action is not ended");
      }
      nodes.add(node());
    }
    depth--;
    return nodes;
  }

  private boolean closes() {
    return peek().is(Token.Kind.LEFT) && (peek(1).isWord("end") || peek(1).isWord("else"));
  }

  private Node node() {
    Token token = next();
    if (token.is(Token.Kind.TEXT)) {
      return new Node.Text(token.text(), token.offset());
    }
    Token word = peek();
    return switch (word.is(Token.Kind.WORD) ? word.text() : "") {
      case "if" -> branch("if");
      case "with" -> branch("with");
      case "range" -> range();
      case "template" -> invocation();
      case "block" -> block();
      case "break" -> {
        leave(word);
        yield new Node.Break();
      }
      case "continue" -> {
        leave(word);
        yield new Node.Continue();
      }
      default -> new Node.Action(pipeline("command", Token.Kind.RIGHT), token.offset());
    };
  }

  private void leave(Token word) {
    at++;
    expect(Token.Kind.RIGHT, "{{" + word.text() + "}}");
    if (ranges == 0) {
      throw failure(word.offset(), "{{" + word.text() + "}} outside {{range}}");
    }
  }

  private Node branch(String word) {
    at++;
    int mark = variables.size();
    Operand.Pipeline pipeline = pipeline(word, Token.Kind.RIGHT);
    List<Node> body = list();
    List<Node> otherwise = otherwise(word);
    forget(mark);
    return new Node.Branch(word.equals("with"), pipeline, body, otherwise);
  }

  private Node range() {
    at++;
    int mark = variables.size();
    Operand.Pipeline pipeline = pipeline("range", Token.Kind.RIGHT);
    ranges++;
    List<Node> body = list();
    ranges--;
    List<Node> otherwise = otherwise("");
    forget(mark);
    return new Node.Range(pipeline, body, otherwise);
  }

  /** What follows up to the end; {@code else if} shares the end with its {@code if}. */
  private List<Node> otherwise(String chained) {
    if (!peek(1).isWord("else")) {
      expectEnd();
      return List.of();
    }
    at += 2;
    if (!chained.isEmpty() && peek().isWord(chained)) {
      enter();
      Node node = branch(chained);
      depth--;
      return List.of(node);
    }
    expect(Token.Kind.RIGHT, "else");
    List<Node> nodes = list();
    expectEnd();
    return nodes;
  }

  private void expectEnd() {
    expect(Token.Kind.LEFT, "input");
    Token word = next();
    if (!word.isWord("end")) {
      throw failure(word.offset(), "expected end; found " + word.described());
    }
    expect(Token.Kind.RIGHT, "end");
  }

  private Node invocation() {
    at++;
    Token name = next();
    String text = name(name, "template clause");
    if (peek().is(Token.Kind.RIGHT)) {
      at++;
      return new Node.Invoke(text, null, name.span());
    }
    return new Node.Invoke(text, pipeline("template clause", Token.Kind.RIGHT), name.span());
  }

  private Node block() {
    at++;
    Token name = next();
    String text = name(name, "block clause");
    Operand.Pipeline pipeline = pipeline("block clause", Token.Kind.RIGHT);
    define(text, alone(), name.span());
    expectEnd();
    return new Node.Invoke(text, pipeline, name.span());
  }

  private String name(Token token, String context) {
    if (!token.is(Token.Kind.STRING) && !token.is(Token.Kind.RAW_STRING)) {
      throw unexpected(token, context);
    }
    return (String) literal(token);
  }

  private Operand.Pipeline pipeline(String context, Token.Kind end) {
    enter();
    int start = peek().offset();
    List<String> targets = new ArrayList<>(2);
    boolean assigns = targets(context, targets);
    List<Operand.Command> commands = new ArrayList<>();
    do {
      commands.add(command(context, commands.size() + 1));
    } while (take(Token.Kind.PIPE) && !peek().is(end));
    Token close = expect(end, context);
    if (!assigns) {
      variables.addAll(targets);
    }
    depth--;
    int stop = end == Token.Kind.CLOSE ? close.offset() : commands.getLast().span().end();
    return new Operand.Pipeline(
        List.copyOf(targets), assigns, List.copyOf(commands), new Span(start, stop));
  }

  /** The variables that take the pipeline's value; whether they must exist. */
  private boolean targets(String context, List<String> targets) {
    while (peek().is(Token.Kind.VARIABLE)) {
      Token name = peek();
      Token after = peek(1);
      if (after.is(Token.Kind.COMMA)) {
        if (!context.equals("range") || !targets.isEmpty()) {
          throw failure(after.offset(), "too many declarations in " + context);
        }
        if (!peek(2).is(Token.Kind.VARIABLE)) {
          throw failure(peek(2).offset(), "range can only initialize variables");
        }
        targets.add(name.text());
        at += 2;
        continue;
      }
      boolean assigns = after.is(Token.Kind.ASSIGN);
      if (!assigns && !after.is(Token.Kind.DECLARE)) {
        if (!targets.isEmpty()) {
          throw unexpected(after, context);
        }
        return false;
      }
      targets.add(name.text());
      at += 2;
      if (assigns) {
        targets.forEach(target -> known(target, name.offset()));
      }
      return assigns;
    }
    return false;
  }

  private Operand.Command command(String context, int stage) {
    List<Operand> operands = new ArrayList<>();
    while (peek().startsOperand()) {
      if (!operands.isEmpty() && !peek().spaced()) {
        throw unexpected(peek(), "operand");
      }
      operands.add(operand());
    }
    if (operands.isEmpty()) {
      Token token = peek();
      if (token.is(Token.Kind.RIGHT) || token.is(Token.Kind.CLOSE)) {
        throw failure(token.offset(), "missing value for " + context);
      }
      throw unexpected(token, context);
    }
    Operand first = operands.getFirst();
    if (stage > 1
        && (first instanceof Operand.Constant
            || first instanceof Operand.Nil
            || first instanceof Operand.Dot)) {
      throw failure(first.span().start(), "non executable command in pipeline stage " + stage);
    }
    return new Operand.Command(List.copyOf(operands), first.span().to(operands.getLast().span()));
  }

  private Operand operand() {
    Operand term = term();
    List<String> fields = new ArrayList<>();
    Span last = term.span();
    while (peek().is(Token.Kind.FIELD) && !peek().spaced()) {
      Token field = next();
      fields.add(field.text().substring(1));
      last = field.span();
    }
    if (fields.isEmpty()) {
      return term;
    }
    Span span = term.span().to(last);
    return switch (term) {
      case Operand.Field field -> {
        fields.addAll(0, field.names());
        yield new Operand.Field(List.copyOf(fields), span);
      }
      case Operand.Variable variable ->
          new Operand.Variable(variable.name(), List.copyOf(fields), span);
      case Operand.Constant constant -> throw dotAfter(constant);
      case Operand.Nil nil -> throw dotAfter(nil);
      case Operand.Dot dot -> throw dotAfter(dot);
      case Operand.Call call -> new Operand.Chain(call, List.copyOf(fields), span);
      case Operand.Chain chain -> new Operand.Chain(chain, List.copyOf(fields), span);
      case Operand.Pipeline pipeline -> new Operand.Chain(pipeline, List.copyOf(fields), span);
    };
  }

  private TemplateException dotAfter(Operand operand) {
    return failure(
        operand.span().end(), "unexpected . after term \"" + source.slice(operand.span()) + "\"");
  }

  private Operand term() {
    Token token = next();
    return switch (token.kind()) {
      case DOT -> new Operand.Dot(token.span());
      case FIELD -> new Operand.Field(List.of(token.text().substring(1)), token.span());
      case VARIABLE -> {
        known(token.text(), token.offset());
        yield new Operand.Variable(token.text(), List.of(), token.span());
      }
      case NUMBER, CHARACTER, STRING, RAW_STRING ->
          new Operand.Constant(literal(token), token.span());
      case OPEN -> pipeline("parenthesized pipeline", Token.Kind.CLOSE);
      case WORD -> word(token);
      case TEXT, LEFT, RIGHT, DECLARE, ASSIGN, PIPE, CLOSE, COMMA, END ->
          throw unexpected(token, "operand");
    };
  }

  private Operand word(Token token) {
    return switch (token.text()) {
      case "nil" -> new Operand.Nil(token.span());
      case "true", "false" -> new Operand.Constant(Boolean.valueOf(token.text()), token.span());
      default -> {
        if (KEYWORDS.contains(token.text())) {
          throw unexpected(token, "operand");
        }
        TemplateFunction function = functions.find(token.text());
        if (function == null) {
          throw failure(token.offset(), functions.refusal(token.text()));
        }
        yield new Operand.Call(function, token.span());
      }
    };
  }

  private Object literal(Token token) {
    try {
      return switch (token.kind()) {
        case NUMBER -> Literals.number(token.text());
        case CHARACTER -> Literals.character(token.text());
        default -> Literals.string(token.text());
      };
    } catch (FunctionException e) {
      throw failure(token.offset(), String.valueOf(e.getMessage()));
    }
  }

  private void known(String variable, int offset) {
    if (!variables.contains(variable)) {
      throw failure(offset, "undefined variable \"" + variable + "\"");
    }
  }

  private void forget(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw failure(peek().offset(), "actions are nested more than " + MAX_DEPTH + " deep");
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  /** The end is never passed. */
  private Token next() {
    Token token = tokens.get(at);
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  private boolean take(Token.Kind kind) {
    if (!peek().is(kind)) {
      return false;
    }
    at++;
    return true;
  }

  private Token expect(Token.Kind kind, String context) {
    Token token = next();
    if (!token.is(kind)) {
      throw unexpected(token, context);
    }
    return token;
  }

  private TemplateException unexpected(Token token, String context) {
    return failure(token.offset(), "unexpected " + token.described() + " in " + context);
  }

  private TemplateException failure(int offset, String message) {
    return new TemplateException(source.place(offset), message);
  }
}

package io.portcullis.plugins.expression;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;

/**
 * The Common Expression Language with certain variables. An expression does no I/O and ends: loops
 * are over what is there, and bounded.
 */
public final class CelLanguage {
  private static final int LONGEST_LOOP = 10_000;
  private static final int LONGEST_EXPRESSION = 10_000;

  private final CelCompiler compiler;
  private final CelRuntime runtime;

  /** With these variables and no others. */
  public CelLanguage(Map<String, CelType> variables) {
    CelOptions options =
        CelOptions.current()
            .comprehensionMaxIterations(LONGEST_LOOP)
            .maxExpressionCodePointSize(LONGEST_EXPRESSION)
            .build();
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(options)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    variables.forEach(builder::addVar);
    this.compiler = builder.build();
    this.runtime = CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(options).build();
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException when it is no expression
   */
  public CelRuntime.Program compile(String expression) {
    try {
      return runtime.createProgram(compiler.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException refused) {
      throw new IllegalArgumentException(oneLine(refused));
    }
  }

  /** The first line of what it says. */
  public static String oneLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no CEL expression");
  }
}

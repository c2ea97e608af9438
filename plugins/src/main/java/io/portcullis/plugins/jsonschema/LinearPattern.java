package io.portcullis.plugins.jsonschema;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;

/** A regex of a schema, found anywhere in a text, in time linear in it. */
record LinearPattern(Pattern pattern) implements RegularExpression {

  /**
   * @throws com.google.re2j.PatternSyntaxException for what RE2 does not know
   */
  static LinearPattern of(String regex) {
    return new LinearPattern(Pattern.compile(regex));
  }

  @Override
  public boolean matches(String value) {
    return pattern.matcher(value).find();
  }
}

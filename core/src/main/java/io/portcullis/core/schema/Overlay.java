package io.portcullis.core.schema;

/** A field's description with some attributes replaced, as conditional checks look at it. */
final class Overlay {
  private Overlay() {}

  static FieldSpec of(FieldSpec base, FieldSpec match) {
    FieldSpec merged = base.named(base.name());
    merged.required = match.required == null ? base.required : match.required;
    merged.elements = match.elements == null ? base.elements : match.elements;
    merged.oneOf = match.oneOf.isEmpty() ? base.oneOf : match.oneOf;
    merged.silentlyAccepted =
        match.oneOf.isEmpty() ? base.silentlyAccepted : match.silentlyAccepted;
    merged.notOneOf = match.notOneOf.isEmpty() ? base.notOneOf : match.notOneOf;
    merged.eq = match.eq == null ? base.eq : match.eq;
    merged.ne = match.ne == null ? base.ne : match.ne;
    merged.gt = match.gt == null ? base.gt : match.gt;
    merged.between = match.between == null ? base.between : match.between;
    merged.lenMin = match.lenMin == null ? base.lenMin : match.lenMin;
    merged.lenEq = match.lenEq == null ? base.lenEq : match.lenEq;
    merged.lenMax = match.lenMax == null ? base.lenMax : match.lenMax;
    merged.match = match.match == null ? base.match : match.match;
    merged.matchAny = match.matchAny == null ? base.matchAny : match.matchAny;
    merged.startsWith = match.startsWith == null ? base.startsWith : match.startsWith;
    merged.contains = match.contains == null ? base.contains : match.contains;
    merged.err = match.err == null ? base.err : match.err;
    if (!match.rules.isEmpty()) {
      merged.rules = match.rules;
    }
    return merged;
  }
}

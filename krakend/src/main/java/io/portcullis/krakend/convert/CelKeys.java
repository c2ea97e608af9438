package io.portcullis.krakend.convert;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** Reads expressions that must be true of a request. */
final class CelKeys {
  private CelKeys() {}

  /** Adds the checks that can be made; those about answers cannot. */
  static void take(List<Section> checks, ArrayNode list, Findings findings) {
    for (Section check : checks) {
      String expression = check.text("check_expr", "");
      if (expression.contains("resp_")) {
        findings.warning(
            check.at("check_expr"), "expressions about answers are not supported and left out");
      } else {
        list.addObject().put("check_expr", expression);
      }
      check.ignore("has no effect here", "mod_expr");
      check.finish();
    }
  }
}

package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Arguments;
import io.portcullis.admin.wire.LuaNumber;
import io.portcullis.admin.wire.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of a list that is not in the order of ids: its offset is the number of the row that it
 * starts with, and a size has no bounds.
 *
 * @param size rows at most; 0 gives a page without rows
 * @param offset rows before it
 */
record RowPage(int size, int offset) {
  private static final int DEFAULT_SIZE = 100;

  /**
   * Reads {@code size} and {@code offset}.
   *
   * @throws Refusal 400 with code 9 or 7 when they are no whole numbers from 0 up
   */
  static RowPage of(Arguments query) {
    Optional<String> size = query.first("size");
    Optional<String> offset = query.first("offset");
    return new RowPage(
        size.map(RowPage::size).orElse(DEFAULT_SIZE), offset.map(RowPage::offset).orElse(0));
  }

  /** The page of {@code rows}, in the envelope of all lists. */
  AdminResponse answer(AdminRequest request, List<? extends JsonNode> rows) {
    return AdminResponse.json(200, envelope(request, rows));
  }

  /** The same before it is an answer. */
  ObjectNode envelope(AdminRequest request, List<? extends JsonNode> rows) {
    int from = Math.min(offset, rows.size());
    int to = (int) Math.min((long) from + size, rows.size());
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ArrayNode data = envelope.putArray("data");
    rows.subList(from, to).forEach(data::add);
    if (to == rows.size()) {
      envelope.putNull("next");
    } else {
      envelope.put("next", request.path() + "?offset=" + to);
      envelope.put("offset", Integer.toString(to));
    }
    return envelope;
  }

  private static int size(String text) {
    OptionalDouble number = LuaNumber.parse(text);
    if (number.isEmpty()) {
      throw Refusal.coded(400, 9, "invalid size", "size must be a number");
    }
    double value = number.getAsDouble();
    if (!(value >= 0) || value != Math.rint(value)) {
      throw Refusal.coded(400, 9, "invalid size", "size must be an integer from 0 up");
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static int offset(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw Refusal.coded(
          400,
          7,
          "invalid offset",
          "'" + text + "' is not a valid offset: expected the number of a row");
    }
    return Integer.parseInt(text);
  }
}

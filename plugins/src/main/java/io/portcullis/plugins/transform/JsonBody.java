package io.portcullis.plugins.transform;

import io.portcullis.core.plugin.BodyFilter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Holds one answer's body back until it is complete, and sends it changed. */
public final class JsonBody implements BodyFilter {
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final JsonObjects json;
  private final Predicate<ObjectNode> change;
  private final int limit;

  /**
   * @param change changes the object and says whether it did; a body that is left alone, or that is
   *     no object, goes out as it came
   * @param limit octets; a longer body breaks off, because what was to be changed must not reach
   *     the client
   */
  public JsonBody(JsonObjects json, Predicate<ObjectNode> change, int limit) {
    this.json = json;
    this.change = change;
    this.limit = limit;
  }

  @Override
  public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
    if (collected.size() + (long) chunk.remaining() > limit) {
      throw new IllegalStateException("a JSON body of more than " + limit + " octets");
    }
    byte[] octets = new byte[chunk.remaining()];
    chunk.get(octets);
    collected.writeBytes(octets);
    if (!last || collected.size() == 0) {
      return;
    }
    byte[] body = collected.toByteArray();
    ObjectNode object = json.read(body);
    if (object != null && change.test(object)) {
      body = json.write(object);
    }
    out.accept(ByteBuffer.wrap(body));
  }
}

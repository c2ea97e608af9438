package io.portcullis.plugins.responsetransformer;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.plugins.transform.JsonObjects;
import io.portcullis.plugins.transform.MemberEdits;
import io.portcullis.plugins.transform.TemplateSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Holds one answer's body back until it is complete, and sends it changed. */
final class JsonBody implements BodyFilter {
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final JsonObjects json;
  private final MemberEdits edits;
  private final int limit;

  /**
   * @param limit octets; a longer body breaks off, because what was to be taken out of it must not
   *     reach the client
   */
  JsonBody(JsonObjects json, MemberEdits edits, int limit) {
    this.json = json;
    this.edits = edits;
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
    if (object != null && edits.apply(object, TemplateSource.NOTHING)) {
      body = json.write(object);
    }
    out.accept(ByteBuffer.wrap(body));
  }
}

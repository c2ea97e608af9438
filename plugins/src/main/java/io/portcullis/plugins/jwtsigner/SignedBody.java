package io.portcullis.plugins.jwtsigner;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.plugins.transform.JsonObjects;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.Key;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds one answer's body back until it is complete, and sends it with its tokens. */
final class SignedBody implements BodyFilter {
  /** A longer body breaks off, because what was to be signed must not go out as it is: 16 MiB. */
  private static final int LIMIT = 16 << 20;

  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final JsonObjects json;
  private final List<String> members;
  private final TokenSigner signer;
  private final Key key;

  SignedBody(JsonObjects json, List<String> members, TokenSigner signer, Key key) {
    this.json = json;
    this.members = members;
    this.signer = signer;
    this.key = key;
  }

  @Override
  public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
    if (collected.size() + (long) chunk.remaining() > LIMIT) {
      throw new IllegalStateException("a body to be signed of more than " + LIMIT + " octets");
    }
    byte[] octets = new byte[chunk.remaining()];
    chunk.get(octets);
    collected.writeBytes(octets);
    if (!last || collected.size() == 0) {
      return;
    }
    byte[] body = collected.toByteArray();
    ObjectNode object = json.read(body);
    out.accept(ByteBuffer.wrap(object == null || !sign(object) ? body : json.write(object)));
  }

  private boolean sign(ObjectNode object) {
    boolean signed = false;
    for (String member : members) {
      JsonNode value = object.get(member);
      if (value != null && value.isObject()) {
        object.put(member, signer.sign(value, key));
        signed = true;
      }
    }
    return signed;
  }
}

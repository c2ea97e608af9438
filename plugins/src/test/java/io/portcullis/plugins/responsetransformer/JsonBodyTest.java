package io.portcullis.plugins.responsetransformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.portcullis.plugins.transform.JsonObjects;
import io.portcullis.plugins.transform.MemberEdits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
  private final List<ByteBuffer> sent = new ArrayList<>();

  @Test
  void nothing_of_a_body_that_is_too_long_leaves() {
    MemberEdits edits = new MemberEdits(List.of("a"), List.of(), List.of(), List.of(), List.of());
    JsonBody body = new JsonBody(new JsonObjects(), edits, 10);

    body.filter(ByteBuffer.wrap(new byte[10]), false, sent::add);

    assertThatIllegalStateException()
        .isThrownBy(() -> body.filter(ByteBuffer.wrap(new byte[1]), false, sent::add));
    assertThat(sent).isEmpty();
  }
}

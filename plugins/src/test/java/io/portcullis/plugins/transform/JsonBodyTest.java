package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
  private final List<ByteBuffer> sent = new ArrayList<>();

  @Test
  void nothing_of_a_body_that_is_too_long_leaves() {
    MemberEdits edits = new MemberEdits(List.of("a"), List.of(), List.of(), List.of(), List.of());
    JsonBody body =
        new JsonBody(new JsonObjects(), object -> edits.apply(object, TemplateSource.NOTHING), 10);

    body.filter(ByteBuffer.wrap(new byte[10]), false, sent::add);

    assertThatIllegalStateException()
        .isThrownBy(() -> body.filter(ByteBuffer.wrap(new byte[1]), false, sent::add));
    assertThat(sent).isEmpty();
  }
}

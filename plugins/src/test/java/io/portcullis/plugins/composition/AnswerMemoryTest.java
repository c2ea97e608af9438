package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AnswerMemoryTest {
  private final AnswerMemory memory = new AnswerMemory(100);

  @Test
  void requests_share_it_and_get_it_back_when_one_is_closed() {
    AnswerMemory.Share one = memory.share();
    AnswerMemory.Share other = memory.share();

    assertThat(one.take(60)).isTrue();
    assertThat(other.take(60)).isFalse();
    assertThat(other.take(40)).isTrue();
    one.close();
    assertThat(other.take(60)).isTrue();
    assertThat(other.take(1)).isFalse();
  }

  @Test
  void what_is_closed_takes_no_more_and_gives_back_once() {
    AnswerMemory.Share one = memory.share();
    AnswerMemory.Share beside = one.another();
    assertThat(beside.take(50)).isTrue();

    beside.close();
    beside.close();

    assertThat(beside.take(1)).isFalse();
    assertThat(one.take(100)).isTrue();
    assertThat(one.take(1)).isFalse();
  }
}

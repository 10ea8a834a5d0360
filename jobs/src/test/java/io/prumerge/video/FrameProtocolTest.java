package io.prumerge.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameProtocolTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lmms-eval:8",
        "qwen2:1",
        "qwen3:2fps",
        "internvl:0.5fps",
        "vlmevalkit:64",
        "vlmevalkit-mvbench:999999",
        "given:8",
        "given:2fps",
        "given-vlmevalkit:16"
      })
  void aProtocolIsReadAndPrintedAlike(String text) {
    assertThat(FrameProtocol.parse(text)).hasToString(text);
  }

  @Test
  void rulesAndNumbersAreCrossed() {
    List<FrameNumber> numbers = List.of(FrameNumber.of(4), FrameNumber.of(8));
    assertThat(
            AskedRule.all(Stream.of("lmms-eval", "qwen2").map(AskedRule::parse).toList(), numbers))
        .extracting(AskedRule::toString)
        .containsExactly("lmms-eval:4", "lmms-eval:8", "qwen2:4", "qwen2:8");
  }

  @Test
  void spellingsOfOneNumberAreOneProtocol() {
    assertThat(FrameProtocol.parse("internvl:2.0fps"))
        .isEqualTo(FrameProtocol.parse("internvl:2fps"))
        .hasToString("internvl:2fps");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen2 | A protocol of frames is RULE:N, such as lmms-eval:8, not 'qwen2'",
        "lmms-evl:8 | Unknown rule of frames 'lmms-evl'; known: lmms-eval, qwen2, qwen3, internvl,"
            + " vlmevalkit, vlmevalkit-mvbench, given, given-vlmevalkit; did you mean lmms-eval?",
        "qwen2:0 | The number of frames must be from 1 to 999999, or frames per second such as"
            + " 2fps, not '0'",
        "qwen2:-8 | The number of frames must be from 1 to 999999, or frames per second such as"
            + " 2fps, not '-8'",
        "qwen2:0fps | The number of frames must be from 1 to 999999, or frames per second such as"
            + " 2fps, not '0fps'",
        "qwen2: | The number of frames must be from 1 to 999999, or frames per second such as"
            + " 2fps, not ''",
        "lmms-eval:2fps | The rule lmms-eval cannot choose frames by time (2fps); give it a number"
            + " of frames of its own, as in lmms-eval:8"
      })
  void aWrongProtocolIsRefused(String text, String message) {
    assertThatThrownBy(() -> FrameProtocol.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}

package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AskedFramesTest {

  private static final List<String> KNOWN =
      List.of("lmms-eval:4", "lmms-eval:8", "qwen2:4", "qwen2:8", "qwen2:2fps");

  private static List<FrameProtocol> protocols(String... spelt) {
    return Stream.of(spelt).map(FrameProtocol::parse).toList();
  }

  private static AskedFrames asked(List<String> rules, String... numbers) {
    return AskedFrames.of(rules, List.of(numbers));
  }

  private static List<String> among(AskedFrames asked, String... known) {
    return asked.among(protocols(known), List.of("mvbench")).stream()
        .map(FrameProtocol::toString)
        .toList();
  }

  private static List<String> amongKnown(AskedFrames asked) {
    return among(asked, KNOWN.toArray(String[]::new));
  }

  @Test
  void whatIsLeftOpenIsAllThatTheExamplesHave() {
    assertThat(amongKnown(AskedFrames.ANY)).isEqualTo(KNOWN);
    assertThat(amongKnown(asked(List.of("qwen2")))).isEqualTo(KNOWN.subList(2, 5));
    assertThat(amongKnown(asked(List.of(), "8"))).containsExactly("lmms-eval:8", "qwen2:8");
    assertThat(amongKnown(asked(List.of(), "2.0fps"))).containsExactly("qwen2:2fps");
    assertThat(among(AskedFrames.ANY)).as("of pictures").isEmpty();
  }

  @Test
  void namedOnesComeInTheirOrder() {
    assertThat(amongKnown(asked(List.of("qwen2", "lmms-eval"), "8", "4")))
        .containsExactly("qwen2:8", "qwen2:4", "lmms-eval:8", "lmms-eval:4");
  }

  @Test
  void aRuleMayHaveItsNumber() {
    assertThat(amongKnown(asked(List.of("qwen2:2.0fps", "lmms-eval:8"))))
        .containsExactly("qwen2:2fps", "lmms-eval:8");
    assertThat(amongKnown(asked(List.of("qwen2:2fps", "lmms-eval"), "4", "8")))
        .as("numbers go with the others")
        .containsExactly("qwen2:2fps", "lmms-eval:4", "lmms-eval:8");
    assertThat(amongKnown(asked(List.of("lmms-eval:8", "qwen2"))))
        .as("of others any")
        .containsExactly("lmms-eval:8", "qwen2:4", "qwen2:8", "qwen2:2fps");
    assertThat(asked(List.of("qwen2"), "8")).isEqualTo(asked(List.of("qwen2:8")));
    assertThatThrownBy(() -> asked(List.of("qwen2:8", "lmms-eval:4"), "8"))
        .hasMessage(
            "frames 8 goes with rules that framesBy names without a number; qwen2:8 lmms-eval:4 has"
                + " each its own");
    assertThatThrownBy(() -> asked(List.of("qwen2:8", "qwen2"), "8"))
        .hasMessage("framesBy and frames name qwen2:8 twice");
    assertThatThrownBy(() -> asked(List.of("lmms-eval", "qwen2"), "8", "2fps"))
        .hasMessage(
            "The rule lmms-eval cannot choose frames by time (2fps); give it a number of frames of"
                + " its own, as in lmms-eval:8");
  }

  @Test
  void refusesWhatTheExamplesLackWithTheCommandThatAddsIt() {
    assertThatThrownBy(() -> among(asked(List.of("qwen2", "internvl"), "8"), "qwen2:4", "qwen2:8"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "The examples of mvbench have no frames of internvl:8; they have those of qwen2:4,"
                + " qwen2:8. Choose among these, or prepare the videos again: prepare benchmark"
                + " mvbench source DIR framesBy qwen2:4 qwen2:8 internvl:8 output DIR");
    assertThatThrownBy(() -> among(asked(List.of("internvl")), "qwen2:4"))
        .hasMessageContaining("have no frames of the rule internvl; they have those of qwen2:4")
        .hasMessageContaining("framesBy qwen2:4 internvl:N output");
    assertThatThrownBy(() -> among(asked(List.of("qwen2", "internvl")), "qwen2:4"))
        .as("one of two rules")
        .hasMessageContaining("have no frames of the rule internvl; they have those of qwen2:4");
    assertThatThrownBy(() -> among(asked(List.of("lmms-eval:8", "qwen2")), "qwen2:4"))
        .hasMessageContaining("have no frames of lmms-eval:8; they have those of qwen2:4");
    assertThatThrownBy(() -> among(asked(List.of(), "16"), "qwen2:4"))
        .hasMessageContaining("have no frames of 16 frames")
        .hasMessageContaining("framesBy qwen2:4 RULE:16 output");
    assertThatThrownBy(() -> among(asked(List.of(), "16")))
        .hasMessage(
            "Cannot choose frames of mvbench, whose examples have no video; leave out framesBy and"
                + " frames");
  }

  @Test
  void refusesUnknownRulesAndNumbersAtOnce() {
    for (AskedFramesOf wrong :
        List.<AskedFramesOf>of(
            () -> asked(List.of("qwen9")),
            () -> asked(List.of("qwen9"), "8"),
            () -> asked(List.of(), "0"),
            () -> asked(List.of(), "many"),
            () -> asked(List.of("lmms-eval"), "2fps"),
            () -> asked(List.of("qwen2", "qwen2")),
            () -> asked(List.of("qwen2:2fps", "qwen2:2.0fps")),
            () -> asked(List.of("qwen2:")),
            () -> asked(List.of("lmms-eval:2fps")),
            () -> asked(List.of(), "2fps", "2.0fps"),
            () -> asked(List.of(), "8", "8"))) {
      assertThatThrownBy(wrong::get).isInstanceOf(UsageException.class);
    }
  }

  private interface AskedFramesOf {
    AskedFrames get();
  }

  @Test
  void aFinishedRunHasWhatItHad() {
    assertThat(AskedFrames.ANY.of(List.of(""))).containsExactly("");
    assertThat(AskedFrames.ANY.of(KNOWN)).isEqualTo(KNOWN);
    assertThat(asked(List.of("qwen2"), "8").of(KNOWN)).containsExactly("qwen2:8");
    assertThat(asked(List.of("qwen2"), "8").of(List.of(""))).containsExactly("qwen2:8");
    assertThat(asked(List.of("qwen2")).of(KNOWN)).isEqualTo(KNOWN.subList(2, 5));
    assertThat(asked(List.of("qwen2")).of(List.of(""))).containsExactly("the rule qwen2");
    assertThat(asked(List.of("qwen2", "internvl")).of(List.of("qwen2:4")))
        .containsExactly("qwen2:4", "the rule internvl");
  }
}

package io.prumerge.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the rules with what transformers 4.57.1 and numpy choose. */
class FrameRuleTest {

  private static final Map<String, String> PROTOCOLS =
      Map.ofEntries(
          Map.entry("qwen2_fps1", "qwen2:1fps"),
          Map.entry("qwen2_fps2", "qwen2:2fps"),
          Map.entry("qwen2_fps4", "qwen2:4fps"),
          Map.entry("qwen2_num8", "qwen2:8"),
          Map.entry("qwen3_fps2", "qwen3:2fps"),
          Map.entry("qwen3_num8", "qwen3:8"),
          Map.entry("internvl_num8", "internvl:8"),
          Map.entry("internvl_num32", "internvl:32"),
          Map.entry("lmms_linspace8", "lmms-eval:8"),
          Map.entry("lmms_linspace32", "lmms-eval:32"));

  private static VideoClip clip(int frames, double rate) {
    return new VideoClip(
        frames, OptionalDouble.of(rate), OptionalDouble.empty(), OptionalDouble.empty());
  }

  private static List<Integer> chosen(String protocol, VideoClip clip) {
    return IntStream.of(FrameProtocol.parse(protocol).choose(clip)).boxed().toList();
  }

  private static List<Integer> chosen(String protocol, int frames) {
    return chosen(protocol, clip(frames, 30));
  }

  @Test
  void everyRuleChoosesAsItsReference() throws IOException {
    JsonNode clips;
    try (InputStream in = getClass().getResourceAsStream("/goldens/video/sampling.json")) {
      clips = new ObjectMapper().readTree(in);
    }
    int compared = 0;
    for (JsonNode golden : clips) {
      VideoClip clip = clip(golden.get("frames").intValue(), golden.get("fps").doubleValue());
      for (Map.Entry<String, String> rule : PROTOCOLS.entrySet()) {
        JsonNode wanted = golden.get(rule.getKey());
        if (wanted.isTextual()) {
          assertThatThrownBy(() -> chosen(rule.getValue(), clip)).isInstanceOf(DataException.class);
        } else {
          compare(chosen(rule.getValue(), clip), wanted, rule.getValue() + " of " + clip);
        }
        compared++;
      }
    }
    assertThat(compared).isEqualTo(50);
  }

  /** Long ones are given by their ends and sum. */
  private static void compare(List<Integer> chosen, JsonNode wanted, String name) {
    ObjectMapper json = new ObjectMapper();
    if (wanted.isArray()) {
      assertThat(json.<JsonNode>valueToTree(chosen)).as(name).isEqualTo(wanted);
      return;
    }
    assertThat(chosen).as(name).hasSize(wanted.get("count").intValue());
    assertThat(json.<JsonNode>valueToTree(chosen.subList(0, wanted.get("first").size())))
        .as(name)
        .isEqualTo(wanted.get("first"));
    assertThat(
            json.<JsonNode>valueToTree(
                chosen.subList(chosen.size() - wanted.get("last").size(), chosen.size())))
        .as(name)
        .isEqualTo(wanted.get("last"));
    assertThat(chosen.stream().mapToInt(Integer::intValue).sum())
        .as(name)
        .isEqualTo(wanted.get("sum").intValue());
  }

  /**
   * Computed by the formulas. Of MVBench's they take {@code max_frame} for the number of frames,
   * where the harness takes one less: they are those of a clip with a frame more.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vlmevalkit:8 | 30 | 3 6 10 13 16 20 23 26",
        "vlmevalkit:8 | 90 | 10 20 30 40 50 60 70 80",
        "vlmevalkit:8 | 301 | 33 66 100 133 167 200 234 267",
        "vlmevalkit:8 | 1000 | 111 222 333 444 555 666 777 888",
        "vlmevalkit:8 | 9000 | 1000 2000 3000 4000 5000 6000 7000 8000",
        "vlmevalkit-mvbench:8 | 31 | 1 5 9 12 16 20 23 27",
        "vlmevalkit-mvbench:8 | 91 | 5 16 27 39 50 61 73 84",
        "vlmevalkit-mvbench:8 | 302 | 18 56 93 131 168 206 244 281",
        "vlmevalkit-mvbench:8 | 1001 | 62 187 312 437 562 687 812 937",
        "vlmevalkit-mvbench:8 | 90 | 5 16 27 38 49 61 72 83"
      })
  void theRulesOfVlmEvalKitAreItsFormulas(String protocol, int frames, String wanted) {
    assertThat(chosen(protocol, frames))
        .extracting(String::valueOf)
        .containsExactly(wanted.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lmms-eval:3 | 1 | 0 0 0",
        "lmms-eval:1 | 9 | 0",
        "lmms-eval:5 | 3 | 0 0 1 1 2",
        "qwen3:3 | 1 | 0 0 0",
        "qwen3:1 | 9 | 0",
        "qwen3:5 | 3 | 0 0 1 2 2", // numpy rounds 0.5 and 1.5 half to even
        "qwen2:3 | 9 | 0 2 4 6", // 3 / 2 is rounded to 2 pairs
        "qwen2:5 | 9 | 0 2 4 6", // 5 / 2 is rounded to 2 pairs, half to even
        "internvl:1 | 9 | 4",
        "internvl:9 | 9 | 0 1 2 3 4 5 6 7 8",
        "vlmevalkit:3 | 1 | 0 0 0",
        "vlmevalkit:1 | 9 | 4",
        "vlmevalkit-mvbench:3 | 1 | 0 0 0",
        "vlmevalkit-mvbench:1 | 9 | 4"
      })
  void fewFramesAndOddNumbersAreThoseOfTheFormulas(String protocol, int frames, String wanted) {
    assertThat(chosen(protocol, frames))
        .extracting(String::valueOf)
        .containsExactly(wanted.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen2:1 | 9 | It rounds the number of frames to an even one, which is 0",
        "qwen2:4 | 3 | It takes no frame twice: it asks for 4 of 3 frames",
        "qwen2:3 | 3 | It takes no frame twice: it asks for 4 of 3 frames",
        "qwen2:2fps | 1 | It takes pairs of frames, and there is 1 frame",
        "internvl:4 | 3 | It takes no frame twice: it asks for 4 of 3 frames",
        "internvl:2fps | 3 | The clip is too short for a frame at this rate",
        "vlmevalkit:2fps | 3 | The clip is too short for a frame at this rate",
        "qwen2:14 | 17 | Its steps end behind the last frame, as in its reference: frame 17 of 17,"
            + " counted from 0"
      })
  void aRuleThatCannotChooseSaysWhy(String protocol, int frames, String message) {
    assertThatThrownBy(() -> chosen(protocol, frames))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  /** As VLMEvalKit's {@code get_index} with bounds: frames 60 to 180 of 300, at 30 a second. */
  @Test
  void aPartIsCutToTheNearestFrames() {
    VideoClip part =
        new VideoClip(300, OptionalDouble.of(30), OptionalDouble.of(2), OptionalDouble.of(6));
    assertThat(part.first()).isEqualTo(60);
    assertThat(part.count()).isEqualTo(121);
    assertThat(chosen("vlmevalkit-mvbench:4", part)).containsExactly(75, 105, 135, 165);
    assertThat(chosen("lmms-eval:3", part)).containsExactly(60, 120, 180);

    VideoClip beyond =
        new VideoClip(300, OptionalDouble.of(30), OptionalDouble.of(-1), OptionalDouble.of(100));
    assertThat(beyond.first()).isZero();
    assertThat(beyond.count()).isEqualTo(300);
    VideoClip half =
        new VideoClip(9, OptionalDouble.of(1), OptionalDouble.of(2.5), OptionalDouble.of(3.5));
    assertThat(half.first()).as("half to even").isEqualTo(2);
    assertThat(half.count()).isEqualTo(3);
  }

  @Test
  void aClipWithoutFramesIsRefused() {
    assertThatThrownBy(() -> clip(0, 30))
        .hasMessage("Cannot choose frames of a video that has none");
    assertThatThrownBy(() -> clip(5, 0))
        .hasMessage("The frames per second of a video must be a positive number, not 0.0");
    assertThatThrownBy(
            () ->
                new VideoClip(9, OptionalDouble.of(1), OptionalDouble.of(8), OptionalDouble.of(3)))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot cut a video of 9 frames at 8.0 s and 3.0 s: there is no frame between");
    assertThatThrownBy(
            () ->
                new VideoClip(
                    9, OptionalDouble.empty(), OptionalDouble.of(8), OptionalDouble.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("frames per second are unknown");
  }

  /** No rule chooses a frame that is not there, whatever is asked for. */
  @ParameterizedTest
  @EnumSource(
      names = {"GIVEN", "GIVEN_VLMEVALKIT"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyChosenFrameIsInTheClip(FrameRule rule) {
    for (int frames = 1; frames < 80; frames++) {
      for (int wanted = 1; wanted < 40; wanted++) {
        try {
          assertThat(chosen(rule.label() + ":" + wanted, frames))
              .isSorted()
              .allMatch(frame(frames)::contains);
        } catch (DataException e) {
          assertThat(rule).isIn(FrameRule.QWEN2, FrameRule.INTERNVL);
        }
      }
    }
  }

  private static List<Integer> frame(int frames) {
    return IntStream.range(0, frames).boxed().toList();
  }
}

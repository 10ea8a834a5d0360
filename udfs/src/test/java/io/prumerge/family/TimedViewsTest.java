package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import io.prumerge.image.ViewGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The seconds in the text of Qwen3-VL's videos, against transformers. */
class TimedViewsTest {

  private static final TimedViews TEXTS = new TimedViews("|");

  private static String text(int frames, FrameTimes times) {
    return TEXTS.of(ViewGrid.video(32, 32, new SeenFrames(frames, 2, times)));
  }

  @Test
  void secondsAreRoundedAsTransformersDoes() throws IOException {
    JsonNode cases = Goldens.json("qwen3-video/qwen3-video.json").get("times");
    assertThat(cases).hasSize(13);
    for (JsonNode one : cases) {
      FrameTimes times =
          FrameTimes.at(List.of(one.get(0).get(0).asDouble(), one.get(0).get(1).asDouble()));
      assertThat(text(2, times)).isEqualTo(one.get(1).asText() + "|");
    }
  }

  /** From outside this repository. */
  @Test
  void secondsAreTheVectors() throws IOException {
    JsonNode cases = Goldens.json("qwen3-video/inputs.json").get("qwen3_timestamps");
    assertThat(cases).hasSize(3);
    for (JsonNode one : cases) {
      List<Double> seconds = new ArrayList<>();
      one.get("indices").forEach(index -> seconds.add(index.asInt() / one.get("fps").asDouble()));
      StringBuilder expected = new StringBuilder();
      one.get("seconds").forEach(text -> expected.append(text.asText()).append('|'));
      assertThat(text(seconds.size(), FrameTimes.at(seconds))).isEqualTo(expected.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, <0.0 seconds>|", "2, <0.0 seconds>|", "3, <0.0 seconds>|<0.1 seconds>|"})
  void framesThatNobodyTimesFollowAtTransformersRate(int frames, String text) {
    assertThat(text(frames, FrameTimes.UNKNOWN)).isEqualTo(text);
    assertThat(text(frames, FrameTimes.steady(frames, TimedViews.ASSUMED_RATE, true)))
        .isEqualTo(text);
  }

  @Test
  void framesOfARateFollowAtThis() {
    FrameTimes rate = new FrameTimes(List.of(), FrameTimes.steady(1, 2, true).rate(), true);
    assertThat(text(4, rate))
        .isEqualTo(text(4, FrameTimes.steady(4, 2, true)))
        .isEqualTo("<0.2 seconds>|<1.2 seconds>|");
  }

  /** A method that shows fewer frames shows their seconds. */
  @Test
  void fewerFramesHaveTheirOwnSeconds() {
    List<Double> seconds = IntStream.range(0, 8).mapToObj(i -> i / 2.0).toList();
    ViewGrid video = ViewGrid.video(32, 32, new SeenFrames(8, 2, FrameTimes.at(seconds)));
    assertThat(TEXTS.of(video.ofFrames(3))) // the frames 1, 4 and 6
        .isEqualTo("<1.2 seconds>|<3.0 seconds>|");
  }
}

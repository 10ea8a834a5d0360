package io.prumerge.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Times of pairs against transformers' and the published code. */
class ViewTimesTest {

  private static final int PAIRS = 16;

  private static SeenFrames pairs(OptionalDouble rate) {
    return new SeenFrames(2 * PAIRS, 2, new FrameTimes(List.of(), rate, false));
  }

  @Test
  void bothRulesAreTheReferences() throws IOException {
    for (JsonNode one : Goldens.json("qwen-video/qwen-video.json").get("times")) {
      SeenFrames frames = pairs(OptionalDouble.of(2 / one.get("seconds").asDouble()));
      for (TimeRule rule : TimeRule.values()) {
        List<Integer> expected = new ArrayList<>();
        one.get(rule.name().toLowerCase(Locale.ROOT)).forEach(time -> expected.add(time.asInt()));
        double perSecond = one.get("per_second").asDouble();
        assertThat(new TimesInSeconds(perSecond, rule).of(frames))
            .as("%s", one)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void withoutARateItIsTransformersDefault() {
    SeenFrames unknown = pairs(OptionalDouble.empty());
    for (TimeRule rule : TimeRule.values()) {
      assertThat(new TimesInSeconds(2, rule).of(unknown))
          .isEqualTo(new TimesInSeconds(2, rule).of(pairs(OptionalDouble.of(2))))
          .startsWith(0, 2, 4);
    }
  }

  @Test
  void countedTimesFollowEachOtherWhateverTheRate() {
    assertThat(new CountedTimes().of(pairs(OptionalDouble.of(0.1))))
        .hasSize(PAIRS)
        .startsWith(0, 1);
    assertThat(new CountedTimes().of(new SeenFrames(1, 2, FrameTimes.UNKNOWN))).containsExactly(0);
  }
}

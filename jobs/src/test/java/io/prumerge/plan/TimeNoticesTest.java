package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeNoticesTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens");

  private static LlavaConfig config(String folder) throws IOException {
    return Checkpoint.open(GOLDENS.resolve(folder)).config();
  }

  @Test
  void tellsOfSecondsThatTransformersTruncates() throws IOException {
    LlavaConfig config = config("qwen/qwen2_5_vl/tied");
    List<ChosenRate> rates =
        List.of(
            new ChosenRate(8, 2, false, 5), // a second apart
            new ChosenRate(8, 4, false, 3), // half a second
            new ChosenRate(2, 4, false, 1)); // one pair

    assertThat(TimeNotices.of(config, rates))
        .containsExactly(
            "the seconds between frames of 3 of 9 videos are truncated by transformers and not as"
                + " published: this run has mrope transformers");
    assertThat(TimeNotices.of(config.timed(TimeRule.PUBLISHED), rates))
        .singleElement()
        .asString()
        .endsWith("this run has mrope published");
    assertThat(TimeNotices.of(config, rates.subList(0, 1))).isEmpty();
  }

  @Test
  void tellsOfRatesThatAreAssumed() throws IOException {
    assertThat(
            TimeNotices.of(
                config("qwen/qwen2_5_vl/tied"),
                List.of(new ChosenRate(8, 2, true, 1), new ChosenRate(8, 1, false, 3))))
        .containsExactly(
            "nothing tells the frames per second of 1 of 4 videos: the seconds in their positions"
                + " follow from an assumption");
  }

  @Test
  void modelsWithoutSecondsInTheirPositionsHaveNone() throws IOException {
    assertThat(TimeNotices.of(config("video/odd"), List.of(new ChosenRate(8, 4, true, 1))))
        .isEmpty();
  }
}

package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.video.ChosenFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class VideoPlanTest {

  @TempDir private Path folder;

  @Test
  void countsTheFramesOfVideosThatCanBeShown() throws IOException {
    Path table = MadeUpVideos.write(LocalSpark.session(), folder.resolve("videos"));
    Plan plan = Plan.of(LocalSpark.session(), List.of(table.toString()), OptionalLong.empty());
    Optional<ChosenFrames> shown = ChosenFrames.of("lmms-eval:4");
    assertThat(plan.pictures(shown))
        .singleElement()
        .satisfies(
            size -> {
              assertThat(size.frames()).isEqualTo(4);
              assertThat(size.rows()).as("the third is missing").isEqualTo(2);
            });
    assertThat(plan.sent(shown))
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.size().frames()).isEqualTo(4);
              assertThat(sent.questions()).isEqualTo(4);
              assertThat(sent.limits()).isEqualTo(8);
            });
    assertThat(plan.pictures(ChosenFrames.of("internvl:4"))).as("chosen by nobody").isEmpty();
    assertThat(plan.sent(ChosenFrames.of("internvl:4"))).isEmpty();
  }
}

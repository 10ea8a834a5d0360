package io.prumerge.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    assertThat(plan.pictures().sizes(shown))
        .singleElement()
        .satisfies(
            size -> {
              assertThat(size.frames()).isEqualTo(4);
              assertThat(size.rows()).as("the third is missing").isEqualTo(2);
            });
    assertThat(plan.pictures().sent(shown))
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.size().frames()).isEqualTo(4);
              assertThat(sent.questions()).isEqualTo(4);
              assertThat(sent.limits()).isEqualTo(8);
            });
    assertThat(plan.pictures().sizes(ChosenFrames.of("internvl:4")))
        .as("chosen by nobody")
        .isEmpty();
    assertThat(plan.pictures().sent(ChosenFrames.of("internvl:4"))).isEmpty();
  }

  @Test
  void aRowHasTheFramesThatTheProtocolSaysOrTheMeanOfTheVideos() throws IOException {
    Path table = MadeUpVideos.write(LocalSpark.session(), folder.resolve("videos"));
    Dataset<Row> byTime =
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(table.toString()))
            .withColumn(
                "video",
                col("video")
                    .withField(
                        "protocols",
                        expr(
                            "transform(slice(video.protocols, 1, 1), p -> struct('qwen2' AS rule,"
                                + " CAST(NULL AS INT) AS frames, 2.0D AS fps,"
                                + " slice(p.chosen, 1, if(image_id = 'v1', 4, 3)) AS chosen,"
                                + " p.error, p.chosen_fps, p.chosen_fps_assumed))")));
    Plan plan = Plan.of(byTime, OptionalLong.empty());
    assertThat(plan.pictures().frames(FrameProtocol.parse("qwen2:2fps")))
        .as("of 4 and 3")
        .isEqualTo(4);
    assertThat(plan.pictures().frames(FrameProtocol.parse("qwen2:1fps")))
        .as("chosen by nobody")
        .isEqualTo(1);
    assertThat(plan.pictures().frames(FrameProtocol.parse("lmms-eval:8"))).isEqualTo(8);
  }
}

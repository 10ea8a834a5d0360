package io.prumerge.prepare;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.store.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ExampleKeysTest {

  private static final int DATA = 4;

  @TempDir private Path temp;

  private static List<String> data(Dataset<Row> examples) {
    List<String> hashes = new ArrayList<>();
    ExampleKeys.sorted(ExampleKeys.named(examples), 3)
        .forEachRemaining(row -> hashes.add(row.getString(DATA)));
    return hashes;
  }

  private static Dataset<Row> with(Dataset<Row> examples, String field, String value) {
    return examples.withColumn("video", examples.col("video").withField(field, expr(value)));
  }

  @Test
  void dataOfAVideoAreItsFramesTimesAndProtocolsToo() {
    String folder = MadeUpVideos.write(LocalSpark.session(), temp.resolve("examples")).toString();
    Dataset<Row> videos = Table.EXAMPLES.read(LocalSpark.session(), List.of(folder));
    List<Dataset<Row>> others =
        List.of(
            with(videos, "protocols", "slice(video.protocols, 1, 1)"),
            with(
                videos,
                "protocols",
                "transform(video.protocols, p -> named_struct('rule', 'internvl', 'frames',"
                    + " p.frames, 'fps', p.fps, 'chosen', p.chosen, 'error', p.error))"),
            with(
                videos,
                "protocols",
                "transform(video.protocols, p -> named_struct('rule', p.rule, 'frames',"
                    + " p.frames + 1, 'fps', p.fps, 'chosen', p.chosen, 'error', p.error))"),
            with(
                videos,
                "protocols",
                "transform(video.protocols, p -> named_struct('rule', p.rule, 'frames', p.frames,"
                    + " 'fps', p.fps, 'chosen', reverse(p.chosen), 'error', p.error))"),
            with(
                videos,
                "frames",
                "transform(video.frames, f -> named_struct('index', f.index + 1, 'seconds',"
                    + " f.seconds, 'image', f.image))"),
            with(
                videos,
                "frames",
                "transform(video.frames, f -> named_struct('index', f.index, 'seconds',"
                    + " f.seconds + 1, 'image', f.image))"),
            with(videos, "fps_assumed", "true"),
            with(videos, "source_fps", "video.source_fps + 1"));

    List<String> first = data(videos);
    assertThat(first).hasSize(3).isEqualTo(data(videos));
    for (Dataset<Row> other : others) {
      assertThat(data(other).get(0)).isNotEqualTo(first.get(0));
    }
  }

  @Test
  void dataOfAPictureAreItsBytesAndQuestions() {
    String folder = MadeUpVideos.write(LocalSpark.session(), temp.resolve("examples")).toString();
    Dataset<Row> pictures =
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(folder))
            .withColumn("video", expr("if(true, NULL, video)"));
    List<String> expected =
        pictures
            .orderBy("image_id")
            .selectExpr("sha2(concat(coalesce(image_sha256, ''), '\\n', to_json(questions)), 256)")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();

    assertThat(data(pictures)).isEqualTo(expected);
  }
}

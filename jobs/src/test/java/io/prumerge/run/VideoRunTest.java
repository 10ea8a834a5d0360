package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Evaluation;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs about videos: one for each protocol of frames. */
@Tag("spark")
@Tag("model")
class VideoRunTest {

  @TempDir private static Path temp;

  private static Path examples;

  @BeforeAll
  static void write() {
    examples = MadeUpVideos.write(LocalSpark.session(), temp.resolve("examples"));
  }

  private static List<String> arguments(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--model", MadeUpVideos.MODEL.toString(), "--examples"));
    arguments.addAll(List.of(examples.toString(), "--output", temp.resolve(output).toString()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--chunks", "2"));
    arguments.addAll(List.of("--max-error-rate", "1", "--method", "none"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static CommandLineRun evaluate(String output, String... more) {
    List<String> arguments = arguments(output, more);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<Row> predictions(String output, String... columns) {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(temp.resolve(output).resolve("predictions").toString()))
        .orderBy("protocol", "question_id", "method")
        .selectExpr(columns)
        .collectAsList();
  }

  private static String hash(int video, int... frames) {
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    IntStream.of(frames).forEach(i -> hashes.writeBytes(Sha256.of(MadeUpVideos.frame(video, i))));
    return Sha256.hex(hashes.toByteArray());
  }

  private static List<Path> markers(String output) throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve(output).resolve("_chunks"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** The driver dies before its report, and before it has committed the last chunk. */
  private static void begin(String output, String... more) throws IOException {
    assertThatThrownBy(
            () ->
                AnswersOnly.run(
                    LocalSpark.session(),
                    (tables, lease) -> {
                      throw new IllegalStateException("dies");
                    },
                    arguments(output, more).toArray(String[]::new)))
        .hasMessage("dies");
    assertThat(markers(output)).as("two chunks for each protocol").hasSize(4);
    Files.delete(markers(output).get(3));
  }

  @Test
  void eachProtocolOfTheTableIsARunThatIsResumed() throws IOException {
    String[] methods = {"vidcom2:tokens=25%", "frames=2"};
    begin("both", methods);
    CommandLineRun other = evaluate("both", "frames=2", "--frames-by", "qwen2", "--resume");
    assertThat(other.err())
        .contains("the protocol of frames was [lmms-eval:4, qwen2:4], is now [qwen2:4]");
    CommandLineRun run = evaluate("both", methods[0], methods[1], "--resume");
    assertThat(run.code()).as(run.err()).isZero();

    assertThat(predictions("both", "protocol", "method"))
        .as("2 protocols of 3 videos with 2 questions under 3 methods")
        .hasSize(2 * 3 * 2 * 3);
    List<Row> first =
        predictions("both", "protocol", "video", "image_sha256", "error", "visual_tokens_before");
    assertThat(first.get(0))
        .isEqualTo(RowFactory.create("lmms-eval:4", "v1", hash(1, 0, 1, 3, 4), null, 4 * 9 + 1));
    assertThat(first.get(18).getString(0)).isEqualTo("qwen2:4");
    assertThat(first.get(18).getString(2)).isEqualTo(hash(1, 0, 1, 2, 3));
    assertThat(first.stream().filter(row -> row.getString(1).equals("v3")))
        .hasSize(12)
        .allMatch(row -> "video_missing: no folder".equals(row.getString(3)))
        .allMatch(row -> row.isNullAt(2) && row.isNullAt(4));
    assertThat(evaluate("both", methods[0], methods[1], "--resume").out()).contains("is complete");
  }

  @Test
  void aSweepAndCodeNameProtocolsAndShareAnswers() throws IOException {
    Path sweep =
        Files.writeString(
            temp.resolve("sweep.yaml"),
            """
            models: [%s]
            examples: [%s]
            methods: [none]
            device: cpu
            dtype: fp32
            max_error_rate: 1
            frames_by: [qwen2:4]
            """
                .formatted(MadeUpVideos.MODEL, examples));
    String cache = temp.resolve("answers").toString();
    CommandLineRun run =
        CommandLineRun.of(
            "sweep",
            sweep.toString(),
            "--output",
            temp.resolve("sweep").toString(),
            "--answer-cache",
            cache);
    assertThat(run.code()).as(run.err()).isZero();
    Evaluation.of(LocalSpark.session())
        .model(MadeUpVideos.MODEL.toString())
        .examples(examples.toString())
        .methods("none")
        .device("cpu")
        .dtype("fp32")
        .maxErrorRate(1)
        .framesBy("qwen2:4", "lmms-eval:4")
        .answerCache(cache)
        .output(temp.resolve("code").toString())
        .run();

    List<Row> swept = predictions("sweep", "protocol", "question_id", "answer");
    List<Row> coded = predictions("code", "protocol", "question_id", "answer", "flops_executed");
    assertThat(swept).hasSize(6).allMatch(row -> row.getString(0).equals("qwen2:4"));
    assertThat(coded).hasSize(12);
    assertThat(coded.subList(6, 10))
        .as("from the cache")
        .allMatch(row -> row.getString(0).equals("qwen2:4") && row.getLong(3) == 0);
    assertThat(coded.subList(0, 4)).as("of other frames").allMatch(row -> row.getLong(3) > 0);
  }

  private static CommandLineRun inSeconds(String... more) {
    List<String> arguments = arguments("seconds", "holitom:ratio=0.25,tau=0.8");
    arguments.set(1, MadeUpVideos.SECONDS.toString());
    arguments.addAll(0, List.of("evaluate", "--frames-by", "qwen2"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void theRuleOfTimesIsPartOfARunOfAModelWithSeconds() {
    String truncated =
        "qwen2:4, the seconds between frames of 2 of 2 videos are truncated by transformers and not"
            + " as published: this run has mrope ";
    CommandLineRun plan = inSeconds("--mrope", "transformers", "--dry-run");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains(truncated + "transformers");

    CommandLineRun run = inSeconds("--mrope", "published");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains(truncated + "published");
    assertThat(predictions("seconds", "error").subList(0, 8)).allMatch(row -> row.isNullAt(0));
    assertThat(inSeconds("--resume").err()).contains("was published, is now transformers");
  }

  @Test
  void refusesProtocolsThatTheTableLacks() {
    CommandLineRun run = evaluate("lacks", "--frames-by", "internvl", "--frames", "4");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "The examples of custom have no frames of internvl:4; they have those of lmms-eval:4,"
                + " qwen2:4. Choose among these, or prepare the videos again: prepare --benchmark"
                + " custom --source DIR --frames-by lmms-eval:4 qwen2:4 internvl:4 --output DIR");
  }
}

package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose answers are timed alone, and what refuses them. */
@Tag("spark")
class TimingTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path temp;

  @BeforeAll
  static void prepare() {
    LocalSpark.session();
    String mini = temp.resolve("mini").toString();
    fine("mini", "--images", "3", "--seed", "1", "--split", "test", "--output", mini);
    fine(
        "prepare",
        "--benchmark",
        "pope",
        "--source",
        mini + "/pope",
        "--output",
        temp.resolve("pope").toString());
  }

  private static CommandLineRun fine(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static String[] evaluate(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL));
    arguments.addAll(List.of("--examples", temp.resolve("pope").toString()));
    arguments.addAll(List.of("--method", "none", "prumerge", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--output", temp.resolve(name).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Dataset<Row> table(Table<?> table, String run, String place) {
    return table.read(LocalSpark.session(), List.of(temp.resolve(run).resolve(place).toString()));
  }

  private static void refused(String why, String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(why);
  }

  @Test
  void theAnswersAreThoseOfARunThatSharesItsWork() {
    fine(evaluate("alone", "--timing", "alone"));
    fine(evaluate("shared"));
    String[] columns = {"question_id", "method", "answer", "visual_tokens_after", "flops_total"};
    Dataset<Row> alone = table(Table.PREDICTIONS, "alone", "predictions");
    Dataset<Row> shared = table(Table.PREDICTIONS, "shared", "predictions");
    assertThat(alone.selectExpr(columns).sort("question_id", "method").collectAsList())
        .hasSizeGreaterThan(20)
        .isEqualTo(shared.selectExpr(columns).sort("question_id", "method").collectAsList());
    assertThat(alone.where("timing != 'alone' OR ms_first_token IS NULL").isEmpty()).isTrue();
    assertThat(shared.where("timing != 'shared' OR ms_first_token IS NOT NULL").isEmpty()).isTrue();
    assertThat(temp.resolve("alone/manifest.json"))
        .content()
        .contains("\"timing\" : \"alone\"", "\"timing_batch\" : 1");
    Row faster =
        table(Table.EFFICIENCY, "alone", "report/efficiency").where("method = 'prumerge'").first();
    assertThat(faster.<Double>getAs("ms_p50")).isPositive();
    assertThat(faster.<Double>getAs("speedup")).isPositive();
    assertThat(temp.resolve("alone/report/report.md"))
        .content()
        .contains("x faster", "x fewer FLOPs", "x fewer tokens", "ms alone");
    assertThat(temp.resolve("alone/report/report.html"))
        .content()
        .containsPattern(
            "timed&quot;:\\[\\{&quot;title&quot;:&quot;[^]]*time&quot;:100.0,[^]]*time&quot;");
    assertThat(temp.resolve("shared/report/report.html")).content().contains("timed&quot;:[]");
    assertThat(temp.resolve("shared/report/report.md"))
        .content()
        .contains("ms shared")
        .doesNotContain("x faster");
    refused("--timing was alone, is now shared", evaluate("alone", "--resume"));
  }

  /** As a driver leaves it that was killed after its first chunk. */
  @Test
  void aRunGoesOnAfterAnotherWarmUp() throws Exception {
    fine(evaluate("begun", "--timing", "alone", "--chunks", "3"));
    long answers = table(Table.PREDICTIONS, "begun", "predictions").count();
    Files.delete(temp.resolve("begun/_COMPLETE"));
    Files.delete(temp.resolve("begun/_chunks/committed-00001.json"));

    fine(evaluate("begun", "--timing", "alone", "--chunks", "3", "--resume"));

    Dataset<Row> rows = table(Table.PREDICTIONS, "begun", "predictions");
    assertThat(rows.count()).isEqualTo(answers);
    assertThat(rows.where("timing = 'alone' AND ms_first_token > 0").count()).isEqualTo(answers);
  }

  @Test
  void whatTimesOfItsOwnDoNotFitIsRefused() throws Exception {
    refused(
        "Cannot use --answer-cache with --timing alone",
        evaluate("no", "--timing", "alone", "--answer-cache", temp.resolve("cache").toString()));
    refused(
        "Cannot run 2 tasks at a time with --timing alone",
        evaluate("no", "--timing", "alone", "--partitions", "2"));
    refused(
        "Cannot let an image's first question decide with --timing alone",
        evaluate("no", "--timing", "alone", "--reduce-by", "first"));
    refused("--timing-batch 2 is the number of images", evaluate("no", "--timing-batch", "2"));
    refused(
        "--timing-batch must be at least 1, it is 0",
        evaluate("no", "--timing", "alone", "--timing-batch", "0"));
    Path sweep =
        Files.writeString(
            temp.resolve("search.yaml"),
            "methods: [none, {method: prumerge, k: [8, 16]}]\ntiming: alone\n");
    refused(
        "Cannot search with --timing alone",
        "search",
        sweep.toString(),
        "--device",
        "cpu",
        "--dtype",
        "fp32",
        "--model",
        MODEL,
        "--examples",
        temp.resolve("pope").toString(),
        "--output",
        temp.resolve("no").toString());
  }
}

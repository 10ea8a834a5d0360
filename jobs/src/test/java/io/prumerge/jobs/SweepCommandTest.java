package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.console.ExitCode;
import io.prumerge.cost.CostModel;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.report.MethodSummary;
import io.prumerge.run.AnswersOnly;
import io.prumerge.settings.sweep.SweepFile;
import io.prumerge.store.Table;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests sweeps over generated images with the small checkpoints of the repository. Every shipped
 * file is planned and one of them runs; the paper's runs in the profile {@code soak} and, where
 * there is Python, in the notebooks' test.
 */
@Tag("spark")
class SweepCommandTest {

  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");
  private static final String MODEL = CONF.resolve("mini-llava").toString();
  private static final String TUNED =
      CONF.resolve("mini-llava") + "+" + CONF.resolve("mini-llava-prumerge");
  private static final int IMAGES = 2;
  private static final String TWO_MODELS =
      """
      models: [%s, %s]
      examples: [%s]
      methods:
        - none
        - {method: prumerge, k: [4, 32]}
      device: cpu
      dtype: fp32
      max_new_tokens: 2
      """;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private String output;

  /** One question per image, so that methods share nothing but the image. */
  @BeforeAll
  static void examples() {
    LocalSpark.session();
    Path data = shared.resolve("data");
    require(
        CommandLineRun.of(
            "mini",
            "--split",
            "test",
            "--seed",
            "5",
            "--images",
            "12",
            "--output",
            data.toString()));
    String all = shared.resolve("all").toString();
    require(
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            "pope",
            "--source",
            data.resolve("pope").toString(),
            "--output",
            all));
    Dataset<Row> single =
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(all))
            .withColumn("questions", expr("slice(questions, 1, 1)"))
            .orderBy("image_id")
            .limit(IMAGES);
    Table.EXAMPLES.write(single, single());
  }

  private static String single() {
    return shared.resolve("single").toString();
  }

  private static void require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  @BeforeEach
  void output() {
    output = folder.resolve("sweep").toString();
  }

  private String twoModels() throws IOException {
    return Files.writeString(
            folder.resolve("two.yaml"), TWO_MODELS.formatted(MODEL, TUNED, single()))
        .toString();
  }

  private static CommandLineRun sweep(String file, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", file));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private Dataset<Row> table(Table<?> table, String place) {
    return table.read(LocalSpark.session(), List.of(output + "/" + place));
  }

  static Stream<Path> shippedFiles() throws IOException {
    try (Stream<Path> files = Files.list(CONF.resolve("sweeps"))) {
      return files
          .filter(file -> !file.endsWith("finetune.yaml")) // of the command finetune
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Those that no other test of this tier runs. */
  static Stream<Path> plannedFiles() throws IOException {
    return shippedFiles().filter(file -> !file.endsWith("leaderboard.yaml"));
  }

  @ParameterizedTest
  @Tag("slow")
  @MethodSource("plannedFiles")
  void everyShippedFileCanBePlanned(Path file) throws IOException {
    List<MethodSpec> methods = SweepFile.read(file).methods();
    CommandLineRun run = sweep(file.toString(), onOneModel("--dry-run", "--json"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(methods).contains(MethodSpec.parse("none"), MethodSpec.parse("prumerge"));
    JsonNode plan = new ObjectMapper().readTree(run.out());
    assertThat(plan.get("answers").asInt()).isEqualTo(IMAGES * methods.size());
  }

  @Test
  @Tag("slow")
  void theFileWithEveryKindOfMethodRuns() throws IOException {
    assertRuns("leaderboard.yaml");
  }

  @Test
  @Tag("soak")
  void soDoesTheFileWithMostOfPruMergesOwnVariants() throws IOException {
    assertRuns("paper.yaml");
  }

  private void assertRuns(String name) throws IOException {
    Path file = CONF.resolve("sweeps").resolve(name);
    List<MethodSpec> methods = SweepFile.read(file).methods();
    CommandLineRun run = sweep(file.toString(), onOneModel("--output", output));

    assertThat(run.code()).as(run.err()).isZero();
    Dataset<Row> predictions = table(Table.PREDICTIONS, "predictions");
    assertThat(predictions.count()).isEqualTo((long) IMAGES * methods.size());
    assertThat(predictions.select("method").distinct().collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrderElementsOf(methods.stream().map(MethodSpec::toString).toList());
    TowerEvidence scores = new TowerEvidence.FullWidthAttention();
    long scored =
        methods.stream()
            .filter(method -> TokenReducers.of(method).needs().contains(scores))
            .count();
    List<InTower> inside =
        methods.stream().flatMap(method -> TokenReducers.of(method).inTower().stream()).toList();
    long smaller =
        methods.stream()
            .flatMap(method -> TokenReducers.of(method).needs().stream())
            .filter(TowerEvidence.SmallImage.class::isInstance)
            .count();
    int layers = cost().shape().tower().features().depth();
    long shared =
        (methods.size() - inside.size() - smaller - 1) * cost().tower().features()
            + inside.stream()
                .mapToLong(method -> cost().tower().layers(method.shared(layers)))
                .sum()
            + (scored - 1) * cost().evidence().of(scores);
    assertThat(
            predictions
                .groupBy("image_id")
                .agg(expr("sum(flops_total) - sum(flops_executed)"))
                .collectAsList())
        .as("only one method runs what all have of the tower, and only one computes the scores")
        .hasSize(IMAGES)
        .allSatisfy(row -> assertThat(row.getLong(1)).isGreaterThanOrEqualTo(shared));
  }

  private static String[] onOneModel(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", MODEL, "--examples", single()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "1"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static CostModel cost() {
    return CostModel.of(Checkpoint.open(Path.of(MODEL)).config());
  }

  /** Returns the executed FLOPs of a run under these methods. */
  private long executed(String... methods) throws IOException {
    output = folder.resolve("methods-" + UUID.randomUUID()).toString();
    AnswersOnly.run(
        LocalSpark.session(),
        Stream.of(onOneModel("--output", output, "--method"), methods)
            .flatMap(Stream::of)
            .toArray(String[]::new));
    return table(Table.PREDICTIONS, "predictions")
        .agg(expr("sum(flops_executed)"))
        .first()
        .getLong(0);
  }

  @Test
  @Tag("soak")
  void looksAtEveryPictureOnceWhateverTheNumberOfMethods() throws IOException {
    executed("first:tokens=3"); // fills the model's caches
    long each = executed("none") + executed("prumerge") + executed("first:tokens=20");

    assertThat(each - executed("none", "prumerge", "first:tokens=20"))
        .as("the tower runs for one method instead of three, everything else is equal")
        .isEqualTo(2 * IMAGES * cost().tower().features());
  }

  @Test
  void everyShippedFileNamesCheckpointsThatAreThereAndTheDemosExamples() throws IOException {
    for (Path file : shippedFiles().toList()) {
      SweepFile sweep = SweepFile.read(file);
      assertThat(sweep.models())
          .isNotEmpty()
          .allSatisfy(
              model -> {
                String[] parts = model.source().toString().split("\\+");
                assertThat(Path.of(parts[0], "config.json")).exists();
                assertThat(Stream.of(parts).skip(1))
                    .allSatisfy(part -> assertThat(Path.of(part, "adapter_config.json")).exists());
              });
      assertThat(sweep.examples())
          .isNotEmpty()
          .allSatisfy(examples -> assertThat(examples).contains("/prumerge-out/demo/examples/"));
    }
  }

  @Test
  void asksEveryModelAndReportsOnAllTogether() throws IOException {
    CommandLineRun run = sweep(twoModels(), "--output", output);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList())
        .hasSize(19)
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("method").contains("pope f1"))
        .satisfies(lines -> assertThat(lines.get(1)).startsWith("mini-llava none"))
        .satisfies(lines -> assertThat(lines.get(6)).startsWith("mini-llava-prumerge prumerge"))
        .satisfies(lines -> assertThat(lines.get(17)).startsWith("Parquet: "))
        .satisfies(lines -> assertThat(lines.get(18)).startsWith("Report: "));
    assertThat(run.err())
        .contains("2 models x 2 questions x 3 methods: 12 answers, about ")
        .contains("12 of 12 answers (100%)");
    assertThat(Path.of(output))
        .isDirectoryContaining("glob:**/_COMPLETE")
        .isDirectoryContaining("glob:**/manifest.json");
    assertThat(table(Table.PREDICTIONS, "predictions").groupBy("model").count().collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getLong(1))
        .containsExactlyInAnyOrder("mini-llava 6", "mini-llava-prumerge 6");
    assertThat(table(Table.SCORES, "scores").where("profile = 'official'").count()).isEqualTo(12);
    assertThat(
            table(MethodSummary.TABLE, "report/summary")
                .select("run_id", "method")
                .distinct()
                .count())
        .isEqualTo(6);
    assertThat(table(Table.RUNS, "report/runs").selectExpr("model", "n_rows").collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getLong(1))
        .containsExactly("mini-llava 6", "mini-llava-prumerge 6");

    String report = folder.resolve("report").toString();
    CommandLineRun again = CommandLineRun.of("report", "--runs", output, "--output", report);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out().lines().limit(7)).isEqualTo(run.out().lines().limit(7).toList());
    List<String> table = run.out().lines().skip(7).limit(10).toList();
    assertThat(table.get(1)).startsWith("Methods and budgets: ");
    assertThat(table.get(2)).startsWith("run ").contains("budget", "method", "tokens");
    assertThat(again.out().lines().toList()).containsSequence(table);
    assertThat(Path.of(report, "table.csv"))
        .hasSameTextualContentAs(Path.of(output, "report", "table.csv"))
        .content()
        .contains("\nmini-llava-prumerge,own,prumerge:k=4,15.0,");
    assertThat(CommandLineRun.of("report", "--runs", output, output, "--output", report + 2).err())
        .contains("is given twice");

    CommandLineRun finished = sweep(twoModels(), "--output", output, "--resume");
    assertThat(finished.code()).as(finished.err()).isZero();
    CommandLineRun other = sweep(twoModels(), "--output", output, "--resume", "--model", MODEL);
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("with other settings: --model was [");
    String longer =
        Files.writeString(
                folder.resolve("longer.yaml"),
                Files.readString(Path.of(twoModels()))
                    .replaceFirst("methods:", "methods:\n  - \"uniform:tokens=9\""))
            .toString();
    CommandLineRun more = sweep(longer, "--output", output, "--resume");
    assertThat(more.code()).as(more.err()).isEqualTo(ExitCode.USAGE);
    assertThat(more.err()).contains("with other settings: --method was [");
  }

  /** Returns the part of the results that must not depend on interruptions. */
  private List<String> result() {
    return SameResult.of(output);
  }

  private List<String> attempts() throws IOException {
    try (Stream<Path> chunks = Files.list(Path.of(output, "_chunks"))) {
      return chunks.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
    }
  }

  private void uncommit(int... chunks) throws IOException {
    Files.deleteIfExists(Path.of(output, "_COMPLETE"));
    for (int chunk : chunks) {
      Files.delete(Path.of(output, "_chunks", "committed-%05d.json".formatted(chunk)));
    }
  }

  @Test
  @Tag("soak")
  void goesOnWithinAModelAndBetweenModels() throws IOException {
    String file = twoModels();
    require(sweep(file, "--output", output, "--chunks", "2"));
    List<String> whole = result();
    assertThat(attempts()).as("two chunks of two models").hasSize(4);
    CommandLineRun finished = sweep(file, "--output", output, "--resume");
    assertThat(finished.code()).isZero();
    assertThat(finished.out()).startsWith("Run ").contains("-1, ").contains(" is complete: ");

    uncommit(2, 3); // the second model has no chunk
    assertThat(sweep(file, "--output", output).code()).isEqualTo(ExitCode.USAGE);
    CommandLineRun between = sweep(file, "--output", output, "--resume");
    assertThat(between.code()).as(between.err()).isZero();
    assertThat(result()).isEqualTo(whole);
    assertThat(attempts()).hasSize(6);

    uncommit(1, 2, 3); // the first model has one chunk
    require(sweep(file, "--output", output, "--resume"));
    assertThat(result()).isEqualTo(whole);
    assertThat(attempts()).hasSize(9);

    uncommit(0);
    CommandLineRun other = sweep(file, "--output", output, "--resume", "--model", MODEL);
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("with other settings: --model was [");
    assertThat(sweep(file, "--output", output, "--resume", "--dtype", "bf16").err())
        .as("one message for both models")
        .contains("with other settings: --dtype was fp32, is now bf16");
  }

  @Test
  void showsItsPlanAndDoesNothing() throws IOException {
    CommandLineRun run = sweep(twoModels(), "--dry-run", "--output", output);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("2 models x 2 questions x 3 methods: 12 answers, about ")
        .containsPattern("pope +test +2 +2 +0\n")
        .containsPattern("none +144 +144\\.0 +1\\.\\d\\d +144 +144\\.0 +1\\.\\d\\d\n")
        .contains("methods that count them, as prumerge, may leave other numbers of yours")
        .containsPattern("prumerge:k=4 +9 +9\\.0 +0\\.\\d\\d")
        .containsPattern("\nthis machine +\\S+ +\\S+\nv100-pcie ")
        .contains("Those of this machine follow from what it was just measured to do: ");
    assertThat(Path.of(output)).doesNotExist();

    CommandLineRun json = sweep(twoModels(), "--dry-run", "--json");
    JsonNode plan = new ObjectMapper().readTree(json.out());
    assertThat(plan.get("answers").asInt()).isEqualTo(12);
    assertThat(plan.get("models").get(1).get("path").asText()).isEqualTo(TUNED);
    assertThat(plan.get("models").get(1).get("image_aspect").asText()).isEqualTo("crop");
    assertThat(plan.get("benchmarks").get(0).get("questions").asInt()).isEqualTo(IMAGES);
    assertThat(plan.get("methods")).hasSize(6);
    assertThat(plan.get("methods").get(0).get("visual_tokens").asInt()).isEqualTo(144);
    JsonNode here = plan.get("cluster").get("hours").get(0);
    assertThat(here.get("hardware").asText()).isEqualTo("this machine");
    assertThat(here.get("single").asDouble())
        .isGreaterThanOrEqualTo(here.get("batched").asDouble());
  }

  @Test
  void itsPlanNamesTheDtypeThatALocalRunHas() throws IOException {
    CommandLineRun run = sweep(twoModels(), "--dry-run", "--json", "--dtype", "auto");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode cluster = new ObjectMapper().readTree(run.out()).get("cluster");
    try (ModelLease lease =
        LlavaEngine.acquire(
            new EngineConfig(
                MODEL, -1, LoadSettings.DEFAULT.with(LoadSettings.DEVICE, DeviceChoice.CPU)))) {
      String dtype = lease.model().dtype();
      assertThat(cluster.get("precision").asText()).isEqualTo(dtype);
      assertThat(cluster.get("dtype").asText()).isEqualTo(dtype);
    }
    assertThat(cluster.get("hours").get(0).get("hardware").asText()).isEqualTo("this machine");
  }

  @Test
  @Tag("slow")
  void itsEstimateIsWhatRuns() throws IOException {
    String[] methods = {"none", "first:tokens=20", "prumerge:ratio=0.25"};
    double ran = executed(methods);
    String yaml = "methods: ['%s']".formatted(String.join("', '", methods));
    String file = Files.writeString(folder.resolve("m.yaml"), yaml).toString();
    double estimate =
        new ObjectMapper()
            .readTree(sweep(file, onOneModel("--dry-run", "--json")).out())
            .get("flops")
            .asDouble();

    assertThat(ran / estimate)
        .as(
            "up to the mean prompt's length, and the text before the image, which an earlier run"
                + " may have computed")
        .isBetween(0.98, 1.1);
  }

  private static void refuses(CommandLineRun run, String line) {
    assertThat(run.problems()).singleElement().asString().startsWith("prumerge-spark: " + line);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void refusesBeforeTheFirstTask() throws IOException {
    String file = twoModels();
    refuses(sweep(file), "sweep requires --output DIR, or --dry-run to show its plan");
    refuses(sweep(file, "--output", output, "--json"), "sweep takes --json only with --dry-run");
    refuses(sweep("nowhere.yaml", "--dry-run"), "No sweep file nowhere.yaml here");
    refuses(sweep(file, "--dry-run", "--model", MODEL, MODEL), "A --model is given twice");
    refuses(sweep(file, "--dry-run", "--examples", "nowhere"), "--examples nowhere does not exist");
    String methods = Files.writeString(folder.resolve("m.yaml"), "methods: [none]").toString();
    refuses(sweep(methods, "--dry-run"), methods + " names no models; add them, or set --model");
    String large =
        Files.writeString(folder.resolve("l.yaml"), "methods: [none, 'first:tokens=200']")
            .toString();
    refuses(
        sweep(large, "--output", output, "--model", MODEL, "--examples", single()),
        "Cannot use first:tokens=200 with %s: Cannot keep 200 tokens: the image has 144 patches"
            .formatted(MODEL));
    assertThat(Path.of(output)).doesNotExist();
  }
}

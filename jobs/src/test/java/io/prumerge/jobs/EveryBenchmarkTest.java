package io.prumerge.jobs;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Metric;
import io.prumerge.prepare.ExampleCounts;
import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.source.RowAccount;
import io.prumerge.source.RowCounts;
import io.prumerge.source.SideCounts;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests every benchmark end to end with the small checkpoint of the repository: official files,
 * examples, a run and its score; those that are read and scored like another, only until questions.
 * Of benchmarks whose answers have one form, one benchmark's are exported or written too; their
 * score must equal the run's.
 */
@Tag("spark")
class EveryBenchmarkTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");
  private static final List<String> METHODS = List.of("none", "prumerge");

  /** The method whose answers are written to files and scored from there. */
  private static final String HANDED_IN = "prumerge";

  /** The name that {@code score} gives the method of answer files. */
  private static final String ANSWER_FILES = "answers";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static CommandLineRun ruledRun;
  private static CommandLineRun judgedRun;

  /** Predictions as models rarely give them: {@link #odd}. */
  private static String odd;

  /** Pairs of a question's id and its id in the file, as JSON, by the benchmark. */
  private static Map<String, List<Row>> questions;

  @TempDir private Path folder;

  /**
   * The output of {@code score} for one set of answers.
   *
   * @param document the JSON document without the name of the set
   * @param questions a line per question: the parsed answer and its score
   */
  private record Scored(JsonNode document, List<String> questions) {}

  @BeforeAll
  static void evaluate() throws IOException {
    spark = LocalSpark.session();
    OfficialFiles.write(files());
    List<BenchmarkFixture> run = run().toList();
    run.forEach(EveryBenchmarkTest::prepare);
    questions =
        Table.EXAMPLES
            .read(spark, run.stream().map(EveryBenchmarkTest::examples).toList())
            .selectExpr("benchmark", "explode(questions) AS question")
            .selectExpr("question.question_id", "question.extra['question_id']", "benchmark")
            .collectAsList()
            .stream()
            .collect(Collectors.groupingBy(row -> row.getString(2)));
    ruledRun = evaluate("ruled", ruled().toList());
    judgedRun = evaluate("judged", judged().toList());
    odd = odd();
  }

  /**
   * Writes the answers of {@link #ruledRun} with changes to the first two of each benchmark: the
   * method {@code none} has an empty answer and one that files stumble over, the other one an error
   * and no row at all. Pictures have no hashes, as in files of answers.
   */
  private static String odd() {
    Dataset<Row> given =
        Table.PREDICTIONS
            .read(spark, List.of(shared.resolve("ruled/predictions").toString()))
            .withColumn(
                "nth",
                expr("row_number() OVER (PARTITION BY benchmark, method ORDER BY question_id)"))
            .withColumn("image_sha256", expr("CAST(NULL AS STRING)"))
            .where("method = 'none' OR nth != 2")
            .withColumn("error", expr("if(method != 'none' AND nth = 1, 'image_missing: x', NULL)"))
            .withColumn("generated_tokens", expr("if(error IS NULL, generated_tokens, NULL)"))
            .withColumn(
                "answer",
                when(expr("error IS NOT NULL"), lit(null))
                    .when(expr("nth = 1"), lit(""))
                    .when(
                        expr("nth = 2"), lit("Yes, \"A\":\u2028'\u00e9'\n\\ \u0085\t\ud83d\ude00"))
                    .otherwise(col("answer")));
    String place = shared.resolve("odd").toString();
    Table.PREDICTIONS.write(given, place);
    return place;
  }

  private static Path files() {
    return shared.resolve("files");
  }

  private static String examples(BenchmarkFixture fixture) {
    return shared.resolve("examples").resolve(fixture.toString()).toString();
  }

  private static String run(BenchmarkFixture fixture) {
    return shared.resolve(fixture.judged() ? "judged" : "ruled").toString();
  }

  private static void prepare(BenchmarkFixture fixture) {
    List<String> arguments =
        new ArrayList<>(List.of("prepare", "--benchmark", fixture.toString(), "--source"));
    arguments.addAll(fixture.sources(files()));
    arguments.addAll(List.of("--split", fixture.split(), "--output", examples(fixture)));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.problems()).as("no image is missing or corrupt").isEmpty();
  }

  private static CommandLineRun evaluate(String name, List<BenchmarkFixture> fixtures) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--examples"));
    fixtures.forEach(fixture -> arguments.add(examples(fixture)));
    arguments.addAll(List.of("--model", MODEL.toString(), "--method"));
    arguments.addAll(METHODS);
    arguments.addAll(List.of("--max-new-tokens", "4", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--output", shared.resolve(name).toString()));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static Stream<BenchmarkFixture> run() {
    return BenchmarkFixture.ofPictures().stream().filter(fixture -> !fixture.isLikeAnother());
  }

  static Stream<BenchmarkFixture> ruled() {
    return run().filter(fixture -> !fixture.judged());
  }

  private static Stream<BenchmarkFixture> answered() {
    return ruled().filter(fixture -> !fixture.isAnsweredLikeAnother());
  }

  static Stream<BenchmarkFixture> ruledAndHandedIn() {
    return answered().filter(BenchmarkFixture::handedIn);
  }

  static Stream<BenchmarkFixture> ruledOnly() {
    return answered().filter(fixture -> !fixture.handedIn());
  }

  static Stream<BenchmarkFixture> judged() {
    return run().filter(BenchmarkFixture::judged);
  }

  @Test
  void noBenchmarkIsForgotten() {
    assertThat(Arrays.stream(BenchmarkFixture.values()).map(BenchmarkFixture::toString))
        .containsExactlyInAnyOrderElementsOf(Benchmarks.KNOWN.names());
  }

  /** Counts the made-up files' rows, as their formats say, without any of the readers. */
  private static long rows(BenchmarkFixture fixture) throws IOException {
    Path folder = files().resolve(fixture.toString());
    if (fixture.hasRows()) {
      return lines(folder.resolve("rows.jsonl"));
    }
    return switch (fixture) {
      case CUSTOM, LLAVA_BENCH -> lines(folder.resolve("questions.jsonl"));
      case MME -> lines(folder.resolve("llava_mme.jsonl"));
      case POPE -> lines(folder.resolve("llava_pope_test.jsonl"));
      case TEXTVQA -> lines(folder.resolve("llava_textvqa_val_v051_ocr.jsonl"));
      case VQAV2 -> lines(folder.resolve("llava_vqav2_mscoco_val2014.jsonl"));
      case MMBENCH -> lines(folder.resolve("mmbench_dev_en_20231003.tsv")) - 1;
      case MMBENCH_CN -> lines(folder.resolve("mmbench_dev_cn_20231003.tsv")) - 1;
      case SCIENCEQA -> document(folder.resolve("llava_test_CQM-A.json")).size();
      case GQA -> document(folder.resolve("testdev_balanced_questions.json")).size();
      case MM_VET -> document(folder.resolve("mm-vet.json")).size();
      case SEED -> document(folder.resolve("SEED-Bench.json")).get("questions").size();
      case VIZWIZ -> document(folder.resolve("val.json")).size();
      case REFCOCO -> document(folder.resolve("instances.json")).get("annotations").size();
      case REFCOCO_PLUS -> objects(folder.resolve("refs(unc).p"));
      case REFCOCOG -> objects(folder.resolve("refs(umd).p"));
      default -> throw new IllegalArgumentException(fixture + " has unknown files");
    };
  }

  /** Counts likewise the rows of files beside the questions', by the names of these files. */
  private static Map<String, Long> sideRows(BenchmarkFixture fixture) throws IOException {
    Path folder = files().resolve(fixture.toString());
    return switch (fixture) {
      case LLAVA_BENCH -> linesOf(folder, "context.jsonl", "answers_gpt4.jsonl");
      case POPE ->
          linesOf(
              folder.resolve("coco"),
              "coco_pope_adversarial.json",
              "coco_pope_popular.json",
              "coco_pope_random.json");
      case MME -> {
        String release = "MME_Benchmark_release_version"; // its texts are about an image each
        String results = "Your_Results";
        yield Map.of(release, texts(folder, release)[0], results, texts(folder, results)[1]);
      }
      case SCIENCEQA ->
          Map.of("problems.json", (long) document(folder.resolve("problems.json")).size());
      case TEXTVQA ->
          Map.of("TextVQA_0.5.1_val.json", items(folder, "TextVQA_0.5.1_val.json", "data"));
      case VQAV2 -> {
        String file = "v2_mscoco_val2014_annotations.json";
        yield Map.of(file, items(folder, file, "annotations"));
      }
      case REFCOCO, REFCOCO_PLUS, REFCOCOG ->
          Map.of(
              "annotations of instances.json",
              items(folder, "instances.json", "annotations"),
              "images of instances.json",
              items(folder, "instances.json", "images"));
      default -> Map.of();
    };
  }

  private static Map<String, Long> linesOf(Path folder, String... names) throws IOException {
    Map<String, Long> lines = new TreeMap<>();
    for (String name : names) {
      lines.put(name, lines(folder.resolve(name)));
    }
    return lines;
  }

  private static long items(Path folder, String file, String field) throws IOException {
    return document(folder.resolve(file)).get(field).size();
  }

  /** Returns the number of texts below a folder anywhere in another, and of their lines. */
  private static long[] texts(Path folder, String name) throws IOException {
    long[] counts = new long[2];
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Path place = folder.relativize(file);
        if (place.toString().endsWith(".txt") && place.toString().contains(name + "/")) {
          counts[0]++;
          counts[1] += lines(file);
        }
      }
    }
    return counts;
  }

  /** Counts the objects of a pickle of protocol 0, each of which says its split. */
  private static long objects(Path pickle) throws IOException {
    return Files.readString(pickle).split("S'split'", -1).length - 1;
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> !line.isBlank()).count();
    }
  }

  private static JsonNode document(Path file) throws IOException {
    return MAPPER.readTree(file.toFile());
  }

  @Test
  void everyRowOfTheFilesIsCountedOnce() throws IOException {
    for (BenchmarkFixture fixture : BenchmarkFixture.ofPictures()) {
      RowAccount account = read(fixture);
      assertCounts(fixture, account.counts(), account.sides());
      assertThat(account.questions()).as(fixture.toString()).isPositive();
    }
    for (BenchmarkFixture fixture : run().toList()) {
      org.apache.hadoop.fs.Path table = new org.apache.hadoop.fs.Path(examples(fixture));
      ExampleCounts counts =
          ExamplesManifest.read(FileSystem.getLocal(new Configuration()), table)
              .orElseThrow()
              .counted()
              .orElseThrow();
      assertCounts(fixture, counts.rows(), counts.sides());
      assertThat(counts.questions())
          .as(fixture.toString())
          .isEqualTo(questions.get(fixture.toString()).size());
      assertThat(counts.pictures().found())
          .as(fixture.toString())
          .isEqualTo(counts.pictures().named());
    }
  }

  /** Reads the files as {@code prepare} does. */
  private static RowAccount read(BenchmarkFixture fixture) throws IOException {
    Benchmark benchmark = fixture.benchmark();
    SourceFiles source =
        Reading.source(
            Optional.of(fixture.split()),
            fixture.sources(files()).stream().map(Path::of).toArray(Path[]::new));
    RowAccount account = source.leftOut().account();
    benchmark.read(
        source,
        benchmark.prompts(Optional.empty()),
        account.counting(question -> assertThat(question.prompt()).isNotBlank()));
    return account;
  }

  private static void assertCounts(BenchmarkFixture fixture, RowCounts rows, List<SideCounts> sides)
      throws IOException {
    assertThat(rows.rows()).as(fixture.toString()).isEqualTo(rows(fixture));
    assertThat(rows.leftOut()).as(fixture.toString()).isZero();
    assertThat(sides.stream().collect(toMap(SideCounts::file, SideCounts::rows)))
        .as(fixture.toString())
        .isEqualTo(sideRows(fixture));
    assertThat(sides)
        .as(fixture.toString())
        .allMatch(side -> side.unasked() + side.unreadable() + side.passedOver() == 0);
  }

  private CommandLineRun score(BenchmarkFixture fixture, Path answers, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("score", "--benchmark", fixture.toString(), "--profile", fixture.profile()));
    arguments.addAll(List.of("--json", "--split", fixture.split()));
    arguments.addAll(List.of("--answers", answers.toString(), "--source"));
    arguments.addAll(fixture.sources(files()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /**
   * Returns the scores of all questions by method.
   *
   * @param output name of the tables
   */
  private Map<String, Scored> scored(
      BenchmarkFixture fixture, Path answers, String output, String... more) throws IOException {
    String tables = folder.resolve(output).toString();
    List<String> options = new ArrayList<>(List.of("--output", tables));
    options.addAll(List.of(more));
    CommandLineRun run = score(fixture, answers, options.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, List<String>> lines = lines(tables);
    JsonNode printed = MAPPER.readTree(run.out());
    Map<String, Scored> scored = new HashMap<>();
    for (JsonNode result : printed.has("results") ? printed.get("results") : List.of(printed)) {
      ObjectNode document = result.deepCopy();
      String method = document.remove("method").textValue();
      scored.put(method, new Scored(document, lines.get(method)));
      assertThat(document.get("n").intValue()).isEqualTo(questions.get(fixture.toString()).size());
      assertThat(document.get("n_errors").intValue()).isZero();
      assertThat(document.get("n_missing").intValue()).isZero();
      assertThat(document.get("metrics")).isNotEmpty();
    }
    return scored;
  }

  /** Returns the lines of each method. */
  private static Map<String, List<String>> lines(String tables) {
    return lines(Table.SCORES.read(spark, List.of(tables + "/scores")));
  }

  private static Map<String, List<String>> lines(Dataset<Row> scores) {
    return scores
        .selectExpr("method", "struct(question_id, parsed, gold, unparsed, score)")
        .collectAsList()
        .stream()
        .sorted(Comparator.comparing(row -> row.get(1).toString()))
        .collect(
            Collectors.groupingBy(
                row -> row.getString(0),
                Collectors.mapping(row -> row.get(1).toString(), Collectors.toList())));
  }

  @Test
  void everyQuestionIsAnsweredAndScored() {
    assertThat(ruledRun.code()).as(ruledRun.err()).isZero();
    assertThat(ruledRun.err().lines().filter(line -> line.startsWith("Counted ")))
        .hasSize((int) ruled().count())
        .noneMatch(line -> line.contains("not counted"));
    Dataset<Row> metrics =
        Metric.TABLE
            .read(spark, List.of(shared.resolve("ruled/report/metrics").toString()))
            .where("is_headline");
    for (BenchmarkFixture fixture : ruled().toList()) {
      assertThat(
              metrics
                  .where("benchmark = '%s' AND split = '%s'".formatted(fixture, fixture.split()))
                  .select("method", "profile", "n_errors")
                  .collectAsList())
          .as(fixture.toString())
          .hasSize(METHODS.size() * fixture.ruledProfiles())
          .allSatisfy(row -> assertThat(row.getLong(2)).isZero());
    }
    assertThat(shared.resolve("ruled/report/report.html"))
        .as("of MathVista")
        .content()
        .containsPattern(
            "[12] of 2 answers .[0-9.]+ %. (is|are) undecided and counts? as the nearest");
  }

  @ParameterizedTest
  @MethodSource("ruledAndHandedIn")
  void exportedAnswersScoreAsTheRun(BenchmarkFixture fixture) throws IOException {
    Path export = folder.resolve("export");

    Map<String, Scored> run =
        scored(fixture, Path.of(run(fixture)), "run", "--export", export.toString());

    assertThat(run).containsOnlyKeys(METHODS);
    assertThat(fixture.exported(export.resolve("none"))).exists();
    Path exported = fixture.exported(export.resolve(HANDED_IN));
    assertThat(scored(fixture, exported, "exported"))
        .isEqualTo(Map.of(ANSWER_FILES, run.get(HANDED_IN)));
  }

  static Stream<BenchmarkFixture> ruledInFewForms() {
    return Stream.of(
        BenchmarkFixture.POPE,
        BenchmarkFixture.MME,
        BenchmarkFixture.TEXTVQA,
        BenchmarkFixture.COCO_CAPTION);
  }

  static Stream<BenchmarkFixture> ruledInOtherForms() {
    List<BenchmarkFixture> few = ruledInFewForms().toList();
    return ruled().filter(fixture -> !few.contains(fixture));
  }

  @ParameterizedTest
  @MethodSource("ruledInFewForms")
  void samplesOfLmmsEvalGiveTheSameTables(BenchmarkFixture fixture) {
    String export = folder.resolve("export").toString();
    String before =
        scoredTables(
            fixture, "before", List.of(odd), "--export", export, "--export-form", "lmms-eval");
    List<String> samples =
        METHODS.stream().map(method -> method + "=" + export + "/" + method).toList();
    String after = scoredTables(fixture, "after", samples);

    String own = fixture.benchmark().profiles().get(0); // logs are also scored as their tools do
    for (Table<?> table : List.of(Table.SCORES, Metric.TABLE)) {
      assertThat(rows(table, after, own)).isNotEmpty().isEqualTo(rows(table, before, own));
    }
    String[] kept = {
      "method", "question_id", "prompt", "answer", "generated_tokens", "error IS NULL"
    };
    assertThat(
            Table.PREDICTIONS
                .read(spark, List.of(after + "/predictions"))
                .selectExpr(kept)
                .collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            Table.PREDICTIONS
                .read(spark, List.of(odd))
                .where("benchmark = '%s'".formatted(fixture))
                .selectExpr(kept)
                .collectAsList());
  }

  @ParameterizedTest
  @MethodSource("ruledInOtherForms")
  @Tag("slow")
  void samplesOfLmmsEvalGiveTheSameTablesOfOthers(BenchmarkFixture fixture) {
    samplesOfLmmsEvalGiveTheSameTables(fixture);
  }

  /** Scores answers by the benchmark's own profile, and returns the folder of the tables. */
  private String scoredTables(
      BenchmarkFixture fixture, String output, List<String> answers, String... more) {
    String tables = folder.resolve(output).toString();
    List<String> arguments =
        new ArrayList<>(List.of("score", "--benchmark", fixture.toString(), "--answers"));
    arguments.addAll(answers);
    arguments.addAll(List.of("--split", fixture.split(), "--output", tables, "--source"));
    arguments.addAll(fixture.sources(files()));
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return tables;
  }

  /** Returns a profile's rows of a table, without the ids of runs. */
  private static List<String> rows(Table<?> table, String tables, String profile) {
    return table
        .read(spark, List.of(tables + "/" + table.folder()))
        .where(col("profile").equalTo(profile))
        .drop("run_id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("ruledOnly")
  void answersInLlavasFormScoreAsTheRun(BenchmarkFixture fixture) throws IOException {
    Map<String, List<String>> run =
        lines(
            Table.SCORES
                .read(spark, List.of(run(fixture) + "/scores"))
                .where(
                    "benchmark = '%s' AND profile = '%s'".formatted(fixture, fixture.profile())));

    assertThat(run).containsOnlyKeys(METHODS);
    assertThat(scored(fixture, llavaAnswers(fixture), "written").get(ANSWER_FILES).questions())
        .isEqualTo(run.get(HANDED_IN));
  }

  /** Writes a run's answers like LLaVA's scripts. */
  private Path llavaAnswers(BenchmarkFixture fixture) throws IOException {
    Map<String, String> fileIds = new HashMap<>();
    questions
        .get(fixture.toString())
        .forEach(row -> fileIds.put(row.getString(0), row.getString(1)));
    List<String> lines = new ArrayList<>();
    for (Row row :
        Table.PREDICTIONS
            .read(spark, List.of(run(fixture) + "/predictions"))
            .where("benchmark = '%s' AND method = '%s'".formatted(fixture, HANDED_IN))
            .select("question_id", "prompt", "answer")
            .collectAsList()) {
      ObjectNode line = MAPPER.createObjectNode();
      line.set("question_id", MAPPER.readTree(fileIds.get(row.getString(0))));
      line.put("prompt", row.getString(1)).put("text", row.getString(2));
      line.put("answer_id", "x" + lines.size()).put("model_id", "llava").putObject("metadata");
      lines.add(MAPPER.writeValueAsString(line));
    }
    return Files.write(folder.resolve("llava.jsonl"), lines);
  }

  @Test
  void aRunOfJudgedBenchmarksAloneEndsWell() {
    assertThat(judgedRun.code()).as(judgedRun.err()).isZero();
    assertThat(judgedRun.out().lines().toList())
        .hasSize(5)
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("method").contains("tokens"))
        .satisfies(lines -> assertThat(lines.get(1)).startsWith("none"))
        .satisfies(lines -> assertThat(lines.get(2)).startsWith("prumerge"))
        .satisfies(lines -> assertThat(lines.get(3)).startsWith("Parquet: "))
        .satisfies(lines -> assertThat(lines.get(4)).startsWith("Report: "));
    String report = shared.resolve("judged/report").toString();
    assertThat(Metric.TABLE.read(spark, List.of(report + "/metrics")).count()).isZero();
    assertThat(Table.EFFICIENCY.read(spark, List.of(report + "/efficiency")).count())
        .isEqualTo(METHODS.size() * judged().count());

    CommandLineRun again =
        CommandLineRun.of(
            "report",
            "--runs",
            shared.resolve("judged").toString(),
            "--output",
            folder.resolve("report").toString());
    assertThat(again.code()).as(again.err()).isZero();
  }

  @ParameterizedTest
  @MethodSource("judged")
  void judgedAnswersAreExportedAndTheJudgesWordsScored(BenchmarkFixture fixture)
      throws IOException {
    Path run = Path.of(run(fixture));
    Path export = folder.resolve("export");

    CommandLineRun exporting = score(fixture, run, "--export", export.toString());

    assertThat(exporting.code()).as(exporting.err()).isZero();
    assertThat(exporting.err()).contains("no judge was named for answers to " + fixture);
    assertThat(fixture.exported(export.resolve("none"))).exists();
    Path exported = fixture.exported(export.resolve(HANDED_IN));
    Path second = folder.resolve("again");
    CommandLineRun again = score(fixture, exported, "--export", second.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(fixture.exported(second.resolve(ANSWER_FILES))).hasSameBinaryContentAs(exported);

    assertSameSamples(fixture, run);

    Path words = fixture == BenchmarkFixture.MM_VET ? grades(exported) : reviews(exported);
    JsonNode metrics = scored(fixture, words, "judged").get(ANSWER_FILES).document().get("metrics");
    String headline = fixture == BenchmarkFixture.MM_VET ? "total" : "score";
    assertThat(metrics.get(headline).doubleValue()).isEqualTo(75);
  }

  /** Exports answers that are not scored as lmms-eval's samples, and those again. */
  private void assertSameSamples(BenchmarkFixture fixture, Path run) throws IOException {
    Path first = samples(fixture, run, "samples", HANDED_IN);
    assertThat(lines(first)).isEqualTo(questions.get(fixture.toString()).size());
    assertThat(samples(fixture, first, "samples-again", ANSWER_FILES))
        .hasSameBinaryContentAs(first);
  }

  /** Returns a method's file. */
  private Path samples(BenchmarkFixture fixture, Path answers, String output, String method)
      throws IOException {
    Path export = folder.resolve(output);
    CommandLineRun run =
        score(fixture, answers, "--export", export.toString(), "--export-form", "lmms-eval");
    assertThat(run.code()).as(run.err()).isZero();
    try (Stream<Path> files = Files.list(export.resolve(method))) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).findFirst().orElseThrow();
    }
  }

  /** Writes a result file like MM-Vet's evaluator about exported answers. */
  private static Path grades(Path exported) throws IOException {
    ObjectNode grades = MAPPER.createObjectNode();
    MAPPER
        .readTree(exported.toFile())
        .fieldNames()
        .forEachRemaining(
            id -> {
              ObjectNode grade = grades.putObject(id);
              grade.putArray("model").add("gpt-4-0613");
              grade.putArray("content").add("0.75");
              grade.putArray("score").add(0.75);
            });
    return Files.writeString(exported.resolveSibling("grades.json"), grades.toString());
  }

  /** Writes a result file like LLaVA's evaluator about exported answers. */
  private static Path reviews(Path exported) throws IOException {
    List<String> reviews = new ArrayList<>();
    for (String line : Files.readAllLines(exported)) {
      ObjectNode review = MAPPER.createObjectNode();
      review
          .put("id", reviews.size() + 1)
          .set("question_id", MAPPER.readTree(line).get("question_id"));
      review.put("answer1_id", "x").put("answer2_id", "y").put("content", "8 6\nThe first knew.");
      review.putArray("tuple").add(8.0).add(6.0);
      reviews.add(review.toString());
    }
    return Files.write(exported.resolveSibling("reviews.jsonl"), reviews);
  }
}

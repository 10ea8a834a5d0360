package io.prumerge.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes the SHA-256 of everything that the commands print and write, to compare two commits: a
 * line each in target/proof.txt, and what was hashed in target/proof. See conf/README.md.
 *
 * <p>What differs between two runs of the same code is left out or replaced: measured times, paths,
 * ids and dates of runs, the host and the code's own hash. Reports are also written again with
 * fixed times, so that their pages are compared whole.
 */
class OutputProof {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path GOLDENS = ROOT.resolve("udfs/src/test/resources/goldens");
  private static final String MINI = ROOT.resolve("conf/mini-llava").toString();
  private static final String TUNED = MINI + "+" + ROOT.resolve("conf/mini-llava-prumerge");
  private static final List<String> CPU = List.of("--device", "cpu", "--dtype", "fp32");

  /** Columns and files with measured times, the host, or work shared as the threads had it. */
  private static final String MEASURED =
      "ms_.*|flops_executed.*|questions_per_busy_second|hosts?|report\\.(md|html)";

  /**
   * Hashes of code, cached answers' keys among them, of training images with their files' times,
   * and of examples, whose maps have another order in every JVM.
   */
  private static final String HASH =
      "((?:code[_ ](?:commit|sha256)|images_sha256|examples[_ ](?:files[_ ])?sha256|\"key\")"
          + ".{0,40}?)\\b[0-9a-f]{12,64}\\b(?:-dirty)?";

  /** Cached answers: the folder's name has the code's hash, a file's is random. */
  private static final String CACHED =
      "\\bmodel-[0-9a-f]{64}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** A line of progress, which is said only if the work is slow. */
  private static final String PROGRESS = "(?m)^[A-Z][^:\\n]*: .*\\b\\d+:\\d\\d\\b.*\\R";

  /** From a fixed time to now. */
  private static final String DURATION = "(start to end\\D{0,40})[\\d,]+ h \\d+ min";

  private static final Pattern DECIMALS = Pattern.compile("\\d+\\.\\d+");
  private static final int DIGITS = 9;

  private static final String BINARY = ".*\\.(png|jpg|xlsx|safetensors)";
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\d(?:</span>)?[T ]\\d\\d:(?:</span>)?\\d\\d(:\\d\\d[.\\d]*)?";
  private static final String FIXED_TIME = "2026-01-01T00:00:00";
  private static final String RUN_ID = "(?!20260101)\\d{8}-\\d{6}-[0-9a-f]{8}";
  private static final String FIXED_ID = "20260101-000000-0000000";

  private static final Path PROOF = Path.of("target", "proof").toAbsolutePath();
  private static final Path WORK = Path.of("target", "proof-work").toAbsolutePath();
  private static final Path FILES = WORK.resolve("files");
  private static final Path EXAMPLES = WORK.resolve("examples");
  private static final Map<String, String> HASHES = new TreeMap<>();
  private static final ObjectMapper SORTED =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** Leaves out the last digits, which follow from the order in which Spark's tasks end. */
  private static final ObjectMapper ROUNDED =
      SORTED
          .copy()
          .registerModule(
              new SimpleModule()
                  .addSerializer(
                      Double.class,
                      new StdDelegatingSerializer(
                          Double.class,
                          new StdConverter<Double, BigDecimal>() {
                            @Override
                            public BigDecimal convert(Double value) {
                              return rounded(BigDecimal.valueOf(value));
                            }
                          })));

  private static SparkSession spark;

  /** Prepares every benchmark from an official format. */
  @BeforeAll
  static void prepare() throws IOException {
    spark = LocalSpark.session();
    deleted(PROOF);
    Files.createDirectories(deleted(WORK));
    OfficialFiles.write(FILES);
    for (BenchmarkFixture one : BenchmarkFixture.ofPictures()) {
      List<String> prepare =
          new ArrayList<>(List.of("prepare", "--benchmark", one.toString(), "--split"));
      prepare.addAll(List.of(one.split(), "--source"));
      prepare.addAll(one.sources(FILES));
      prepare.add(out(EXAMPLES.resolve(one.toString())));
      command("prepare/" + one, prepare);
    }
    folder("examples", EXAMPLES, MEASURED);
  }

  @AfterAll
  static void write() throws IOException {
    List<String> lines =
        HASHES.entrySet().stream().map(one -> one.getValue() + "  " + one.getKey()).toList();
    Files.write(Path.of("target", "proof.txt"), lines);
  }

  @Test
  void commandsWithoutARun() throws IOException {
    command("commands.md", List.of("generate-reference"));
    command("estimate", List.of("estimate"));
    command("estimate.json", List.of("estimate", "--json"));
    for (String mode : List.of("llm-viewer", "llm-viewer-2024-03-11")) {
      command("estimate-" + mode, List.of("estimate", "--mode", mode, "--json"));
    }
    command(
        "estimate-schedule",
        List.of("estimate", "--schedule", "0:576,2:192", "--attention", "flash", "--batch", "8"));
    command("estimate-model", List.of("estimate", "--model", MINI, "--visual-tokens", "144,16"));
  }

  /** The demo, then its reports with fixed times. */
  @Test
  void demo() throws IOException {
    Path demo = WORK.resolve("demo");
    run("demo", "--images", "8", "--seed", "3", "--model", MINI, "--tuned", TUNED, out(demo));
    folder("demo", demo, MEASURED);
    fixed("run", FIXED_ID + "1");
    fixed("run-tuned", FIXED_ID + "2");
    command(
        "report",
        List.of(
            "report",
            "--runs",
            demo.resolve("run").toString(),
            demo.resolve("run-tuned").toString(),
            "--latex",
            WORK.resolve("report-latex").toString(),
            "--json",
            out(WORK.resolve("report"))));
    folder("report", WORK.resolve("report"), "");
    folder("report-latex", WORK.resolve("report-latex"), "");
  }

  /** Gives a run of the demo fixed times and a fixed id, and has it report again. */
  private static void fixed(String name, String id) throws IOException {
    Path run = WORK.resolve("demo").resolve(name);
    JsonNode settings = SORTED.readTree(run.resolve("manifest.json").toFile()).get("configuration");
    for (String left : List.of("predictions", "scores", "report", "_COMPLETE")) {
      deleted(run.resolve(left));
    }
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".crc")) {
          Files.delete(file);
        } else if (file.toString().endsWith(".json")) {
          JsonNode json = SORTED.readTree(file.toFile());
          if (json instanceof ObjectNode marker) {
            marker.remove("files"); // of a chunk's marker: its answers are written anew
          }
          String fixed = json.toString().replaceAll(RUN_ID, id).replaceAll(TIME, FIXED_TIME);
          Files.writeString(file, fixed);
        }
      }
    }
    for (Path chunk : children(run.resolve("_chunks"))) {
      if (Files.isDirectory(chunk)) {
        fixTimes(chunk, id);
      }
    }
    List<String> evaluate = new ArrayList<>(List.of("evaluate", "--resume", "--model"));
    evaluate.add(settings.get("model").asText());
    evaluate.addAll(CPU);
    evaluate.addAll(List.of("--max-error-rate", "0", "--method"));
    settings.get("methods").forEach(method -> evaluate.add(method.asText()));
    evaluate.add("--examples");
    settings.get("examples").forEach(table -> evaluate.add(table.asText()));
    evaluate.add(out(run));
    command("fixed-" + name, evaluate);
    folder("fixed-" + name, run, "");
  }

  /** Replaces what is measured in a chunk's answers with numbers that follow from the question. */
  private static void fixTimes(Path chunk, String id) throws IOException {
    Dataset<Row> rows =
        spark
            .read()
            .parquet(chunk.toString())
            .coalesce(1)
            .sortWithinPartitions("benchmark", "split", "question_id", "method");
    Dataset<Row> fixed = rows.withColumn("run_id", lit(id)).withColumn("host", lit("host"));
    fixed = fixed.withColumn("flops_executed", col("flops_total"));
    for (String column : rows.columns()) {
      if (column.startsWith("ms_")) {
        String value = "pmod(hash(question_id, method, '%s'), 1024) / 64.0D".formatted(column);
        fixed = fixed.withColumn(column, expr("IF(%s IS NULL, NULL, %s)".formatted(column, value)));
      }
    }
    Path copy = chunk.resolveSibling("copy");
    fixed.write().mode(SaveMode.Overwrite).parquet(copy.toString());
    deleted(chunk);
    Files.move(copy, chunk);
  }

  /** A run of every benchmark, its scores and submissions. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void benchmarks(boolean judged) throws IOException {
    String name = judged ? "judged" : "ruled";
    List<BenchmarkFixture> fixtures =
        BenchmarkFixture.ofPictures().stream().filter(one -> one.judged() == judged).toList();
    List<String> evaluate = new ArrayList<>(List.of("evaluate", "--model", MINI, "--examples"));
    fixtures.forEach(one -> evaluate.add(EXAMPLES.resolve(one.toString()).toString()));
    evaluate.addAll(CPU);
    evaluate.addAll(List.of("--max-new-tokens", "4", "--method", "none", "prumerge"));
    evaluate.add(out(WORK.resolve(name)));
    run(evaluate.toArray(String[]::new));
    folder(name, WORK.resolve(name), MEASURED);
    for (BenchmarkFixture one : fixtures) {
      score(one, WORK.resolve(name));
    }
  }

  private static void score(BenchmarkFixture one, Path run) throws IOException {
    Path scored = WORK.resolve("score").resolve(one.toString());
    List<String> score =
        new ArrayList<>(List.of("score", "--benchmark", one.toString(), "--json", "--split"));
    score.addAll(List.of(one.split(), "--answers", run.toString(), "--source"));
    score.addAll(one.sources(FILES));
    score.add(out(scored));
    Path exported = WORK.resolve("export").resolve(one.toString());
    if (one.handedIn()) {
      score.addAll(List.of("--export", exported.toString()));
    }
    command("score/" + one, score);
    folder("score/" + one, scored, MEASURED);
    if (one.handedIn()) {
      folder("export/" + one, exported, MEASURED);
    }
  }

  /** All methods at several budgets, and a search among some. */
  @Test
  void sweeps() throws IOException {
    Path sweeps = ROOT.resolve("conf/sweeps");
    String pope = EXAMPLES.resolve("pope").toString();
    for (String name : List.of("leaderboard", "search")) {
      String command = name.equals("search") ? name : "sweep";
      String file = sweeps.resolve(name + ".yaml").toString();
      run(command, file, "--examples", pope, "--max-new-tokens", "4", out(WORK.resolve(name)));
      folder(name, WORK.resolve(name), MEASURED);
    }
  }

  /** A short training, its adapter evaluated as a folder of its own. */
  @Test
  void trainings() throws IOException {
    Path data = WORK.resolve("train");
    command(
        "mini-train",
        List.of("mini", "--split", "train", "--seed", "5", "--images", "6", out(data)));
    folder("mini-train", data, MEASURED);
    Path adapter = WORK.resolve("adapter");
    List<String> finetune = new ArrayList<>(List.of("finetune", "--model", MINI));
    finetune.addAll(List.of("--data", data.resolve("train.json").toString(), "--images"));
    finetune.addAll(List.of(data.toString(), "--rank", "2", "--batch", "4", "--steps", "3"));
    finetune.addAll(CPU);
    finetune.add(out(adapter));
    run(finetune.toArray(String[]::new));
    folder("adapter", adapter, MEASURED);
    Path merged = WORK.resolve("merged");
    command(
        "prepare-model", List.of("prepare-model", "--model", MINI + "+" + adapter, out(merged)));
    folder("prepare-model", merged, MEASURED);
  }

  @Test
  void explanations() throws IOException {
    String next = GOLDENS.resolve("families/next").toString();
    String blip = GOLDENS.resolve("queries/instructblip").toString();
    explain("explain-mini", MINI, "vicuna_v1", "none", "prumerge", "prumerge+", "hired:tokens=9");
    explain("explain-tiles", next, "llava_v1", "prumerge", "visionzip:tokens=30", "fastv:layer=1");
    explain("explain-queries", blip, "instructblip", "none", "fastv:layer=1,tokens=2");
  }

  private static void explain(String name, String model, String conversation, String... methods)
      throws IOException {
    List<String> explain = new ArrayList<>(List.of("explain", "--model", model, "--image"));
    for (String image : List.of("photo.png", "jpeg-420.jpg")) {
      explain.add(GOLDENS.resolve("images").resolve(image).toString());
    }
    explain.addAll(CPU);
    explain.addAll(List.of("--conv-mode", conversation, "--max-new-tokens", "4"));
    explain.addAll(List.of("--prompt", "Is there a dog in the image?", "--json", "--method"));
    explain.addAll(List.of(methods));
    explain.add(out(WORK.resolve(name)));
    command(name, explain);
    folder(name, WORK.resolve(name), MEASURED);
  }

  private static String out(Path folder) {
    return "--output=" + folder;
  }

  /** Runs a command whose output has measured times. */
  private static void run(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as("%s: %s", String.join(" ", arguments), run.err()).isZero();
  }

  /** Runs a command, and records its output. */
  private static void command(String name, Collection<String> arguments) throws IOException {
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as("%s: %s", String.join(" ", arguments), run.err()).isZero();
    hash(name + "/stdout", run.out());
    hash(name + "/stderr", run.err().replaceAll(PROGRESS, ""));
  }

  /**
   * Records every table and file that a reader sees in a folder.
   *
   * @param leftOut names of columns and files that are not recorded; empty if nothing was measured,
   *     so that numbers are recorded to their last digit
   */
  private static void folder(String name, Path folder, String leftOut) throws IOException {
    if (Files.isDirectory(folder)) {
      List<Path> children = children(folder);
      if (!children.isEmpty() && children.stream().allMatch(OutputProof::parquetFile)) {
        table(name, folder, leftOut);
      } else {
        for (Path child : children) {
          if (!child.getFileName().toString().matches(leftOut)) {
            folder(name + "/" + child.getFileName(), child, leftOut);
          }
        }
      }
    } else if (parquetFile(folder)) {
      table(name, folder, leftOut);
    } else if (name.matches(BINARY)) {
      HASHES.put(name, Sha256.hex(Files.readAllBytes(folder)));
    } else {
      String text = Files.readString(folder);
      hash(name, leftOut.isEmpty() ? text : rounded(text));
    }
  }

  private static String rounded(String text) {
    return DECIMALS
        .matcher(text)
        .replaceAll(number -> rounded(new BigDecimal(number.group())).toPlainString());
  }

  private static BigDecimal rounded(BigDecimal number) {
    return number.setScale(DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
  }

  private static boolean parquetFile(Path file) {
    return Files.isRegularFile(file) && file.toString().endsWith(".parquet");
  }

  private static void table(String name, Path folder, String leftOut) throws IOException {
    Dataset<Row> table = spark.read().parquet(folder.toString());
    String[] columns =
        Arrays.stream(table.columns()).filter(c -> !c.matches(leftOut)).toArray(String[]::new);
    ObjectMapper mapper = leftOut.isEmpty() ? SORTED : ROUNDED;
    List<String> rows = new ArrayList<>();
    for (String row : table.selectExpr(columns).toJSON().collectAsList()) {
      rows.add(settled(mapper.writeValueAsString(mapper.readValue(row, Object.class))));
    }
    Collections.sort(rows);
    hash(name, table.schema().treeString() + "\n" + String.join("\n", rows));
  }

  private static void hash(String name, String text) throws IOException {
    String settled = settled(text);
    String place = name.replaceAll(CACHED, "CACHED");
    Path file = PROOF.resolve(place);
    Files.createDirectories(file.getParent());
    Files.writeString(file, settled);
    HASHES.put(place, Sha256.hex(settled.getBytes(UTF_8)));
  }

  private static String settled(String text) {
    return text.replace(WORK.toString(), "WORK")
        .replace(ROOT.toString(), "ROOT")
        .replaceAll(TIME, "TIME")
        .replaceAll(HASH, "$1HASH")
        .replaceAll(HASH, "$1HASH") // a line may have those of two runs
        .replaceAll(DURATION, "$1TIME")
        .replaceAll(RUN_ID, "RUN");
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(child -> !child.getFileName().toString().matches("[._].*"))
          .sorted()
          .toList();
    }
  }

  private static Path deleted(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
    return tree;
  }
}

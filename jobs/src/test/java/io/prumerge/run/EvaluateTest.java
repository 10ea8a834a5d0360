package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import io.prumerge.console.Versions;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.Table;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.view.OpenViewer;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests evaluate end to end with the small checkpoint of the repository. */
@Tag("spark")
class EvaluateTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");
  private static final int IMAGES = 5;

  private static final int CHUNKS = 3;

  @TempDir private static Path shared;

  /** Of the good examples, in {@link #CHUNKS}. Nothing may change its folder. */
  private static CommandLineRun whole;

  @TempDir private Path folder;

  private String output;

  @BeforeAll
  static void examplesAndAWholeRun() throws IOException {
    LocalSpark.session();
    DogsAndCats pope = DogsAndCats.drawn(shared.resolve("pope"), IMAGES);
    pope.prepare(shared.resolve("good"));
    Files.delete(pope.image(1));
    pope.damage(2);
    pope.prepare(shared.resolve("broken"));
    whole = evaluateAt(wholeRun(), "good", "--chunks", Integer.toString(CHUNKS));
  }

  private static String wholeRun() {
    return shared.resolve("run").toString();
  }

  /** Copies the whole run to this test's output. */
  private void copyTheWholeRun() throws IOException {
    assertThat(whole.code()).as(whole.err()).isZero();
    FileUtils.copyDirectory(new File(wholeRun()), new File(output));
  }

  @BeforeEach
  void output() {
    output = folder.resolve("run").toString();
  }

  private CommandLineRun evaluate(String... more) {
    return evaluateAt(output, "good", more);
  }

  private static CommandLineRun evaluateAt(String output, String examples, String... more) {
    List<String> arguments = arguments(output, examples, more);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<String> arguments(String output, String examples, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--model", MODEL.toString(), "--device", "cpu", "--max-new-tokens", "4"));
    arguments.addAll(List.of("--examples", shared.resolve(examples).toString()));
    arguments.addAll(List.of("--output", output));
    if (!List.of(more).contains("--dtype")) {
      arguments.addAll(List.of("--dtype", "fp32"));
    }
    arguments.addAll(List.of("--method", "none", "prumerge"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Runs {@code evaluate} without its report. */
  private FinishedRun answerOnly(String... more) throws IOException {
    return answerOnlyAbout("good", more);
  }

  private FinishedRun answerOnlyAbout(String examples, String... more) throws IOException {
    return AnswersOnly.run(
        LocalSpark.session(), arguments(output, examples, more).toArray(String[]::new));
  }

  private List<Row> rows(Table<?> table, String place, String columns) {
    return table
        .read(LocalSpark.session(), List.of(output + "/" + place))
        .selectExpr(columns.split(", "))
        .collectAsList();
  }

  /** Returns the part of the results that must not depend on chunks and tasks. */
  private List<String> result() {
    return SameResult.of(output);
  }

  @Test
  void aRunWithAnotherLastStepIsCompleteWithWhatThatWrites() throws IOException {
    answerOnly();

    assertThat(result()).isEqualTo(SameResult.of(wholeRun()));
    assertThat(Path.of(output, "_COMPLETE")).exists();
    assertThat(Path.of(output, "scores")).doesNotExist();
    assertThat(Path.of(output, "report")).doesNotExist();
  }

  /** Spark's exception is a checked one that no method declares. */
  @Test
  void aRunWhoseJobsAreCancelledByATakeOverSaysWhoTookItOver() {
    LastStep last =
        (tables, lease) -> {
          DriverLease.take(
                  tables.directory().leases(),
                  LeaseHolder.here("app-other"),
                  LeasedWork.RUN,
                  LeaseClaim.TAKE_OVER,
                  () -> {})
              .close();
          return undeclared(new SparkException("Job 43 cancelled part of cancelled job tag"));
        };
    List<String> arguments = arguments(output, "good", "--limit", "1");

    assertThatThrownBy(
            () -> AnswersOnly.run(LocalSpark.session(), last, arguments.toArray(String[]::new)))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("Stopped: application app-other on ");
  }

  @SuppressWarnings("unchecked")
  private static <T, E extends Throwable> T undeclared(Throwable problem) throws E {
    throw (E) problem;
  }

  @Test
  @Tag("slow")
  void aMethodWithAClipModelPinsItByItsHash() throws IOException {
    Path clips = MODEL.resolve("../../udfs/src/test/resources/goldens/clips").normalize();
    String method = "trim:clip=" + clips.resolve("mini") + ",tokens=20";

    answerOnly("--method", method, "--limit", "2");

    assertThat(Path.of(output, "manifest.json"))
        .content()
        .contains(ClipCheckpoint.open(clips.resolve("mini")).digest());
    List<Row> predictions =
        rows(Table.PREDICTIONS, "predictions", "method, visual_tokens_after, error").stream()
            .filter(row -> row.getString(0).equals(method))
            .toList();
    assertThat(predictions)
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.getInt(1)).isEqualTo(20);
              assertThat(row.isNullAt(2)).isTrue();
            });
    output = folder.resolve("other").toString();
    CommandLineRun refused = evaluate("--method", "trim:clip=" + clips.resolve("mha"));
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err())
        .contains("its vision tower is 48 wide, but the features of the model's own are 192");
    assertThat(Path.of(output)).doesNotExist();
  }

  @Test
  void leavesTheTablesAndTheSummary() {
    output = wholeRun();

    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out().lines().toList())
        .hasSize(11)
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("method").contains("pope f1"))
        .satisfies(lines -> assertThat(lines.get(1)).startsWith("none").contains("144.0"))
        .satisfies(lines -> assertThat(lines.get(2)).startsWith("prumerge"))
        .satisfies(lines -> assertThat(lines.get(4)).startsWith("Methods and budgets: "))
        .satisfies(
            lines ->
                assertThat(lines.get(5)).matches("budget +method +tokens +POPE F1 +retention %"))
        .satisfies(lines -> assertThat(lines.get(6)).matches("all +none +144\\.0 .*"))
        .satisfies(lines -> assertThat(lines.get(7)).matches("own number +prumerge .*"))
        .satisfies(lines -> assertThat(lines.get(9)).startsWith("Parquet: ").endsWith("/run"))
        .satisfies(
            lines ->
                assertThat(lines.get(10)).startsWith("Report: ").endsWith("/report/report.html"));
    assertThat(Path.of(output, "report", "table.md"))
        .content()
        .contains("| own number | prumerge | ");
    assertThat(Path.of(output, "report", "table.tex"))
        .content()
        .contains("Each method's own number}} \\\\\nprumerge & ");
    assertThat(Path.of(output, "report", "table.csv")).content().contains("\n,own,prumerge,");
    assertThat(Path.of(output, "report", "report.html")).content().contains("<h2>Examples</h2>");
    assertThat(Path.of(output, "report", "report.md")).content().startsWith("# mini-llava");
    assertThat(whole.err()).contains("20 of 20 answers (100%)");
    assertThat(Path.of(output))
        .isDirectoryContaining("glob:**/_COMPLETE")
        .isDirectoryContaining("glob:**/manifest.json");

    List<Row> predictions =
        rows(
            Table.PREDICTIONS,
            "predictions",
            "model, dtype, method, question_id, prompt, image_sha256, visual_tokens_after,"
                + " flops_total, error, device");
    assertThat(predictions).hasSize(2 * 2 * IMAGES);
    assertThat(predictions)
        .allSatisfy(
            row -> {
              assertThat(row.getString(0)).isEqualTo("mini-llava");
              assertThat(row.getString(1)).isEqualTo("fp32");
              assertThat(row.getString(4)).endsWith("single word or phrase.");
              assertThat(row.getString(5)).hasSize(64);
              assertThat(row.isNullAt(8)).isTrue();
            });
    assertThat(predictions.stream().map(row -> row.getString(2) + row.getString(3)).distinct())
        .hasSize(2 * 2 * IMAGES);
    assertThat(rows(Table.SCORES, "scores", "profile"))
        .filteredOn(row -> row.getString(0).equals("official"))
        .hasSize(2 * 2 * IMAGES);
    assertThat(rows(Metric.TABLE, "report/metrics", "is_headline, profile, method"))
        .filteredOn(row -> row.getBoolean(0))
        .extracting(row -> row.getString(1) + " " + row.getString(2))
        .containsExactlyInAnyOrder(
            "official none",
            "official prumerge",
            "lmms-eval none",
            "lmms-eval prumerge",
            "vlmevalkit none",
            "vlmevalkit prumerge");
    assertThat(rows(Table.EFFICIENCY, "report/efficiency", "method")).hasSize(2);
    assertThat(rows(MethodSummary.TABLE, "report/summary", "method")).hasSize(2);
    assertThat(rows(Table.RUNS, "report/runs", "configuration"))
        .singleElement()
        .extracting(row -> row.getString(0))
        .asString()
        .as("resolved, not as asked")
        .contains("\"image_aspect\" : \"crop\"");
    assertThat(
            rows(
                Table.RUNS,
                "report/runs",
                "weights_sha256, dtype, n_rows, djl_version, mkl_on_amd, packed_weights"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getString(0)).hasSize(64);
              assertThat(row.getString(1)).isEqualTo("fp32");
              assertThat(row.getLong(2)).isEqualTo(20);
              assertThat(row.getString(3)).isEqualTo("0.38.0");
              assertThat(row.getString(4)).isEqualTo(TorchRuntime.mklOnAmd().label());
              assertThat(row.getString(5)).as("in fp32").isEqualTo("not needed");
            });
  }

  /** The command that stands below each of them, wherever the run's folder lies. */
  @Test
  void theReportsExamplesArePagesOfTheViewer() throws Exception {
    output = folder.resolve("by mail").toString();
    copyTheWholeRun();
    String report = Files.readString(Path.of(output, "report", "report.html"));
    List<String> pages =
        Pattern.compile("prumerge-spark view RUN --at '(question[^']+)'")
            .matcher(report.replace("&#39;", "'").replace("&#x3D;", "=").replace("&amp;", "&"))
            .results()
            .map(command -> command.group(1))
            .toList();

    assertThat(pages).isNotEmpty();
    try (Viewer viewer = OpenViewer.of(output);
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0)) {
      for (String page : pages) {
        try (InputStream shown = server.address(page).toURL().openStream()) {
          assertThat(new String(shown.readAllBytes(), StandardCharsets.UTF_8))
              .contains("<h1", "prumerge");
        }
      }
    }
  }

  @Test
  @Tag("soak")
  void isTheSameResultInAnyNumberOfPartitionsAndChunks() {
    List<List<String>> results = new ArrayList<>();
    for (String[] dealt :
        List.of(
            new String[] {"--partitions", "1"},
            new String[] {"--partitions", "3"},
            new String[] {"--partitions", "7"},
            new String[] {"--chunks", "4"})) {
      output = folder.resolve(String.join("", dealt)).toString();
      assertThat(evaluate(dealt).code()).isZero();
      results.add(result());
    }

    assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(results.get(0)));
    assertThat(results.get(0)).hasSize(20);
  }

  /** A script's name has its hash, so that a run never goes on with another one. */
  @Test
  void aScriptIsAMethodLikeAnyOther() throws IOException {
    Path file = OwnScript.write(folder.resolve("own.pt"), "class_attention", OwnScript.FASTERVLM);
    String script = "script:" + file + ",tokens=16";
    String[] asked = {"--chunks", "2", "--method", "fastervlm:tokens=16", script};

    answerOnly(asked);

    Dataset<Row> rows = LocalSpark.session().read().parquet(output + "/predictions");
    String[] same =
        Stream.of(rows.columns())
            .filter(name -> !name.equals("method") && !name.startsWith("ms_"))
            .toArray(String[]::new);
    List<Row> ours =
        rows.where("method LIKE 'fastervlm%'")
            .selectExpr(same)
            .orderBy("question_id")
            .collectAsList();
    assertThat(
            rows.where("method LIKE 'script:own.pt,sha256=%'")
                .selectExpr(same)
                .orderBy("question_id")
                .collectAsList())
        .hasSize(10)
        .isEqualTo(ours);

    Files.delete(Path.of(output, "_COMPLETE"));
    OwnScript.write(file, "class_attention,features", OwnScript.FASTERVLM);
    List<String> again = new ArrayList<>(List.of(asked));
    again.add(0, "--resume");
    CommandLineRun changed = evaluate(again.toArray(String[]::new));
    assertThat(changed.code()).isEqualTo(ExitCode.USAGE);
    assertThat(changed.err())
        .contains(
            "with other settings: --method was [", "fastervlm:tokens=16, script:own.pt,sha256=");
  }

  @Test
  void aScriptIsTriedBeforeTheRun() throws IOException {
    Path wrong = folder.resolve("wrong.pt");
    OwnScript.write(wrong, "features", "    return evidence[\"features\"]");
    CommandLineRun refused = evaluate("--dry-run", "--method", "script:" + wrong);
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains("Cannot use script:wrong.pt,sha256=")
        .contains(" with " + MODEL + ": script wrong.pt: it returned patches as float32 [144, ");

    OwnScript.write(wrong, "features", "    return torch.randperm(144)");
    assertThat(evaluate("--dry-run", "--method", "script:" + wrong).err())
        .contains("script wrong.pt: it returned different tokens for the same evidence");

    OwnScript.write(wrong, "features", "    return torch.arange(int(numbers[\"half\"]))");
    CommandLineRun planned = evaluate("--dry-run", "--method", "script:" + wrong + ",half=72");
    assertThat(planned.code()).as(planned.err()).isZero();
    assertThat(planned.out())
        .containsPattern("script:wrong\\.pt,half=72,sha256=[0-9a-f]{16} +\\S* *72");

    assertThat(evaluate("--method", "script:" + folder + "/no.pt").err())
        .contains("Cannot read the script " + folder + "/no.pt: there is no such file");
  }

  @Test
  void goesOnFromCommittedChunksUnderTheSameConfigurationOnly() throws IOException {
    copyTheWholeRun();
    List<String> before = result();
    CommandLineRun again = evaluate();
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("holds a finished run");
    CommandLineRun finished = evaluate("--resume");
    assertThat(finished.code()).isZero();
    assertThat(finished.out()).startsWith("Run ").contains(" is complete: ");
    CommandLineRun otherThanFinished =
        evaluate("--resume", "--method", "uniform:tokens=9", "--limit", "2");
    assertThat(otherThanFinished.code()).isEqualTo(ExitCode.USAGE);
    assertThat(otherThanFinished.err())
        .contains(
            "with other settings: --limit was 0, is now 2; --method was [none, prumerge], is now"
                + " [none, prumerge, uniform:tokens=9]");
    assertThat(evaluate("--resume", "--contrast", "prumerge:none").err())
        .contains("its report was made with another --contrast");

    Files.delete(Path.of(output, "_COMPLETE"));
    Files.delete(Path.of(output, "_chunks", "committed-00001.json"));
    List<String> kept = attempts();
    CommandLineRun without = evaluate();
    assertThat(without.code()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("continue it with --resume");
    CommandLineRun otherwise = evaluate("--resume", "--dtype", "bf16");
    assertThat(otherwise.code()).isEqualTo(ExitCode.USAGE);
    assertThat(otherwise.err()).contains("dtype was fp32, is now bf16");
    assertThat(evaluate("--resume", "--chunks", "2", "--dtype", "bf16").err())
        .contains("--dtype was fp32, is now bf16; --chunks was 3, is now 2");

    CommandLineRun resumed = evaluate("--resume");

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(result()).isEqualTo(before);
    assertThat(attempts()).as("one chunk again").hasSize(kept.size() + 1).containsAll(kept);
  }

  /** Spoils answers of the whole run: some questions under one method, some under both. */
  private void spoil() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
    RunDirectory run = new RunDirectory(root, root.getFileSystem(new Configuration()));
    for (ChunkMarker marker : run.markers().values()) {
      org.apache.hadoop.fs.Path attempt = run.attempt(marker.chunk());
      Table.PREDICTIONS.write(
          run.answers(LocalSpark.session(), marker)
              .withColumn("place", functions.expr("pmod(xxhash64(question_id, method), 3)"))
              .withColumn(
                  "error",
                  functions.expr(
                      "CASE place WHEN 0 THEN 'device_out_of_memory: x' WHEN 1 THEN"
                          + " 'prompt_too_long: x' END"))
              .withColumn("answer", functions.expr("if(error IS NULL, answer, NULL)")),
          attempt.toString());
      Files.delete(Path.of(output, "_chunks", marker.fileName()));
      run.commit(marker.chunk(), attempt, ChunkCounts.of(attempt, run.fileSystem()));
    }
    Files.delete(Path.of(output, "_COMPLETE"));
  }

  @Test
  @Tag("slow")
  void anAnswerThatIsAskedAgainIsTheOneOfAnUndisturbedRun() throws IOException {
    copyTheWholeRun();
    List<String> before = result();
    spoil();
    answerOnly("--resume", "--max-error-rate", "1");
    assertThat(kinds()).containsOnly("device_out_of_memory", "prompt_too_long");

    answerOnly("--resume", "--max-error-rate", "1", "--retry-errors", "device_out_of_memory");
    assertThat(kinds()).containsOnly("prompt_too_long");

    answerOnly("--resume", "--retry-errors");
    assertThat(kinds()).isEmpty();
    assertThat(result()).isEqualTo(before);
  }

  private List<String> kinds() {
    return rows(Table.PREDICTIONS, "predictions", "error").stream()
        .map(row -> row.getString(0))
        .filter(Objects::nonNull)
        .map(error -> error.replaceFirst(":.*", ""))
        .toList();
  }

  @Test
  @Tag("soak")
  void goesOnWithOtherCodeOnlyWhereThatIsAllowedAndSaysSo() throws IOException {
    assertThat(evaluate("--chunks", "2").code()).isZero();
    List<Row> before =
        rows(Table.RUNS, "report/runs", "code_sha256, libtorch_version, gpu, code_commit");
    assertThat(before.get(0).getString(0)).isEqualTo(CodeDigest.sha256());
    assertThat(before.get(0).getString(1)).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(before.get(0).isNullAt(2)).as("no GPU").isTrue();
    assertThat(before.get(0).getString(3)).isEqualTo(Versions.commit().orElse(null));
    Files.delete(Path.of(output, "_COMPLETE"));
    Files.delete(Path.of(output, "_chunks", "committed-00000.json"));
    Path file = Path.of(output, "manifest.json");
    Files.delete(Path.of(output, ".manifest.json.crc"));
    String begun =
        Files.readString(file)
            .replace(CodeDigest.sha256(), "0ld")
            .replace("\"libtorch_version\" : \"2", "\"libtorch_version\" : \"1")
            .replaceFirst("(\"mkl_on_amd\" : )\"[a-z ]+\"", "$1\"off\"")
            .replaceFirst("(\"packed_weights\" : )\"[a-z ]+\"", "$1\"off\"")
            .replaceFirst("(java_version.*\\s*\"dtype\" : )\"fp32\"", "$1\"bf16\"");
    Files.writeString(file, begun);

    CommandLineRun refused = evaluate("--resume");

    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains(
            "code_sha256 was 0ld, is now " + CodeDigest.sha256(),
            "libtorch_version was 1",
            "spark.prumerge.mklOnAmd was false, is now true",
            "spark.prumerge.packWeights was off, is now auto",
            "dtype was bf16, is now fp32",
            "--allow-code-change");
    assertThat(evaluate("--allow-code-change").err()).contains("requires --resume");

    CommandLineRun allowed = evaluate("--resume", "--allow-code-change");

    assertThat(allowed.code()).as(allowed.err()).isZero();
    assertThat(allowed.err()).contains("warning: the environment has changed: code_sha256 was 0ld");
    assertThat(file).as("what was written stays").hasContent(begun);
    assertThat(Files.readString(Path.of(output, "manifest-00001.json")))
        .contains("\"resumed_at\" : ", "0ld", CodeDigest.sha256());
    assertThat(rows(Table.RUNS, "report/runs", "code_sha256").get(0).getString(0))
        .isEqualTo("0ld, " + CodeDigest.sha256());
    Files.delete(Path.of(output, "_COMPLETE"));
    assertThat(evaluate("--resume").err()).as("no further change").doesNotContain("changed");
  }

  @Test
  void whileAnotherDriverIsAtItARunGoesOnOnlyByTakingItOver() throws IOException {
    copyTheWholeRun();
    List<String> before = result();
    Files.delete(Path.of(output, "_COMPLETE"));
    org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path(output);
    LeaseHolder other = LeaseHolder.here("app-other");
    new LeaseFolder(run, run.getFileSystem(new Configuration())).write(other);

    CommandLineRun refused = evaluate("--resume");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("Cannot continue this run: application app-other on ", "--take-over");
    assertThat(Path.of(output)).isDirectoryNotContaining("glob:**/_COMPLETE");

    answerOnly("--take-over");
    assertThat(result()).isEqualTo(before);
    assertThat(new LeaseFolder(run, run.getFileSystem(new Configuration())).isFree()).isTrue();
  }

  @Test
  void aDryRunChecksAndShowsAndWritesNothing() throws IOException {
    CommandLineRun run = evaluate("--dry-run");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("1 model x 10 questions x 2 methods: 20 answers, about ")
        .containsPattern("prumerge +9 ")
        .contains("Executor: all cores, 0 gpu, ", "Work:     1 chunk of up to 2 tasks, 2 at a time")
        .containsPattern("Memory:   each needs 3,0\\d\\d MiB outside its heap")
        .containsPattern("h100-sxm +\\S+ +\\S+\n");
    assertThat(Path.of(output)).doesNotExist();

    JsonNode plan = new ObjectMapper().readTree(evaluate("--dry-run", "--json").out());
    JsonNode cluster = plan.path("cluster");
    assertThat(cluster.path("partitions").asInt()).isEqualTo(2);
    assertThat(cluster.path("needed_mib").asInt()).isBetween(3072, 3100);
    assertThat(cluster.path("packed_mib").asInt(-1)).as("fp32").isZero();
    assertThat(cluster.path("overhead_mib").isNull()).as("no limit in local mode").isTrue();
    assertThat(cluster.path("hours"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            device ->
                assertThat(device.path("batched").asDouble())
                    .isPositive()
                    .isLessThanOrEqualTo(device.path("single").asDouble()))
        .filteredOn(device -> !device.path("hardware").asText().equals("this machine"))
        .as("this machine is measured, and may be bound by arithmetic either way")
        .allSatisfy(
            device ->
                assertThat(device.path("batched").asDouble())
                    .isLessThan(device.path("single").asDouble()));
    CommandLineRun half = evaluate("--dry-run", "--dtype", "bf16");
    assertThat(half.out()).contains("A second copy of the decoder's weights takes 6 MiB, where");

    assertThat(evaluate("--json").err()).contains("evaluate takes --json only with --dry-run");
    Files.createDirectories(Path.of(output));
    Files.writeString(Path.of(output, "notes.txt"), "mine");
    assertThat(evaluate("--dry-run").err()).contains("exists already and holds no run");
  }

  private List<String> attempts() throws IOException {
    try (Stream<Path> chunks = Files.list(Path.of(output, "_chunks"))) {
      return chunks.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void errorsAreRowsAndTooManyFailTheRunAfterItsReport() throws IOException {
    CommandLineRun run = evaluateAt(output, "broken");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains(
            "prumerge-spark: 8 of 20 answers are errors (40.0 %), more than --max-error-rate 0.01",
            "error of 4 answers, such as question ", ": image_missing: ", ": image_unsupported: ")
        .contains(
            "4 answers with image_missing: put the pictures where the data name them",
            "4 answers with image_unsupported: save the pictures as PNG",
            "then prepare the examples again, and run in a new folder")
        .doesNotContain("--retry-errors");
    assertThat(run.out()).as("the report exists nevertheless").contains("Parquet: ");
    assertThat(Path.of(output)).isDirectoryContaining("glob:**/_COMPLETE");
    assertThat(rows(Table.PREDICTIONS, "predictions", "image_id, error, answer"))
        .filteredOn(row -> !row.isNullAt(1))
        .hasSize(8)
        .allSatisfy(row -> assertThat(row.isNullAt(2)).isTrue())
        .extracting(row -> row.getString(0) + " " + row.getString(1).split(":")[0])
        .containsOnly("1.png image_missing", "2.png image_unsupported");
    assertThat(rows(Table.SCORES, "scores", "parsed, score"))
        .filteredOn(row -> row.isNullAt(0))
        .as("under all three profiles")
        .hasSize(3 * 8)
        .allSatisfy(row -> assertThat(row.getDouble(1)).isZero());

    CommandLineRun again = evaluateAt(output, "broken", "--resume");
    assertThat(again.code()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err())
        .contains(
            "prumerge-spark: 8 of 20 answers are errors (40.0 %), more than --max-error-rate 0.01");
    CommandLineRun bounded = evaluateAt(output, "broken", "--resume", "--max-error-rate", "0.4");
    assertThat(bounded.code()).as(bounded.err()).isZero();
    assertThat(bounded.err()).contains("warning: 8 of 20 answers are errors");

    output = folder.resolve("tolerant").toString();
    assertThat(answerOnlyAbout("broken", "--max-error-rate", "0.5").warnings())
        .singleElement()
        .asString()
        .startsWith("8 of 20 answers are errors");
  }

  @Test
  @Tag("soak")
  void limitsImagesAndReportsSeveralRunsTogether() throws IOException {
    assertThat(evaluate("--limit", "3").code()).isZero();
    assertThat(rows(Table.PREDICTIONS, "predictions", "question_id")).hasSize(8);
    String first = output;
    output = folder.resolve("second").toString();
    assertThat(evaluate().code()).isZero();
    String report = folder.resolve("report").toString();

    CommandLineRun misspelt =
        CommandLineRun.of(
            "report", "--runs", first, "--output", report, "--contrast", "prumerge:nothing");
    assertThat(misspelt.code()).isEqualTo(ExitCode.USAGE);
    assertThat(misspelt.err())
        .contains("--contrast 'prumerge:nothing' names no two methods to compare");
    CommandLineRun run =
        CommandLineRun.of(
            "report", "--runs", first, output, "--output", report, "--contrast", "prumerge:none");

    assertThat(run.code()).as(run.err()).isZero();
    output = report;
    assertThat(rows(Metric.TABLE, "metrics", "metric, category, value IS NULL"))
        .as("the limited run lacks settings of POPE, so it has no headline")
        .contains(RowFactory.create("f1", "all", true), RowFactory.create("f1", "all", false));
    assertThat(rows(ContrastResult.TABLE, "contrasts", "benchmark, metric"))
        .as("of the run that has one")
        .containsExactly(RowFactory.create("pope", "f1"), RowFactory.create("all", "retention"));
    assertThat(rows(Table.RUNS, "runs", "run_id")).hasSize(2);
    assertThat(rows(MethodSummary.TABLE, "summary", "run_id, method")).hasSize(4);
    assertThat(CommandLineRun.of("report", "--runs", first, first, "--output", report + "2").err())
        .contains("is given twice");
    assertThat(CommandLineRun.of("report", "--runs", report, "--output", report + "2").err())
        .contains("is not a finished run");
    assertThat(
            CommandLineRun.of(
                    "report",
                    "--runs",
                    first,
                    "--output",
                    report + "2",
                    "--baseline",
                    "first:tokens=4")
                .err())
        .contains("No run has the --baseline first:tokens=4; methods: [none, prumerge]");
    CommandLineRun otherwise =
        CommandLineRun.of(
            "report",
            "--runs",
            first,
            "--examples",
            shared.resolve("good").toString(),
            "--output",
            report + "2",
            "--baseline",
            "prumerge:k=32",
            "--json");
    assertThat(otherwise.code()).as("another spelling of prumerge: " + otherwise.err()).isZero();
    JsonNode document = new ObjectMapper().readTree(otherwise.out());
    assertThat(document.path("baseline").asText()).isEqualTo("prumerge");
    assertThat(document.path("methods"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.path("headlines").has("pope/test f1")).isTrue());
    assertThat(
            CommandLineRun.of("report", "--runs", first, "--examples", "no", "--output", "x").err())
        .contains("--examples no does not exist");
    output = report + "2";
    assertThat(rows(MethodSummary.TABLE, "summary", "baseline"))
        .extracting(row -> row.getString(0))
        .containsOnly("prumerge");
  }

  @Test
  void refusesOtherWeightsThanThoseAskedFor() {
    String weights = Checkpoint.open(MODEL).digest();
    String other = "0123456789ABCDEF".repeat(4);

    CommandLineRun refused = evaluate("--model-sha256", other);

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err().lines().filter(line -> !line.startsWith("Counted ")))
        .containsExactly(
            String.format(
                Locale.ROOT,
                "prumerge-spark: Cannot use checkpoint %s: the SHA-256 of its weights is %s, but %s"
                    + " is asked for; give the folder that is meant, or its hash",
                MODEL,
                weights,
                other.toLowerCase(Locale.ROOT)));
    assertThat(Path.of(output)).doesNotExist();

    CommandLineRun taken = evaluate("--model-sha256", weights, "--limit", "1");
    assertThat(taken.code()).as(taken.err()).isZero();
    assertThat(rows(Table.RUNS, "report/runs", "weights_sha256"))
        .containsExactly(RowFactory.create(weights));

    CommandLineRun misspelt = evaluate("--model-sha256", "latest");
    assertThat(misspelt.code()).isEqualTo(ExitCode.USAGE);
    assertThat(misspelt.err()).contains("Cannot pin weights to 'latest': a SHA-256 has 64");
  }

  /** Changes every Parquet file of a table. */
  private static void damage(Path table, UnaryOperator<byte[]> change) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.write(file, change.apply(Files.readAllBytes(file)));
      }
    }
  }

  private CommandLineRun evaluateDamaged(UnaryOperator<byte[]> change) throws IOException {
    Path table = Files.createTempDirectory(folder, "damaged");
    try (Stream<Path> files = Files.list(shared.resolve("good"))) {
      for (Path file : files.toList()) {
        Files.copy(file, table.resolve(file.getFileName()));
      }
    }
    damage(table, change);
    return evaluateAt(output, table.toString());
  }

  @Test
  void refusesExamplesThatAreDamaged() throws IOException {
    List<UnaryOperator<byte[]>> changes =
        List.of(bytes -> new byte[] {1, 2, 3}, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
    for (UnaryOperator<byte[]> change : changes) {
      assertRefused(evaluateDamaged(change));
      assertThat(Path.of(output)).doesNotExist();
    }
    // The file keeps its length, so only the first tasks notice when they read its rows.
    assertRefused(
        evaluateDamaged(
            bytes -> {
              int footer =
                  ByteBuffer.wrap(bytes)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .getInt(bytes.length - 2 * Integer.BYTES);
              Arrays.fill(bytes, 4, bytes.length - 2 * Integer.BYTES - footer, (byte) 0xFF);
              return bytes;
            }));
    assertThat(Path.of(output, "_COMPLETE")).doesNotExist();
  }

  private static void assertRefused(CommandLineRun run) {
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().lines().reduce((first, last) -> last))
        .get()
        .asString()
        .startsWith("prumerge-spark: Cannot read ")
        .contains("damaged");
  }

  /** What a driver of an earlier version may do, or a user. */
  @Test
  void refusesTablesThatAreNotThoseItWasCompletedWith() throws IOException {
    copyTheWholeRun();
    assertThat(Path.of(output, "_COMPLETE"))
        .content()
        .contains("\"answers\" : 20", "\"predictions\" : 20", "\"report/runs\" : 1");
    Path scores = Path.of(output, "scores");
    Path part;
    try (Stream<Path> files = Files.list(scores)) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.copy(part, scores.resolve("part-00000-of-another-driver.parquet"));

    String problem = "Cannot use file:" + output + ": its scores has ";
    CommandLineRun resumed = evaluate("--resume");
    assertThat(resumed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(resumed.err()).contains(problem, "delete _COMPLETE and resume the run");
    String report = folder.resolve("report").toString();
    assertThat(CommandLineRun.of("report", "--runs", output, "--output", report).err())
        .contains(problem);

    Files.delete(Path.of(output, "_COMPLETE"));
    CommandLineRun kept = evaluate("--resume");
    assertThat(kept.code()).isEqualTo(ExitCode.FAILED);
    assertThat(kept.err())
        .contains("scores/part-00000-of-another-driver.parquet, which this run did not write");
    Files.delete(scores.resolve("part-00000-of-another-driver.parquet"));
    CommandLineRun mended = evaluate("--resume");
    assertThat(mended.code()).as(mended.err()).isZero();
    assertThat(evaluate("--resume").code()).isZero();
  }

  /** A name on the hub, whose snapshot this host has not, and the run had. */
  @Test
  void aFinishedRunIsCompleteThoughItsModelHasLeftTheHubsCache() throws IOException {
    copyTheWholeRun();
    String snapshot = "/gone/hub/models--prumerge--mini/snapshots/" + "a".repeat(40);
    Path manifest = Path.of(output, "manifest.json");
    Files.delete(Path.of(output, ".manifest.json.crc"));
    Files.writeString(manifest, Files.readString(manifest).replace(MODEL.toString(), snapshot));

    for (String name : List.of("hf:prumerge/mini", "prumerge/mini", "hf:prumerge/mini@v1")) {
      CommandLineRun finished = resumed(name);
      assertThat(finished.code()).as(finished.err()).isZero();
      assertThat(finished.out()).startsWith("Run ").contains(" is complete: ");
    }
    assertThat(resumed("hf:prumerge/mini@" + "b".repeat(40)).problems())
        .singleElement()
        .asString()
        .contains("is not in the Hugging Face cache")
        .endsWith("hf download prumerge/mini --revision " + "b".repeat(40));
    assertThat(resumed("hf:other/mini").problems())
        .singleElement()
        .asString()
        .endsWith("hf download other/mini");
    Path file =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            """
            {models: ['hf:prumerge/mini'], examples: ['%s'], methods: [none, prumerge],
             device: cpu, dtype: fp32, max_new_tokens: 4}
            """
                .formatted(shared.resolve("good")));
    CommandLineRun swept =
        CommandLineRun.of("sweep", file.toString(), "--output", output, "--resume");
    assertThat(swept.code()).as(swept.err()).isZero();
    assertThat(swept.out()).contains(" is complete: ");

    Files.delete(Path.of(output, "_COMPLETE"));
    Files.delete(Path.of(output, "_chunks", "committed-00001.json"));
    CommandLineRun unfinished = resumed("hf:prumerge/mini");
    assertThat(unfinished.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unfinished.problems())
        .singleElement()
        .asString()
        .endsWith("download it: hf download prumerge/mini");
  }

  private CommandLineRun resumed(String model) {
    List<String> arguments = arguments(output, "good", "--resume");
    arguments.set(arguments.indexOf(MODEL.toString()), model);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void refusesAManifestThatIsNotTheRunsOwn() throws IOException {
    copyTheWholeRun();
    Files.delete(Path.of(output, "_COMPLETE"));
    Files.delete(Path.of(output, "_chunks", "committed-00000.json"));
    Path file = Path.of(output, "manifest.json");
    String manifest = Files.readString(file);
    Files.delete(Path.of(output, ".manifest.json.crc"));

    Files.writeString(file, manifest.replace("\"chunks\" : 3", "\"chunks\" : 1"));
    CommandLineRun fewer = evaluate("--resume");
    assertThat(fewer.code()).isEqualTo(ExitCode.FAILED);
    assertThat(fewer.err()).contains("chunk 2 is committed, but its manifest.json counts 1 chunks");

    Files.writeString(file, manifest.replace("\"run_id\" : \"", "\"run_id\" : \"x"));
    CommandLineRun another = evaluate("--resume");
    assertThat(another.code()).isEqualTo(ExitCode.FAILED);
    assertThat(another.err())
        .contains("its chunks hold answers of run ", "its manifest.json is for x")
        .endsWith("restore the original file\n");
  }

  @Test
  void refusesBeforeTheFirstTask() throws IOException {
    assertThat(evaluate("--conv-mode", "vicuna_v9").err())
        .startsWith("prumerge-spark: Unknown conversation template 'vicuna_v9'");
    assertThat(evaluate("--method", "none").err()).contains("A --method is given twice");
    assertThat(evaluate("--max-error-rate", "2").code()).isEqualTo(ExitCode.USAGE);
    assertThat(evaluateAt(output, "nowhere").err()).contains("--examples", "does not exist");

    Path empty = Files.createDirectory(folder.resolve("empty"));
    CommandLineRun wrong =
        CommandLineRun.of(
            "evaluate",
            "--model",
            empty.toString(),
            "--examples",
            shared.resolve("good").toString(),
            "--method",
            "none",
            "--output",
            output);
    assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.problems())
        .singleElement()
        .asString()
        .startsWith("prumerge-spark: Cannot open checkpoint " + empty);
    String good = shared.resolve("good").toString();
    String unknown = folder.resolve("unknown").toString();
    Table.EXAMPLES.write(
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(good))
            .withColumn("benchmark", functions.lit("nosuch")),
        unknown);
    CommandLineRun unscored = evaluateAt(output, unknown);
    assertThat(unscored.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unscored.problems())
        .singleElement()
        .asString()
        .startsWith(
            "prumerge-spark: Cannot score the answers to these examples: Unknown benchmark"
                + " 'nosuch'; known: ")
        .endsWith(
            "; a benchmark of your own needs its jar in spark.jars, one of a file"
                + " the table that prepare wrote");
    assertThat(Path.of(output)).as("nothing was written").doesNotExist();

    Files.createDirectories(Path.of(output));
    Files.writeString(Path.of(output, "notes.txt"), "mine");
    assertThat(evaluate().err()).contains("exists already and holds no run");
  }
}

package io.prumerge.jobs;

import static org.apache.spark.sql.functions.avg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.console.Failure;
import io.prumerge.launch.ReportingJob;
import io.prumerge.launch.ReportingSettings;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.metric.Metric;
import io.prumerge.store.Table;
import io.prumerge.view.OpenViewer;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that has not ended shows what it has. */
@Tag("spark")
@Tag("model")
class PartialReportTest {

  private static final int CHUNKS = 4;

  @TempDir private static Path folder;

  private static Path whole;
  private static Path half;

  @BeforeAll
  static void run() throws IOException {
    whole = folder.resolve("whole");
    half = folder.resolve("h\u00e4lfte");
    evaluate(whole);
    FileUtils.copyDirectory(whole.toFile(), half.toFile());
    // As a driver leaves it that is killed before its last chunk.
    for (String written : List.of("_COMPLETE", "predictions", "scores", "report")) {
      FileUtils.forceDelete(half.resolve(written).toFile());
    }
    try (Stream<Path> files = Files.list(half)) {
      for (Path attempt :
          files.filter(file -> isOfTables(file.getFileName().toString())).toList()) {
        FileUtils.forceDelete(attempt.toFile());
      }
    }
    List<Path> markers = markers();
    assertThat(markers).hasSize(CHUNKS);
    Files.delete(markers.get(CHUNKS - 1));
  }

  private static boolean isOfTables(String name) {
    return !name.equals("_chunks") && !name.startsWith("manifest") && !name.startsWith("_leases");
  }

  private static List<Path> markers() throws IOException {
    try (Stream<Path> files = Files.list(half.resolve("_chunks"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.json"))
          .sorted()
          .toList();
    }
  }

  private static void evaluate(Path output, String... more) {
    done(evaluation(output, more));
  }

  private static String[] evaluation(Path output, String... more) {
    String[] arguments = {
      "evaluate",
      "--examples=" + MiniPope.examples(),
      "--model=" + Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
      "--method=none",
      "--method=prumerge",
      "--device=cpu",
      "--chunks=" + CHUNKS,
      "--output=" + output
    };
    return Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static Dataset<Row> committed() throws IOException {
    List<String> attempts =
        markers().stream()
            .map(
                marker -> {
                  try {
                    JsonNode named = new ObjectMapper().readTree(marker.toFile());
                    return half.resolve("_chunks")
                        .resolve(named.get("attempt").asText())
                        .toString();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    return Table.PREDICTIONS.read(LocalSpark.session(), attempts);
  }

  @Test
  void aReportIsAboutTheCommittedChunksIfAsked() throws IOException {
    CommandLineRun refused =
        CommandLineRun.of("report", "--runs=" + half, "--output=" + folder.resolve("refused"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("is not a finished run; continue it with --resume, or report its committed")
        .contains("--partial");

    CommandLineRun run =
        done("report", "--partial", "--runs=" + half, "--output=" + folder.resolve("report"));

    long answers = committed().count();
    assertThat(answers).isPositive();
    assertThat(run.err().replaceAll("\\s+", " "))
        .contains("is unfinished: all figures are of the 3 of 4 chunks that are committed, with")
        .contains(answers + " answers");
    Dataset<Row> asked = committed().select("benchmark", "split", "method", "question_id");
    double expected =
        Table.SCORES
            .read(LocalSpark.session(), List.of(whole.resolve("scores").toString()))
            .join(asked, new String[] {"benchmark", "split", "method", "question_id"}, "left_semi")
            .where("method = 'prumerge'")
            .agg(avg("score"))
            .first()
            .getDouble(0);
    Row accuracy =
        Metric.TABLE
            .read(LocalSpark.session(), List.of(folder.resolve("report/metrics").toString()))
            .where("method = 'prumerge' AND category = 'all' AND metric = 'accuracy'")
            .where("profile = 'official'")
            .first();
    assertThat(accuracy.<Double>getAs("value")).isEqualTo(100 * expected, within(1e-9));
    assertThat(accuracy.<Long>getAs("n")).isEqualTo(answers / 2);
    assertThat(Files.readString(folder.resolve("report/report.md")))
        .contains("- unfinished: **3 of 4 chunks**")
        .contains("is unfinished: all figures are of the 3 of 4 chunks that are committed");
    try (Stream<Path> files = Files.list(folder.resolve("report"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .doesNotContain("scores", "_made");
    }
  }

  @Test
  void catalogsTakeFinishedRunsOnly() {
    CommandLineRun run =
        CommandLineRun.of(
            "report",
            "--partial",
            "--tables=lake.runs",
            "--runs=" + half,
            "--output=" + folder.resolve("appended"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--tables appends finished runs only");
  }

  @Test
  void theViewerShowsThemAndSaysSo() throws IOException {
    long questions = committed().select("question_id").distinct().count();
    try (Viewer viewer = OpenViewer.of(half.toString(), List.of(), LocalSpark::session);
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0)) {
      assertThat(text(server, ""))
          .contains("is unfinished: all figures are of the 3 of 4 chunks that are committed");
      JsonNode count = new ObjectMapper().readTree(text(server, "count"));
      assertThat(count.toString()).contains(Long.toString(questions));
      JsonNode first = new ObjectMapper().readTree(text(server, "questions")).get("rows").get(0);
      assertThat(text(server, first.get("link").asText()))
          .as("a graded answer")
          .containsAnyOf("✓", "✗");
    }
  }

  private static String text(ViewServer server, String page) throws IOException {
    try (InputStream in = server.address(page).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void nothingIsCommittedYet() throws IOException {
    Path begun = folder.resolve("begun");
    Files.createDirectories(begun);
    Files.copy(half.resolve("manifest.json"), begun.resolve("manifest.json"));

    CommandLineRun run =
        CommandLineRun.of(
            "report", "--partial", "--runs=" + begun, "--output=" + folder.resolve("none"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is not a finished run, and has no committed chunk yet");
  }

  @Test
  void aSecondReportIntoOneFolderIsRefusedBeforeSparkStarts() throws IOException {
    Path target = folder.resolve("twice");
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(target.toUri());
    ReportingSettings settings = new ReportingSettings();
    settings.runs.set(List.of(whole.toString()));
    settings.output.set(target.toString());
    ReportingJob second =
        new ReportingJob(
            () -> {
              throw new AssertionError("a session is asked for");
            },
            settings);
    try (UnfinishedFolder other =
        UnfinishedFolder.beside(place, "reporting", place.getFileSystem(new Configuration()))) {
      other.take(LeaseHolder.here("report"), LeasedWork.FOLDER);
      assertThatThrownBy(second::run)
          .isInstanceOf(Failure.class)
          .hasMessageContaining("Cannot write this folder: ")
          .hasMessageContaining("writes one of the same name, with a heartbeat")
          .hasMessageContaining("or name another folder as output");
    }

    done("report", "--partial", "--runs=" + whole, "--output=" + target);
    assertThat(Files.readString(target.resolve("report.md")))
        .as("of a finished run the flag says nothing")
        .contains("- finished: ")
        .doesNotContain("unfinished");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".reporting"));
    }
  }

  /** Ways in which committed answers are lost, each from a folder of a chunk and its marker. */
  private enum Loss {
    PART,
    CUT,
    FOLDER,
    /** As a part, of a marker of an earlier version, which does not name files. */
    UNNAMED
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aCommittedPartThatIsGoneIsNamedWithWhatHelps(Loss loss) throws IOException {
    Path run = folder.resolve("lost " + loss);
    FileUtils.copyDirectory(half.toFile(), run.toFile());
    long most = -1; // others may have no answers
    Path marker = null;
    for (Path one : markers()) {
      long answers = new ObjectMapper().readTree(one.toFile()).at("/counts/answers").asLong();
      marker = answers > most ? run.resolve("_chunks").resolve(one.getFileName()) : marker;
      most = Math.max(most, answers);
    }
    ObjectNode said = (ObjectNode) new ObjectMapper().readTree(marker.toFile());
    Path attempt = run.resolve("_chunks").resolve(said.get("attempt").asText());
    String largest =
        said.get("files").properties().stream()
            .max(Comparator.comparingLong(file -> file.getValue().asLong()))
            .orElseThrow()
            .getKey();
    Path part = attempt.resolve(largest);
    switch (loss) {
      case PART -> Files.delete(part);
      case CUT -> Files.write(part, Arrays.copyOf(Files.readAllBytes(part), 100));
      case FOLDER -> FileUtils.forceDelete(attempt.toFile());
      case UNNAMED -> {
        said.remove("files");
        Files.writeString(marker, said.toString());
        Files.deleteIfExists(marker.resolveSibling("." + marker.getFileName() + ".crc"));
        Files.delete(part);
      }
    }
    String named = loss == Loss.UNNAMED ? attempt + " holds " : part.toString();

    for (CommandLineRun refused :
        List.of(
            CommandLineRun.of(evaluation(run, "--resume")),
            CommandLineRun.of(
                "report", "--partial", "--runs=" + run, "--output=" + folder.resolve("l")))) {
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains("of its committed chunk " + (1 + said.get("chunk").asInt()))
          .contains(", file:" + named)
          .contains("or delete the chunk's marker file:" + marker + ", then --resume answers it");
    }
    if (loss == Loss.PART) { // without its marker each is an attempt like any other
      Files.delete(marker);
      evaluate(run, "--resume");
      assertThat(SameResult.of(run.toString())).isEqualTo(SameResult.of(whole.toString()));
    }
  }
}

package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.store.Folders;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of answers from files, which know pictures by name, beside one that has seen these. */
@Tag("spark")
class AnswersBesideRunTest {

  private static final Path LOGS =
      Path.of("src/test/resources/logs/lmms-eval/pope").toAbsolutePath();
  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  /** What the page draws, once for each picture. */
  private static final String PICTURE = "href=\"data:image/png";

  @TempDir private static Path folder;
  private static String answers;
  private static String own;

  @BeforeAll
  static void make() {
    LocalSpark.session();
    answers = folder.resolve("answers").toString();
    own = folder.resolve("own").toString();
    String source = LOGS.resolve("source").toString();
    done(
        "score",
        "--answers",
        "none=" + LOGS.resolve("logs/made-org__full-7b"),
        "--benchmark",
        "pope",
        "--source",
        source,
        "--output",
        answers);
    done(
        "evaluate",
        "--model",
        MODEL.toString(),
        "--method",
        "none",
        "--benchmark",
        "pope",
        "--source",
        source,
        "--output",
        own);
  }

  private static void done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void theSameQuestionsArePairedAndTheirPicturesShown() throws Exception {
    Path report = folder.resolve("report");

    done("report", "--runs", answers, own, "--output", report.toString());

    assertThat(
            ContrastResult.TABLE.records(
                ContrastResult.TABLE.read(
                    LocalSpark.session(), List.of(report.resolve("contrasts").toString()))))
        .filteredOn(row -> !row.isRetention())
        .extracting(
            row -> row.questions().both(), row -> row.questions().onlyA(), row -> row.clusters())
        .as("12 questions about 4 pictures")
        .containsExactly(tuple(12L, 0L, Optional.of(4L)));
    assertThat(Files.readString(report.resolve("report.html"))).contains(PICTURE);
  }

  /** The table that the other run was asked, of the same pictures. */
  @Test
  void picturesOfATableThatIsGivenAreShownByTheirNames() throws Exception {
    String table;
    try (Stream<Path> tables = Files.list(folder.resolve("prepared"))) {
      table =
          tables
              .filter(one -> one.toString().endsWith(".examples"))
              .findFirst()
              .orElseThrow()
              .toString();
    }
    Path without = folder.resolve("without");
    Path with = folder.resolve("with");

    done("report", "--runs", answers, "--output", without.toString());
    done("report", "--runs", answers, "--examples", table, "--output", with.toString());

    assertThat(Files.readString(without.resolve("report.html"))).doesNotContain(PICTURE);
    assertThat(Files.readString(with.resolve("report.html"))).contains(PICTURE);
    assertThat(Metric.TABLE.records(metrics(with)))
        .as("figures are those of the run")
        .containsExactlyInAnyOrderElementsOf(Metric.TABLE.records(metrics(without)));
    assertThat(question(List.of(answers), List.of())).doesNotContain("href=\"picture");
    assertThat(question(List.of(answers), List.of(table))).contains("href=\"picture");
  }

  private static Dataset<Row> metrics(Path report) {
    return Metric.TABLE.read(LocalSpark.session(), List.of(report.resolve("metrics").toString()));
  }

  @Test
  void theViewerShowsThePictureThatOneOfThemHasSeen() throws Exception {
    assertThat(question(List.of(answers, own), List.of()))
        .contains("Is there a ladder", "href=\"picture");
  }

  /** Returns the viewer's page of a question. */
  private static String question(List<String> runs, List<String> examples) throws Exception {
    try (Viewer viewer =
            Viewer.open(
                runs,
                examples,
                Optional.empty(),
                Folders.withoutSpark(Console.SILENT),
                Console.SILENT,
                LocalSpark.unused());
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0)) {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      server.address(
                          "question?at.benchmark=pope&at.split=test&at.id=adversarial%2F1"))
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}

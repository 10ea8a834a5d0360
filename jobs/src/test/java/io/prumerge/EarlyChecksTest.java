package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.run.PlanForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no session is refused before one starts. */
class EarlyChecksTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final String MODEL = ROOT.resolve("conf/mini-llava").toString();
  private static final String QWEN =
      ROOT.resolve("udfs/src/test/resources/goldens/qwen/qwen2_5_vl/tied").toString();

  /** What a session would be asked for. */
  private static final class StartedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final Supplier<SparkSession> NEVER =
      () -> {
        throw new StartedException();
      };

  @TempDir private Path folder;
  private String examples;

  @BeforeEach
  void examples() throws IOException {
    examples = Files.createDirectory(folder.resolve("examples")).toString();
  }

  private Evaluation evaluation(String model, String... methods) {
    return Evaluation.of(NEVER)
        .model(model)
        .examples(examples)
        .methods(methods)
        .output(folder.resolve("run").toString());
  }

  private static void refuses(Evaluation evaluation, String message) {
    assertThatThrownBy(evaluation::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> evaluation.dryRun(PlanForm.TABLES))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aRunThatMayBeFineStartsASession() {
    for (Evaluation fine :
        new Evaluation[] {
          evaluation(MODEL, "none", "prumerge", "first:tokens=200") // of two images
              .contrasts("prumerge:none", "mini-llava prumerge:none"),
          evaluation(QWEN, "none", "divprune:tokens=60")
        }) {
      assertThatThrownBy(fine::run).isInstanceOf(StartedException.class);
    }
  }

  private static void refuses(ThrowingCallable run, String message) {
    assertThatThrownBy(run).isInstanceOf(UsageException.class).hasMessage(message);
  }

  @Test
  void allThatIsMissingIsNamedTogether() throws IOException {
    refuses(
        Evaluation.of(NEVER)::run, "model, benchmark (or examples), method and output are missing");
    refuses(
        () -> Evaluation.of(NEVER).model(MODEL).dryRun(PlanForm.TABLES),
        "benchmark (or examples) and method are missing");
    refuses(evaluation(MODEL)::run, "method is missing");
    refuses(Preparation.of(NEVER)::run, "benchmark, source and output are missing");
    refuses(Preparation.of(NEVER).benchmark("pope").output("new")::run, "source is missing");
    refuses(Scoring.of(NEVER)::run, "benchmark, answers and source are missing");
    refuses(Reporting.of(NEVER)::run, "runs and output are missing");
    CommandLineRun score = CommandLineRun.of("score", "--benchmark=pope", "--answers=" + examples);
    assertThat(score.err()).contains("--source is missing");
  }

  @Test
  void benchmarksInPlaceOfExamplesHaveSourcesOfTheirOwn() {
    Evaluation asked = Evaluation.of(NEVER).model(MODEL).methods("none").output(folder + "/run");
    refuses(
        asked.split("test")::run,
        "source, split, prompts, sourceFps and examplesCache go with benchmark only");
    refuses(
        asked.benchmark("pope").benchmark("mme").sources("pope=here", "gqa=there")::run,
        "source gqa=there is of no named benchmark");
    assertThatThrownBy(asked.sources(List.of("pope=here")).prompts("rhyme")::run)
        .hasMessageContaining("rhyme");
    refuses(asked.prompts("llava").examples(examples)::run, "Give examples or benchmark, not both");
  }

  @Test
  void methodsThatAModelCannotRunAreNamedTogether() {
    Evaluation asked = evaluation(QWEN, "none", "prumerge", "visionzip:tokens=20");
    refuses(asked, "Cannot use 2 of 3 methods with " + QWEN + ": (1) prumerge: Cannot look at");
    refuses(asked, "; write visionzip:attention=received,tokens=20");
    assertThatThrownBy(
            () ->
                evaluation(QWEN, "none", "visionzip:tokens=20")
                    .device("cpu")
                    .dtype("fp32")
                    .search())
        .hasMessageContaining("Cannot use visionzip:tokens=20 with " + QWEN);
  }

  @Test
  void settingsAreCheckedAgainstEachOther() throws IOException {
    refuses(
        evaluation(MODEL, "none", "prumerge").contrasts("prumerge:prumerge+"),
        "contrast 'prumerge:prumerge+' names no two methods to compare");
    refuses(evaluation(MODEL, "none").conversation("nobody"), "nobody");
    refuses(evaluation(MODEL, "none").maxPixels(1024), "it has one resolution");
    refuses(evaluation(MODEL, "none").tables("runs"), "must be a catalog and a schema");
    refuses(evaluation(MODEL, "none").examples("nowhere"), "examples nowhere does not exist");
    refuses(
        evaluation(MODEL, "none").examples(folder + "/exampels"),
        "exampels does not exist; did you mean examples?");
    assertThatThrownBy(evaluation(MODEL, "none", "prumerge")::search)
        .hasMessageContaining("so auto does not do");
    Files.createDirectories(folder.resolve("run/notes"));
    refuses(evaluation(MODEL, "none"), "exists already and holds no run");
  }

  @Test
  void aPlanOfWhatIsNotPreparedNeedsAPlaceForIt() throws IOException {
    Path data = Files.writeString(folder.resolve("q.csv"), "q,a\nWhich?,b\n");
    Path file =
        Files.writeString(
            folder.resolve("own.yaml"),
            "name: own\ndata: q.csv\ncolumns: {question: q, answer: a}\n");
    Evaluation plan =
        Evaluation.of(NEVER)
            .model(MODEL)
            .methods("none")
            .benchmark(file.toString())
            .examplesCache(data.resolve("prepared").toString());

    assertThatThrownBy(() -> plan.dryRun(PlanForm.TABLES))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot be made: file:" + data + " is a file");
  }

  @Test
  void aReportIsOfFinishedRuns() throws IOException {
    Path half = Files.createDirectory(folder.resolve("half"));
    Reporting report = Reporting.of(NEVER).runs(half.toString()).output(folder + "/report");
    assertThatThrownBy(report::run)
        .isInstanceOf(UsageException.class)
        .hasMessage("runs %s is not a finished run", half);
    Files.writeString(half.resolve("manifest.json"), "{}");
    assertThatThrownBy(report::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "runs %s is not a finished run; continue it with resume, or report its committed chunks"
                + " with partial",
            half);
    assertThat(folder.resolve("report")).doesNotExist();
  }

  @Test
  void aFolderThatHoldsRunsIsRefusedWithTheirNames() throws IOException {
    Path runs = Files.createDirectory(folder.resolve("runs"));
    for (String run : new String[] {"b", "a"}) {
      Files.writeString(Files.createDirectory(runs.resolve(run)).resolve("manifest.json"), "{}");
    }
    String names = runs + "/a, " + runs + "/b";
    assertThat(refusedRun(runs + "/"))
        .endsWith(
            "is not a finished run; it holds runs: "
                + names
                + "; name those to read, in a shell all of them by "
                + runs
                + "/*");
    assertThat(refusedRun(folder.toString()))
        .as("two levels")
        .endsWith(names + "; name those to read");
    Files.createDirectory(runs.resolve("prepared"));
    assertThat(refusedRun(runs.toString())).endsWith(names + "; name those to read");
    for (int i = 0; i < 4; i++) {
      Files.writeString(Files.createDirectory(runs.resolve("c" + i)).resolve("_COMPLETE"), "");
    }
    assertThat(refusedRun(runs.toString())).endsWith("/c2, ...; name those to read");
    Path table = Files.createDirectories(runs.resolve("c0/report/metrics"));
    assertThat(refusedRun(table.toString()))
        .endsWith("; it is a part of the run " + runs + "/c0: name that");
    assertThat(refusedRun(examples)).endsWith(examples + " is not a finished run");
  }

  private String refusedRun(String run) {
    CommandLineRun report =
        CommandLineRun.of("report", "--runs", run, "--output", folder + "/report");
    CommandLineRun view = CommandLineRun.of("view", run);
    String refusal = report.err().strip();
    assertThat(refusal).startsWith("prumerge-spark: --runs " + run);
    assertThat(view.err().strip()).isEqualTo(refusal.replace("--runs", "RUN"));
    return refusal;
  }

  @Test
  void preparationAndScoringNameTheirFolders() throws IOException {
    Preparation preparation =
        Preparation.of(NEVER).benchmark("custom").sources("nowhere").output(examples);
    assertThatThrownBy(preparation::run).hasMessageContaining("exists already");
    preparation.output(folder + "/new");
    assertThatThrownBy(preparation::run).hasMessageContaining("nowhere does not exist");
    preparation.sources(examples);
    assertThatThrownBy(preparation::run).isInstanceOf(StartedException.class);
    Scoring scoring =
        Scoring.of(NEVER).benchmark("custom").answers(examples).sources(examples).output(examples);
    assertThatThrownBy(scoring::run).hasMessageContaining("exists already");
    assertThatThrownBy(() -> scoring.exportForm("vlmevalkit"))
        .isInstanceOf(UsageException.class)
        .hasMessage("exportForm must be one of submission, lmms-eval but is 'vlmevalkit'");
    assertThatThrownBy(scoring.exportForm("lmms-eval")::run)
        .hasMessage("exportForm lmms-eval needs export DIR, a new folder for the files");
  }

  @Test
  void aTrainingIsOfAMethodThatCanBeTrained() {
    for (String method : new String[] {"fastv:layer=1", "fastv:tokens=@mean:100", "vtw:layer=1"}) {
      CommandLineRun run =
          CommandLineRun.of(
              "finetune",
              "--model=" + MODEL,
              "--data=" + examples,
              "--images=" + examples,
              "--output=" + folder.resolve("adapter"),
              "--method=" + method);
      assertThat(run.code()).as(run.err()).isEqualTo(2);
      assertThat(run.err()).contains("Cannot train with --method " + method + ": ");
    }
  }
}

package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.run.BudgetServer.Behaviour;
import io.prumerge.run.BudgetServer.Family;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class BudgetRunTest {

  private static final int IMAGES = 4;
  private static final List<String> METHODS =
      List.of(
          "none", "request:max_soft_tokens=70", "request:max_soft_tokens=560", "resize:longest=16");

  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeAll
  static void examples() throws IOException {
    LocalSpark.session();
    DogsAndCats.drawn(shared.resolve("pope"), IMAGES).prepare(shared.resolve("examples"));
  }

  private CommandLineRun evaluate(BudgetServer server, List<String> methods, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate"));
    arguments.addAll(List.of("--model", "openai:" + server.url() + "#gemma-4"));
    arguments.addAll(List.of("--examples", shared.resolve("examples").toString()));
    arguments.addAll(List.of("--output", folder.resolve("run").toString(), "--method"));
    arguments.addAll(methods);
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private List<Row> predictions() {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(folder.resolve("run/predictions").toString()))
        .collectAsList();
  }

  @Test
  void aBudgetIsAMethodOfAnEndpoint() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.USAGE_SGLANG, Family.GEMMA4)) {
      CommandLineRun run = evaluate(server, METHODS);

      assertThat(run.code()).as(run.err()).isZero();
      Map<String, Integer> tokens = new TreeMap<>();
      for (Row row : predictions()) {
        tokens.merge(row.getAs("method"), row.<Integer>getAs("visual_tokens_after"), Math::max);
        assertThat(row.<String>getAs("error")).isNull();
        assertThat(row.<Integer>getAs("visual_tokens_before")).isGreaterThan(250);
      }
      assertThat(run.err())
          .contains("max_soft_tokens=560 of gemma-4 dropped no visual token")
          .doesNotContain("max_soft_tokens=70 of gemma-4 dropped no");
      assertThat(tokens)
          .containsOnlyKeys(METHODS)
          .containsEntry("none", 266)
          .containsEntry("request:max_soft_tokens=70", 63)
          .containsEntry("request:max_soft_tokens=560", 560)
          .containsEntry("resize:longest=16", 266);
      assertThat(run.err()).contains(4 * 2 * IMAGES + " requests to " + server.url());
    }
  }

  /** Of a server that states all tokens of a prompt, and none of its picture. */
  @Test
  void picturesAreCountedAsWhatTheirPromptsHaveMoreThanTheWords() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.USAGE_TOTAL, Family.GEMMA4)) {
      CommandLineRun run =
          evaluate(
              server,
              List.of("none", "request:max_soft_tokens=70"),
              "--probe",
              "none",
              "--count",
              "1");

      assertThat(run.code()).as(run.err()).isZero();
      List<Row> counted =
          predictions().stream().filter(row -> row.getAs("visual_tokens_after") != null).toList();
      assertThat(counted)
          .isNotEmpty()
          .hasSizeLessThan(2 * 2 * IMAGES)
          .allSatisfy(
              row -> {
                boolean whole = row.getAs("method").equals("none");
                assertThat(row.<Integer>getAs("visual_tokens_after"))
                    .isBetween(whole ? 250 : 50, whole ? 282 : 72);
                assertThat(row.<Integer>getAs("visual_tokens_before")).isBetween(250, 282);
                assertThat(
                        row.<Integer>getAs("text_tokens")
                            + row.<Integer>getAs("visual_tokens_after"))
                    .isEqualTo(row.<Integer>getAs("prompt_tokens"));
              });
      assertThat(counted.stream().map(row -> row.getAs("prompt")).distinct()).hasSize(1);
    }
  }

  @Test
  void anIgnoredBudgetIsACaveatOfTheFigures() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.IGNORE, Family.GEMMA4)) {
      CommandLineRun run = evaluate(server, List.of("none", "request:max_soft_tokens=70"));

      String doubt =
          "request:max_soft_tokens: ignored (asked 70, counted 255 to 268 at all: the budget is"
              + " ignored) of openai:"
              + server.url()
              + "#gemma-4";
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("warning: " + doubt);
      assertThat(
              Metric.TABLE
                  .read(
                      LocalSpark.session(),
                      List.of(folder.resolve("run/report/metrics").toString()))
                  .select("caveat")
                  .collectAsList())
          .isNotEmpty()
          .allSatisfy(row -> assertThat(row.getString(0)).contains(doubt));
      assertThat(folder.resolve("run/report/report.html")).content().contains("ignored (asked 70");
    }
  }

  @Test
  void aRunWithoutAProbeAsksItsQuestionsAlone() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.IGNORE, Family.GEMMA4)) {
      CommandLineRun run =
          evaluate(
              server,
              List.of("none", "request:max_soft_tokens=70"),
              "--probe",
              "none",
              "--count",
              "0");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).doesNotContain("ignored");
      assertThat(server.asked).as("and about a black picture").hasSize(1 + 2 * 2 * IMAGES);
    }
    CommandLineRun wrong =
        CommandLineRun.of(
            "evaluate",
            "--model",
            "openai:http://127.0.0.1:9/v1#m",
            "--examples",
            shared.resolve("examples").toString(),
            "--output",
            folder.resolve("other").toString(),
            "--method",
            "none",
            "--tokens-by",
            "gema-4");
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("--tokens-by", "'gema-4' is neither a rule");
  }

  @Test
  void aLoadTestAsksUnderBudgetsToo() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.USAGE_SGLANG, Family.GEMMA4)) {
      CommandLineRun run =
          CommandLineRun.of(
              "load",
              "--model",
              "openai:" + server.url() + "#gemma-4",
              "--examples",
              shared.resolve("examples").toString(),
              "--method",
              "none",
              "request:max_soft_tokens=70",
              "--max-concurrency",
              "2",
              "--output",
              folder.resolve("load").toString(),
              "--json");

      assertThat(run.code()).as(run.err()).isZero();
      JsonNode points = new ObjectMapper().readTree(run.out()).get("points");
      assertThat(points.findValuesAsText("server"))
          .containsExactly("none", "request:max_soft_tokens=70");
      assertThat(points.get(1).get("visual_tokens_ratio").asDouble()).isLessThan(0.3);
    }
  }

  @Test
  void aRefusedBudgetIsItsRowsErrorAndTheOthersStand() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.REFUSE, Family.GEMMA4)) {
      CommandLineRun run = evaluate(server, METHODS, "--max-error-rate", "1");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(predictions())
          .allSatisfy(
              row -> {
                boolean refused = row.<String>getAs("method").endsWith("=560");
                String error = row.getAs("error");
                assertThat(error == null).isEqualTo(!refused);
                if (refused) {
                  assertThat(error).contains("max_soft_tokens 560 is not supported");
                }
              });
    }
  }

  @Test
  void methodsThatNeedACheckpointAreRefusedThereAndFieldsOfRequestsHere() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.HONOUR, Family.GEMMA4)) {
      CommandLineRun elsewhere = evaluate(server, List.of("none", "prumerge"));
      assertThat(elsewhere.code()).isEqualTo(ExitCode.USAGE);
      assertThat(elsewhere.err())
          .contains("has the --method none, request:FIELD=N, and resize:pixels=N");
      assertThat(server.asked).isEmpty();

      CommandLineRun here =
          CommandLineRun.of(
              "evaluate",
              "--model",
              "conf/mini-llava",
              "--examples",
              shared.resolve("examples").toString(),
              "--output",
              folder.resolve("run").toString(),
              "--method",
              "none",
              "request:detail=low");
      assertThat(here.code()).isEqualTo(ExitCode.USAGE);
      assertThat(here.err())
          .contains("Cannot ask a checkpoint under [request:detail=low]", "openai:URL#NAME");
    }
  }
}

package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.leaderboard.Difficulty;
import io.prumerge.leaderboard.Standing;
import io.prumerge.search.FoundFront;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs, sweeps and searches with pictures that {@code resize} makes smaller. */
@Tag("spark")
@Tag("model")
class ResizedRunsTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens");

  private static final String QWEN = GOLDENS.resolve("qwen/qwen2_5_vl/tied").toString();

  /** Pictures of 144 pixels a side, of which the small checkpoint makes 8 x 8 tokens. */
  @TempDir private static Path shared;

  @TempDir private Path folder;

  @BeforeAll
  static void examples() {
    LocalSpark.session();
    Path data = shared.resolve("data");
    require(run("mini", "--split=test", "--seed=5", "--images=6", "--output=" + data));
    require(
        run(
            "prepare",
            "--benchmark=pope",
            "--source=" + data.resolve("pope"),
            "--output=" + shared.resolve("pope")));
  }

  private static CommandLineRun run(String... arguments) {
    return CommandLineRun.of(arguments);
  }

  private static CommandLineRun require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun evaluate(String model, Path output, String... methods) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model=" + model,
                "--examples=" + shared.resolve("pope"),
                "--output=" + output,
                "--device=cpu",
                "--dtype=fp32",
                "--max-new-tokens=2",
                "--method"));
    arguments.addAll(List.of(methods));
    return run(arguments.toArray(String[]::new));
  }

  private static List<Row> rows(Table<?> table, Path output, String... columns) {
    return table
        .read(LocalSpark.session(), List.of(output.toString()))
        .selectExpr(columns)
        .distinct()
        .collectAsList();
  }

  @Test
  void standsInTheLeaderboardAtThreeBudgetsBesideOtherMethods() {
    Path output = folder.resolve("run");
    List<String> methods = new ArrayList<>(List.of("none"));
    List<Integer> budgets = List.of(36, 16, 4);
    for (int tokens : budgets) {
      for (String name : List.of("resize", "divprune", "uniform", "random")) {
        methods.add(name + ":tokens=" + tokens);
      }
    }

    require(evaluate(QWEN, output, methods.toArray(String[]::new)));

    List<Row> board =
        rows(
            Standing.TABLE,
            output.resolve("report/leaderboard"),
            "budget",
            "split(method, ':')[0]",
            "score_easy IS NOT NULL OR score_hard IS NOT NULL");
    for (int tokens : budgets) {
      assertThat(board)
          .filteredOn(row -> row.getString(0).equals(Integer.toString(tokens)))
          .extracting(row -> row.getString(1))
          .contains("resize", "divprune", "uniform", "random");
    }
    assertThat(rows(Difficulty.TABLE, output.resolve("report/difficulty"), "budget", "control"))
        .as("the smaller picture tells easy questions")
        .extracting(row -> row.getString(0) + " by " + row.getString(1))
        .containsExactlyInAnyOrder(
            "36 by resize:tokens=36", "16 by resize:tokens=16", "4 by resize:tokens=4");
    List<Row> predictions =
        rows(
            Table.PREDICTIONS,
            output.resolve("predictions"),
            "method",
            "grid",
            "visual_tokens_before",
            "visual_tokens_after",
            "size(kept_indices)",
            "flops_vision",
            "error");
    assertThat(predictions).allMatch(row -> row.isNullAt(6));
    long all = vision(predictions, "none");
    for (int tokens : budgets) {
      int side = (int) Math.sqrt(tokens);
      assertThat(predictions)
          .filteredOn(row -> row.getString(0).equals("resize:tokens=" + tokens))
          .hasSize(1)
          .allSatisfy(
              row -> {
                assertThat(row.getString(1)).isEqualTo(side + "x" + side);
                assertThat(row.getInt(2)).isEqualTo(64);
                assertThat(row.getInt(3)).isEqualTo(tokens);
                assertThat(row.getInt(4)).isZero();
              });
      assertThat(vision(predictions, "resize:tokens=" + tokens)).isLessThan(all);
      assertThat(vision(predictions, "divprune:tokens=" + tokens)).isEqualTo(all);
    }
  }

  private static long vision(List<Row> predictions, String method) {
    return predictions.stream()
        .filter(row -> row.getString(0).equals(method))
        .mapToLong(row -> row.getLong(5))
        .distinct()
        .reduce((a, b) -> -1)
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen/qwen2_5_vl/tied | resize:tokens=3 | give 4 tokens or more, or fewer min_pixels",
        "qwen/qwen2_5_vl/tied | resize:tiles=3 | give tokens=N or tokens=P%",
        "intern/small | resize:tokens=64 | give tiles=N",
        "layouts/hf | resize:tokens=9 | before a model that sees all at one resolution",
        "queries/blip2 | resize:tokens=9 | before a model that sees all at one resolution",
        "smol/first | resize:tiles=2 | set size.longest_edge in preprocessor_config.json",
      })
  void whatNoPictureHasIsRefusedWhenTheRunIsPlanned(String model, String method, String why) {
    CommandLineRun run =
        evaluate(GOLDENS.resolve(model).toString(), folder.resolve("run"), "none", method);

    assertThat(run.code()).isNotZero();
    assertThat(run.err()).contains("Cannot use " + method, why);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void thePlanCountsTheSmallerPicture() {
    CommandLineRun run =
        require(
            run(
                "evaluate",
                "--model=" + QWEN,
                "--examples=" + shared.resolve("pope"),
                "--device=cpu",
                "--dtype=fp32",
                "--output=" + folder.resolve("run"),
                "--dry-run",
                "--json",
                "--method",
                "none",
                "resize:tokens=20",
                "first:tokens=@resize:tokens=20"));
    assertThat(run.out()).contains("\"resize:tokens=20\"", "first:tokens=16");
  }

  @Test
  void sweepsAndSearchesAskItAsAnyMethod() throws IOException {
    String file =
        """
        models: [%s]
        examples: [%s]
        methods:
          - none
          - {method: resize, tokens: [16, "50%%"]}
          - uniform:tokens=@resize:tokens=16
        search: {cost: flops, questions: 6, growth: 9}
        device: cpu
        dtype: fp32
        max_new_tokens: 2
        """
            .formatted(QWEN, shared.resolve("pope"));
    String yaml = Files.writeString(folder.resolve("resize.yaml"), file).toString();
    Path swept = folder.resolve("swept");
    Path found = folder.resolve("found");

    require(run("sweep", yaml, "--output=" + swept));
    require(run("search", yaml, "--output=" + found));

    assertThat(
            rows(Table.PREDICTIONS, swept.resolve("predictions"), "method", "visual_tokens_after"))
        .extracting(row -> row.getString(0) + " leaves " + row.getInt(1))
        .containsExactlyInAnyOrder(
            "none leaves 64",
            "resize:tokens=16 leaves 16",
            "resize:tokens=50% leaves 25",
            "uniform:tokens=@resize:tokens=16 leaves 16");
    List<Row> front =
        FoundFront.TABLE
            .read(LocalSpark.session(), List.of(found + "/front.parquet"))
            .selectExpr("method", "cost")
            .collectAsList();
    assertThat(front)
        .extracting(row -> row.getString(0))
        .contains("resize:tokens=16", "resize:tokens=50%", "uniform:tokens=@resize:tokens=16");
  }
}

package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.leaderboard.RankedPair;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.Metric;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paper's table of reports of odd sizes. */
class PaperTableTest {

  private static final String SCRIPT = "script:cover.pt,sha256=" + "0a".repeat(32);

  private final List<MethodSummary> summaries = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Standing> board = new ArrayList<>();
  private final List<RankedPair> pairs = new ArrayList<>();

  @TempDir private Path folder;

  private static Map<String, Object> row(Object... cells) {
    Map<String, Object> row = new HashMap<>();
    for (int i = 0; i < cells.length; i += 2) {
      if (cells[i + 1] != null) {
        row.put((String) cells[i], cells[i + 1]);
      }
    }
    return row;
  }

  /** Adds a method of a run, with or without figures of cost and retention. */
  private void method(String run, String method, Double tokens, Double retention) {
    summaries.add(
        Records.of(
            MethodSummary.class,
            row(
                "run_id",
                run,
                "model",
                "model " + run,
                "method",
                method,
                "baseline",
                "none",
                "visual_tokens_layer_mean",
                tokens,
                "retention",
                retention)));
  }

  private void standing(
      String run, String budget, Double tokens, Double retention, String name, String... methods) {
    board.add(
        Records.of(
            Standing.class,
            row(
                "run_id",
                run,
                "model",
                "model " + run,
                "budget",
                budget,
                "method",
                name,
                "methods",
                List.of(methods),
                "letters",
                "",
                "retention",
                retention,
                "retention_ci_low",
                retention == null ? null : retention - 2,
                "retention_ci_high",
                retention == null ? null : retention + 2,
                "visual_tokens_layer_mean",
                tokens)));
  }

  private void line(String run, String budget, String method, Double tokens, Double retention) {
    method(run, method, tokens, retention);
    standing(run, budget, tokens, retention, method, method);
  }

  private void score(String run, String benchmark, String method, double value, Double adjusted) {
    metrics.add(
        Records.of(
            Metric.class,
            row(
                "run_id",
                run,
                "model",
                "model " + run,
                "benchmark",
                benchmark,
                "split",
                "test",
                "method",
                method,
                "metric",
                "accuracy",
                "is_headline",
                true,
                "value",
                value,
                "ci_low",
                value - 1,
                "ci_high",
                value + 1,
                "delta_vs_baseline",
                adjusted == null ? null : -1.0,
                "p_value",
                adjusted,
                "p_adjusted",
                adjusted,
                "test",
                adjusted == null ? null : "clustered_t")));
  }

  private void pair(String run, String budget, String a, String b, double adjusted) {
    pairs.add(
        Records.of(
            RankedPair.class,
            row(
                "run_id",
                run,
                "model",
                "model " + run,
                "budget",
                budget,
                "a",
                a,
                "b",
                b,
                "delta",
                3.0,
                "p_value",
                adjusted,
                "p_adjusted",
                adjusted,
                "test",
                "clustered_t")));
  }

  private PaperTable table() {
    ReportRows rows = FewRows.of(metrics, summaries, List.of(), board);
    ReportMethods lineup =
        ReportMethods.of(
            List.of(),
            summaries,
            new MethodNames(summaries.stream().map(MethodSummary::key).toList(), Map.of()));
    return new PaperTable(rows, pairs, lineup, new Headlines(rows, lineup, Published.bundled()));
  }

  @Test
  void budgetsStandUnderEachOtherEachWithTheBestFirst() {
    method("a", "none", 576.0, 100.0);
    for (String budget : List.of("64", "32")) {
      standing("a", budget, 576.0, 100.0, "none", "none");
      line("a", budget, "fastv:layer=2,tokens=" + budget, 60.25, 80.0);
      line("a", budget, SCRIPT + ",tokens=" + budget, 64.0, 90.0);
    }
    score("a", "ai2d", "none", 50, null);
    score("a", "ai2d", "fastv:layer=2,tokens=64", 40, 0.01);
    score("a", "ai2d", SCRIPT + ",tokens=64", 45, 0.2);
    pair("a", "64", SCRIPT + ",tokens=64", "fastv:layer=2,tokens=64", 0.01);
    pair("a", "32", "fastv:layer=2,tokens=32", SCRIPT + ",tokens=32", 0.06);

    assertThat(table().cells())
        .containsExactly(
            List.of("budget", "method", "tokens", "ai2d accuracy", "retention %"),
            List.of("all", "none", "576.0", "50.0 (49.0–51.0)", "100.0"),
            List.of("64", "cover", "64.0", "45.0 (44.0–46.0)", "90.0 (88.0–92.0)"),
            List.of("64", "fastv:layer=2", "60.3", "40.0* (39.0–41.0)", "80.0† (78.0–82.0)"),
            List.of("32", "cover", "64.0", "–", "90.0 (88.0–92.0)"),
            List.of("32", "fastv:layer=2", "60.3", "–", "80.0 (78.0–82.0)"));
  }

  /** What models are asked under that see a picture at its own size. */
  @Test
  void sharesOfThePatchesAreBudgetsAndNotInTheNames() {
    line("a", "25%", "resize:tokens=25%", 9.0, 90.0);
    line("a", "25%", "vispruner:attention=received,tokens=25%", 12.0, 95.0);

    assertThat(table().cells())
        .containsExactly(
            List.of("budget", "method", "tokens", "retention %"),
            List.of("25%", "vispruner:attention=received", "12.0", "95.0 (93.0–97.0)"),
            List.of("25%", "resize", "9.0", "90.0 (88.0–92.0)"));
  }

  @Test
  void theBaselineAloneIsALine() {
    method("a", "none", 576.0, 100.0);

    assertThat(table().cells())
        .containsExactly(
            List.of("budget", "method", "tokens", "retention %"),
            List.of("all", "none", "576.0", "100.0"));
  }

  /** As of an endpoint that counts no tokens, in a run without a baseline. */
  @Test
  void missingFiguresAreDashesAndHaveNoMarks() {
    line("a", "own", "prumerge", null, null);
    line("a", "own", "cover", 64.0, 90.0);

    assertThat(table().cells()).contains(List.of("own number", "prumerge", "–", "–"));
  }

  @Test
  void columnsWithoutAnyFigureAreLeftOut() {
    line("a", "own", "prumerge", null, null);

    assertThat(table().cells())
        .containsExactly(List.of("budget", "method"), List.of("own number", "prumerge"));
  }

  @Test
  void eachModelAndEachBenchmarkHasItsFigures() {
    for (String run : List.of("a", "b")) {
      method(run, "none", 9.0, 100.0);
      line(run, "@prumerge", "spatial:tokens=@prumerge", 4.0, 70.0);
      score(run, "ai2d", "none", 30, null);
      score(run, "chartqa", "spatial:tokens=@prumerge", 20, 0.001);
    }

    List<List<String>> cells = table().cells();
    assertThat(cells.get(0)).startsWith("run", "budget", "method", "tokens").hasSize(7);
    assertThat(cells.subList(1, 5))
        .extracting(line -> line.get(0))
        .containsExactly("model a", "model a", "model b", "model b");
    assertThat(cells.get(2))
        .contains("As many visual tokens as prumerge", "–", "20.0* (19.0–21.0)");
  }

  @Test
  void seedsAreOneLineWithTheirSpreadAndNoStar() {
    method("a", "none", 576.0, 100.0);
    method("a", "random:seed=1,tokens=9", 9.0, 60.0);
    method("a", "random:seed=2,tokens=9", 9.0, 62.0);
    standing(
        "a",
        "9",
        9.0,
        61.0,
        "random:tokens=9, 2 seeds",
        "random:seed=1,tokens=9",
        "random:seed=2,tokens=9");
    score("a", "ai2d", "random:seed=1,tokens=9", 20, 0.001);
    score("a", "ai2d", "random:seed=2,tokens=9", 22, 0.001);

    assertThat(table().cells().get(2))
        .containsExactly("9", "random, 2 seeds", "9.0", "21.0 (±1.4)", "61.0 (59.0–63.0; ±1.4)");
  }

  @Test
  void linesOfOneNameSayWhatTheyDifferIn() {
    line("a", "9", "fastv:layer=2,tokens=9", 9.0, 61.0);
    line("a", "9", "fastv:layer=2,tokens=@mean:9", 9.0, 60.0);

    assertThat(table().rows())
        .extracting(PaperRow::method)
        .containsExactly("fastv:layer=2,tokens=9", "fastv:layer=2,tokens=@mean:9");
  }

  @Test
  void itsFilesHoldTheTable() throws Exception {
    method("a", "none", 576.0, 100.0);
    line("a", "own", "=HYPERLINK(1)_", 1.0 / 3, 90.0);
    line("a", "own", "prumerge", null, 80.0);
    score("a", "ai2d", "prumerge", 40, 0.01);
    pair("a", "own", "=HYPERLINK(1)_", "prumerge", 0.01);
    FileSystem files = FileSystem.getLocal(new Configuration());
    PaperFiles.write(files, new org.apache.hadoop.fs.Path(folder.toString()), table(), List.of());

    assertThat(Files.readAllLines(folder.resolve("table.csv")))
        .containsExactly(
            "run,budget,method,tokens,ai2d_test_accuracy,ai2d_test_accuracy_ci_low,"
                + "ai2d_test_accuracy_ci_high,ai2d_test_accuracy_sd,ai2d_test_accuracy_differs,"
                + "retention,retention_ci_low,retention_ci_high,retention_sd,retention_differs,"
                + "retention_below_best",
            ",all,none,576.0,,,,,,100.0,,,,,",
            ",own,'=HYPERLINK(1)_,0.3333333333333333,,,,,,90.0,88.0,92.0,,,",
            ",own,prumerge,,40.0,39.0,41.0,,true,80.0,78.0,82.0,,,true");
    assertThat(Files.readString(folder.resolve("table.tex")))
        .startsWith("% Methods and budgets")
        .contains("\n=HYPERLINK(1)\\_ & 0.3 & -- & 90.0 \\\\\n")
        .contains("\nprumerge & -- & 40.0\\textsuperscript{{*}} & 80.0\\textsuperscript{\\dag{}} ")
        .endsWith("\\bottomrule\n\\end{tabular}\n");
    assertThat(Files.readString(folder.resolve("table-intervals.tex")))
        .contains("\nprumerge & 39.0--41.0 & 78.0--82.0 \\\\\n");
    assertThat(Files.readString(folder.resolve("table.md")))
        .startsWith(
            "| budget | method | tokens | ai2d accuracy | retention % |\n"
                + "|---|---|---:|---:|---:|\n")
        .contains("| own number | prumerge | – | 40.0\\* (39.0–41.0) | 80.0† (78.0–82.0) |\n")
        .contains("\n\nMethods and budgets: ");
  }

  private static BesidePublished published(
      String method, double score, String source, List<String> unlike) {
    return Records.of(
        BesidePublished.class,
        row(
            "run_id", "a",
            "model", "model a",
            "benchmark", "ai2d",
            "split", "test",
            "method", method,
            "profile", "official",
            "metric", "accuracy",
            "value", 50.0,
            "published_method", method,
            "published_model", "m",
            "published_tokens", 64.5,
            "published_score", score,
            "published_place", "p.csv:2",
            "source", source,
            "unlike", unlike));
  }

  /** A block for each budget, figures of papers below their methods, and no column of budgets. */
  @Test
  void latexHasAHeadingForEachBudget() {
    method("a", "none", 576.0, 100.0);
    line("a", "64", "vispruner:attention=received,tokens=64", 64.0, 90.0);
    line("a", "@prumerge", "spatial:tokens=@prumerge", 32.25, 80.0);
    line("a", "own", "own:weight=0", 32.25, 70.0);
    score("a", "ai2d", "none", 50, null);
    score("a", "ai2d", "vispruner:attention=received,tokens=64", 40, 0.01);
    PaperLatex latex =
        new PaperLatex(
            table(),
            List.of(
                published("none", 51.5, null, List.of()),
                published(
                    "vispruner:attention=received,tokens=64",
                    41.25,
                    "Table 1,\nof A_B",
                    List.of("prompts unknown")),
                published("fastv", 3, "C", List.of())));

    String scores = latex.scores();
    assertThat(scores.lines().filter(line -> line.startsWith("% {[}")))
        .containsExactly("% {[}1{]} p.csv:2", "% {[}2{]} Table 1, of A\\_B", "% {[}3{]} C");
    assertThat(scores.lines().filter(line -> !line.startsWith("%")))
        .containsExactly(
            "\\begin{tabular}{@{}l@{\\hspace{4pt}}r@{\\hspace{4pt}}r@{\\hspace{4pt}}r@{}}",
            "\\toprule",
            "method & tokens & \\begin{tabular}[b]{@{}r@{}}ai2d\\\\accuracy\\end{tabular} &"
                + " \\begin{tabular}[b]{@{}r@{}}retention\\\\\\%\\end{tabular} \\\\",
            "\\midrule",
            "none & 576.0 & 50.0 & 100.0 \\\\",
            "\\quad published {[}1{]} & 64.5 & 51.5 &  \\\\",
            "\\midrule",
            "\\multicolumn{4}{@{}l@{}}{\\textit{64 visual tokens}} \\\\",
            "\\begin{tabular}[t]{@{}l@{}}vispruner:\\\\\\quad attention=\\\\\\quad"
                + " received\\end{tabular} & 64.0 & 40.0\\textsuperscript{{*}} & 90.0 \\\\",
            "\\quad published {[}2{]}\\textsuperscript{\\ddag{}} & 64.5 & 41.25 &  \\\\",
            "\\midrule",
            "\\multicolumn{4}{@{}l@{}}{\\textit{As many visual tokens as prumerge}} \\\\",
            "spatial & 32.3 & -- & 80.0 \\\\",
            "\\midrule",
            "\\multicolumn{4}{@{}l@{}}{\\textit{Each method's own number}} \\\\",
            "own:weight=0 & 32.3 & -- & 70.0 \\\\",
            "\\bottomrule",
            "\\end{tabular}");
    assertThat(latex.intervals().orElseThrow())
        .contains("\nnone & 49.0--51.0 & -- \\\\\n\\midrule\n\\multicolumn{3}{@{}l@{}}{")
        .contains("\nown:weight=0 & -- & 68.0--72.0 \\\\\n")
        .doesNotContain("published");
  }

  @Test
  void latexHasAHeadingForEachRunAndNoIntervalsWithoutAny() {
    for (String run : List.of("a", "b")) {
      method(run, "none", 9.0, 100.0);
    }
    PaperLatex latex = new PaperLatex(table(), List.of());

    assertThat(latex.scores().lines().filter(line -> line.startsWith("\\multicolumn")))
        .containsExactly(
            "\\multicolumn{3}{@{}l@{}}{\\textbf{model a}} \\\\",
            "\\multicolumn{3}{@{}l@{}}{\\textbf{model b}} \\\\");
    assertThat(latex.intervals()).isEmpty();
  }
}

package io.prumerge.report;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.TextColumns;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The categories that lose most as text: a line for each, with the method under which it does. Of
 * two categories with the same questions, which are of two kinds, the first is in the table.
 *
 * @param title says what the figures are
 * @param cells lines of equal length, a header first, each beginning with a name
 */
public record CategoryTable(String title, List<List<String>> cells) {

  private static final int MOST = 10;
  private static final int LONGEST = 40;

  /**
   * A category of a run's benchmark.
   *
   * @param worst the figure that is most below the baseline's; controls are expected to be
   * @param figures those of all methods, which are equal for the same questions
   */
  private record Line(Metric baseline, Metric worst, List<Object> figures) {

    double loss() {
      return worst.comparison().orElseThrow().delta();
    }

    Optional<String> kind() {
      return worst.categoryKind();
    }
  }

  public CategoryTable {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the table; empty if no benchmark has categories, or none of them loses. */
  public static Optional<CategoryTable> of(Report report) {
    Map<List<String>, List<Metric>> categories = new LinkedHashMap<>();
    for (Metric one : report.metrics()) {
      if (one.isOfCategory()) {
        ScoreKey key = one.key();
        categories
            .computeIfAbsent(
                List.of(key.runId(), key.benchmark(), key.split(), one.category()),
                absent -> new ArrayList<>())
            .add(one);
      }
    }
    Map<List<Object>, Optional<String>> seen = new HashMap<>();
    List<Line> losing =
        categories.values().stream()
            .flatMap(figures -> line(figures, report.baseline()).stream())
            .filter(line -> line.loss() < 0)
            .filter(
                line ->
                    seen.computeIfAbsent(line.figures(), absent -> line.kind()).equals(line.kind()))
            .sorted(
                Comparator.comparing((Line line) -> line.worst().isOfTooFew())
                    .thenComparingDouble(Line::loss))
            .toList();
    return losing.isEmpty() ? Optional.empty() : Optional.of(table(report, losing));
  }

  private static Optional<Line> line(List<Metric> figures, String baseline) {
    Optional<Metric> base =
        figures.stream().filter(one -> one.key().method().equals(baseline)).findFirst();
    Optional<Metric> worst =
        figures.stream()
            .filter(one -> !one.key().method().equals(baseline))
            .filter(one -> !Controls.has(one.key().method()))
            .filter(one -> one.comparison().isPresent())
            .min(Comparator.comparingDouble(one -> one.comparison().orElseThrow().delta()));
    List<Object> all =
        figures.stream()
            .<Object>map(one -> List.of(one.key(), one.value(), one.stderr(), one.counts()))
            .toList();
    return base.flatMap(one -> worst.map(other -> new Line(one, other, all)));
  }

  /** Returns a category's name, with its kind where the benchmark has several. */
  private static String name(Metric of) {
    String name = Texts.inLine(of.category(), LONGEST);
    return of.categoryKind()
        .filter(kind -> !kind.equals(Benchmark.ONLY_KIND))
        .map(kind -> Text.format("%s (%s)", name, kind))
        .orElse(name);
  }

  private static CategoryTable table(Report report, List<Line> losing) {
    TextColumns<Line> columns =
        new TextColumns<Line>()
            .with("category", line -> name(line.worst()))
            .with("benchmark", line -> benchmark(line.worst().key()))
            .with("method", line -> report.names().name(MethodKey.of(line.worst().key())))
            .with("questions", line -> Text.format("%,d", line.worst().counts().n()))
            .with(report.baseline(), line -> FigureText.number(line.baseline().value(), 1, 1))
            .with("its figure", line -> FigureText.number(line.worst().value(), 1, 1))
            .with(
                "difference",
                line ->
                    line.worst().isOfTooFew()
                        ? "too few images"
                        : FigureText.difference(line.worst().comparison().orElseThrow()));
    return new CategoryTable(
        Text.format(
            "Categories that lose most%s, each under its worst method, controls left out (95 %%"
                + " interval; * significant at 5 %%, corrected for all categories and methods of a"
                + " benchmark)",
            losing.size() > MOST ? Text.format(", %d of %,d that lose", MOST, losing.size()) : ""),
        columns.of(losing.stream().limit(MOST).toList()));
  }

  private static String benchmark(ScoreKey key) {
    return key.benchmark() + "/" + key.split();
  }
}

package io.prumerge.report;

import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;

/**
 * What asking all questions again has changed, as text: a line for each method and benchmark.
 *
 * @param title says what the figures are
 * @param cells lines of equal length, a header first, each beginning with two names
 */
public record NoiseText(String title, List<List<String>> cells) {

  public NoiseText {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the table; empty if no question was asked again. */
  public static Optional<NoiseText> of(Report report) {
    return report.noise().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new NoiseText(
                "Noise: what asking all questions again changes (percent of answers and of scores;"
                    + " largest less smallest value of the figure; median margin of the first token"
                    + " in answers that changed, and in the others)",
                new TextColumns<Noise>()
                    .with("method", row -> report.names().name(row.key()))
                    .with("benchmark", row -> row.benchmark() + "/" + row.split())
                    .with("repeats", row -> Text.format("%d", row.repeats()))
                    .with("answers %", row -> FigureText.number(row.answersChanged(), 1, 2))
                    .with("scores %", row -> FigureText.number(row.scoresChanged(), 1, 2))
                    .with("figure", row -> FigureText.number(row.spread(), 1, 2))
                    .with("margin, changed", row -> FigureText.number(row.marginChanged(), 1, 3))
                    .with("margin, same", row -> FigureText.number(row.marginUnchanged(), 1, 3))
                    .of(report.noise())));
  }
}

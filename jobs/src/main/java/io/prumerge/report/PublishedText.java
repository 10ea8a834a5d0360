package io.prumerge.report;

import io.prumerge.console.Console;
import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Figures beside published ones, as text.
 *
 * @param title says what the figures are
 * @param cells lines of equal length, a header first, each beginning with two names
 * @param notes what is below the table, a line each
 */
public record PublishedText(String title, List<List<String>> cells, List<String> notes) {

  public PublishedText {
    cells = cells.stream().map(List::copyOf).toList();
    notes = List.copyOf(notes);
  }

  /** Returns the table; empty if no published figure fits. */
  public static Optional<PublishedText> of(Report report) {
    PublishedCheck check = report.published();
    if (check.rows().isEmpty()) {
      return Optional.empty();
    }
    List<String> unlike = new ArrayList<>();
    List<List<String>> cells =
        new TextColumns<BesidePublished>()
            .with("method", row -> report.names().name(row.method()))
            .with(
                "figure",
                row -> row.key().benchmark() + "/" + row.key().split() + " " + row.metric())
            .with("here", row -> FigureText.number(row.value(), 1, 1))
            .with("published", row -> FigureText.printed(row.published().score()))
            .with("difference", row -> difference(row, unlike))
            .of(check.rows());
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < unlike.size(); i++) {
      notes.add(Text.format("[%d] %s", i + 1, unlike.get(i)));
    }
    notes.add(check.sentence());
    if (!check.apart().isEmpty()) {
      notes.add(check.apart());
    }
    return Optional.of(
        new PublishedText(
            "Beside published figures, in points (here minus published; not tested)",
            cells,
            notes));
  }

  private static String difference(BesidePublished row, List<String> unlike) {
    String difference =
        row.difference().isPresent()
            ? FigureText.signed(row.difference().getAsDouble())
            : FigureText.ABSENT;
    if (row.isLike()) {
      return difference;
    }
    String words = String.join("; ", row.unlike());
    if (!unlike.contains(words)) {
      unlike.add(words);
    }
    return Text.format("%s [%d]", difference, unlike.indexOf(words) + 1);
  }

  /** Prints it. */
  public void print(Console console) {
    console.table(title, cells, 2);
    notes.forEach(console.out()::println);
  }
}

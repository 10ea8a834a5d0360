package io.prumerge.score;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/** A small CSV with how many visual tokens each set of answers was made with. */
final class LabelTokens {

  private static final String LABEL = "label";
  private static final String TOKENS = "visual_tokens";

  private LabelTokens() {}

  /**
   * Returns the sets of answers with the numbers of tokens that a file has for their labels; they
   * go before those that the labels say.
   *
   * @param file CSV with the columns {@code label} and {@code visual_tokens}
   * @throws UsageException if it has a label that no set has
   * @throws DataException if a number is none
   */
  static List<LabelledAnswers> in(String file, List<LabelledAnswers> sets, Folders folders)
      throws IOException {
    Path path = folders.present(Setting.VISUAL_TOKENS, file);
    TsvTable table = TsvTable.openCsv(path, folders.hadoop());
    if (!table.hasColumns(LABEL, TOKENS)) {
      throw new DataException(
          Text.format(
              "%s has the columns %s; it needs %s and %s",
              path.getName(), String.join(", ", table.columns()), LABEL, TOKENS));
    }
    List<String> labels = sets.stream().map(LabelledAnswers::label).toList();
    Map<String, Integer> tokens = new HashMap<>();
    table.read(
        row -> {
          String label = row.text(LABEL).strip();
          if (!labels.contains(label)) {
            throw new UsageException(
                Wording.of(
                    "%s: %s: no answers are labelled '%s'; labels: %s%s",
                    Setting.VISUAL_TOKENS,
                    row.where(),
                    label,
                    String.join(", ", labels),
                    Unknown.suggestion(label, labels)));
          }
          if (tokens.put(label, number(row)) != null) {
            throw row.error(Text.format("'%s' is there already", label));
          }
        });
    return sets.stream()
        .map(
            set ->
                tokens.containsKey(set.label())
                    ? new LabelledAnswers(
                        set.label(), OptionalInt.of(tokens.get(set.label())), set.places())
                    : set)
        .toList();
  }

  private static int number(TsvRow row) {
    String text = row.text(TOKENS).strip();
    if (!text.matches("\\d{1,6}")) {
      throw row.error(Text.format("'%s' must be a number of tokens, found '%s'", TOKENS, text));
    }
    return Integer.parseInt(text);
  }
}

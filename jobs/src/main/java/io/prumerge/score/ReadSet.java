package io.prumerge.score;

import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.score.log.LogFiles;
import io.prumerge.score.log.LogReading;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.RowCounts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was read of one set of answers.
 *
 * @param rows the account of its files' rows
 * @param toLeftOut answers to questions that were left out
 * @param used the others
 * @param judged whether its files hold a judge's words about answers
 * @param log what was read of other tools' logs; empty if it is none
 */
record ReadSet(
    LabelledAnswers set,
    LeftOutRows rows,
    long toLeftOut,
    long used,
    boolean judged,
    Optional<LogReading> log) {

  /**
   * Checks that each row, and each answer in one, has one outcome.
   *
   * @throws Failure if not, which is a fault of this program
   */
  ReadSet closed() {
    RowCounts counts = rows.account().counts();
    if (!counts.closes() || rows.account().questions() != used + toLeftOut) {
      throw Failure.ofCounts("rows of answers", "the files' form", List.of(sentence()));
    }
    return this;
  }

  /** Returns what became of the rows, after the label. */
  String sentence() {
    RowCounts counts = rows.account().counts();
    return set.label()
        + ": "
        + log.map(
                read ->
                    String.format(
                        Locale.ROOT,
                        "%s, read as %s",
                        read.counts().sentence(),
                        read.settings().get(LogFiles.FORM)))
            .orElseGet(() -> AnswerCounts.sentence(counts));
  }

  /** Returns what has to be said of the answers. */
  List<String> notes() {
    return log.stream()
        .flatMap(read -> read.notes().stream())
        .map(note -> set.label() + ": " + note)
        .toList();
  }

  /** Returns a warning about rows that cannot be read; empty if there are none. */
  Optional<String> unread() {
    return rows.count() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s%s of the answer files cannot be read, and a question without another answer"
                    + " counts as missing: %s",
                set.isUnlabelled() ? "" : set.label() + ": ",
                Texts.count(rows.count(), "row"),
                rows.reasons()));
  }
}

package io.prumerge.score;

import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.score.log.LogReading;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.RowCounts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was read of one set of answers.
 *
 * @param rows the account of its files' rows
 * @param toLeftOut answers to questions that were left out
 * @param used the others
 * @param forms that its files have; none of logs, and of data that Spark reads
 * @param judged whether its files hold a judge's words about answers
 * @param log what was read of other tools' logs; empty if it is none
 */
record ReadSet(
    LabelledAnswers set,
    LeftOutRows rows,
    long toLeftOut,
    long used,
    Set<AnswerForm> forms,
    boolean judged,
    Optional<LogReading> log) {

  ReadSet {
    forms = Set.copyOf(forms);
  }

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
    return set.label()
        + ": "
        + log.map(read -> read.counts().sentence())
            .orElseGet(() -> AnswerCounts.sentence(rows.account().counts()))
        + form().map(name -> ", read as " + name).orElse("");
  }

  /** Returns the form of the files, or the forms with commas; empty of data that Spark reads. */
  Optional<String> form() {
    return log.map(LogReading::tool)
        .or(
            () ->
                forms.stream()
                    .sorted()
                    .map(AnswerForm::toString)
                    .reduce((one, other) -> one + ", " + other));
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
            Text.format(
                "%s%s of the answer files cannot be read, and a question without another answer"
                    + " counts as missing: %s",
                set.isUnlabelled() ? "" : set.label() + ": ",
                Texts.count(rows.count(), "row"),
                rows.reasons()));
  }
}

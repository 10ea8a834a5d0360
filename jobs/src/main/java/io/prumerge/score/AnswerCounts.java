package io.prumerge.score;

import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.RowCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of the answers to one split.
 *
 * @param rows of the answer files; none of predictions, whose rows are answers
 * @param answers that were read
 * @param toLeftOut those of them to questions that were left out
 * @param used those that are scored
 * @param asked questions that each set of answers is about, of all sets
 * @param answered questions that have an answer, of all sets
 */
record AnswerCounts(
    Optional<RowCounts> rows, long answers, long toLeftOut, long used, long asked, long answered) {

  /**
   * Checks all sums. Answers to no question and second answers were refused before.
   *
   * @throws Failure if one does not close, which is a fault of this program
   */
  AnswerCounts closed() {
    boolean read = rows.stream().allMatch(RowCounts::closes);
    if (!read || answers != used + toLeftOut || used != answered || answered > asked) {
      throw Failure.ofCounts("answers", "the files' form", List.of(sentence()));
    }
    return this;
  }

  /** Returns what figures say of answers that they are not of. */
  List<String> caveats() {
    List<String> caveats = new ArrayList<>();
    rows.ifPresent(
        all -> {
          if (all.leftOut() > 0) {
            caveats.add(
                Texts.count(all.leftOut(), "row")
                    + " of the answer files could not be read"
                    + all.why());
          }
          if (all.passedOver() > 0) {
            caveats.add(
                Texts.count(all.passedOver(), "row") + " of the answer files held no answer");
          }
        });
    if (toLeftOut > 0) {
      caveats.add(
          Texts.part(
              toLeftOut,
              answers,
              "answer",
              "is to a question that was left out",
              "are to questions that were left out"));
    }
    return caveats;
  }

  /** Returns the counts in words, without those that are 0. */
  String sentence() {
    List<String> parts = new ArrayList<>();
    rows.ifPresent(all -> parts.add(sentence(all)));
    parts.add(
        Text.format(
            "%s: %,d used%s",
            Texts.count(answers, "answer"),
            used,
            counted(toLeftOut, "to questions that were left out")));
    parts.add(
        Text.format(
            "%s: %,d answered%s",
            Texts.count(asked, "question"), answered, counted(asked - answered, "missing")));
    return String.join("; ", parts);
  }

  /** Returns what became of the rows of answer files. */
  static String sentence(RowCounts rows) {
    return Text.format(
        "%s of the answer files: %,d with answers%s%s",
        Texts.count(rows.rows(), "row"),
        rows.asQuestions(),
        counted(rows.leftOut(), "unreadable"),
        counted(rows.passedOver(), "without"));
  }

  private static String counted(long number, String outcome) {
    return number == 0 ? "" : Text.format(", %,d %s", number, outcome);
  }
}

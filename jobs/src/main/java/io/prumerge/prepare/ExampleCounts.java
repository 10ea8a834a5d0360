package io.prumerge.prepare;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.RowCounts;
import io.prumerge.source.SideCounts;
import io.prumerge.store.CountsRow;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where everything went that was read for an examples table: each sum is of counts that were made
 * at different places.
 *
 * @param rows of the benchmark's files
 * @param questions that were made of the rows
 * @param questionsBeyondLimit those of them that {@code --limit} leaves out
 * @param questionsWithoutPicture those in the table that name no picture
 * @param pictures that the questions in the table name
 * @param sides files whose rows belong to the questions of others, such as right answers
 */
public record ExampleCounts(
    RowCounts rows,
    long questions,
    long questionsBeyondLimit,
    long questionsWithoutPicture,
    PictureCounts pictures,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<SideCounts> sides) {

  /** What is said of tables whose version did not count. */
  public static final String NOT_COUNTED = "not counted";

  public ExampleCounts {
    sides = List.copyOf(sides);
  }

  /**
   * Checks all sums.
   *
   * @param own whether the benchmark is one of this program's, each of whose rows has an outcome
   * @param staged questions that were staged
   * @param limit at least so many questions are in the table
   * @param written what the table has
   * @throws Failure if one does not close, which is a fault of this program
   */
  ExampleCounts closed(boolean own, long staged, OptionalLong limit, List<SplitContents> written) {
    long inTable =
        written.stream().mapToLong(split -> split.questions() + split.textQuestions()).sum();
    long withoutPicture = written.stream().mapToLong(SplitContents::textQuestions).sum();
    List<String> open = new ArrayList<>();
    if (!rows.closes() || own && (rows.passedOver() != 0 || rows.questionsWithoutRow() != 0)) {
      open.add(rows.sentence());
    }
    boolean some = limit.isPresent() && inTable >= Math.min(limit.getAsLong(), questions);
    if (questions != staged
        || questions != inTable + questionsBeyondLimit
        || questionsBeyondLimit > 0 && !some) {
      open.add(
          Text.format(
              "%s were made and %,d staged, %,d are in the table and %,d beyond the limit",
              Texts.count(questions, "question"), staged, inTable, questionsBeyondLimit));
    }
    if (questionsWithoutPicture != withoutPicture) {
      open.add(
          Text.format(
              "%s without a picture, %,d in the table",
              Texts.count(questionsWithoutPicture, "question"), withoutPicture));
    }
    if (!pictures.closes()) {
      open.add(pictures.sentence());
    }
    sides.stream()
        .filter(side -> !side.closes() || own && side.passedOver() != 0)
        .forEach(side -> open.add(side.sentence()));
    if (!open.isEmpty()) {
      throw Failure.ofCounts("what was read", "the files' form", open);
    }
    return this;
  }

  /** Returns the counts as they stand in a run's record. */
  public CountsRow row(String benchmark, String split) {
    return new CountsRow(
        benchmark,
        split,
        rows.rows(),
        rows.asQuestions(),
        rows.ofOtherSplits(),
        rows.lacking(),
        rows.leftOut(),
        rows.passedOver(),
        rows.reasons(),
        questions,
        rows.questionsWithoutRow(),
        questionsBeyondLimit,
        questionsWithoutPicture,
        pictures.named(),
        pictures.found(),
        pictures.missing(),
        pictures.refused(),
        sides);
  }

  /** Returns the counts in a run's record. */
  public static ExampleCounts of(CountsRow row) {
    return new ExampleCounts(
        new RowCounts(
            row.rows(),
            row.asQuestions(),
            row.ofOtherSplits(),
            row.lacking(),
            row.leftOut(),
            new TreeMap<>(row.leftOutBy()),
            row.passedOver(),
            row.questionsWithoutRow()),
        row.questions(),
        row.questionsBeyondLimit(),
        row.questionsWithoutPicture(),
        new PictureCounts(
            row.pictures(),
            row.picturesFound(),
            row.picturesMissing(),
            new TreeMap<>(row.picturesRefusedBy())),
        row.sides());
  }

  /**
   * Returns what figures say of all that was read and is not in them, or only as an error.
   *
   * @param shown what questions show, such as {@code picture}
   */
  public List<String> caveats(String shown) {
    List<String> caveats = new ArrayList<>(rows.caveat().stream().toList());
    if (questionsBeyondLimit > 0) {
      caveats.add(
          Text.format(
              "%s beyond the limit and not in n",
              Texts.part(questionsBeyondLimit, questions, "question", "is", "are")));
    }
    caveats.addAll(pictures.caveat(shown).stream().toList());
    caveats.addAll(SideCounts.caveats(sides));
    return caveats;
  }

  /** Returns the counts of questions about pictures in words, without those that are 0. */
  public String sentence() {
    return sentence("picture");
  }

  /**
   * Returns the counts in words, without those that are 0.
   *
   * @param shown what questions show, such as {@code picture}
   */
  public String sentence(String shown) {
    List<String> parts = new ArrayList<>();
    parts.add(rows.sentence());
    StringBuilder asked = new StringBuilder(Texts.count(questions, "question"));
    if (questionsBeyondLimit > 0) {
      asked.append(Text.format(", %,d beyond the limit", questionsBeyondLimit));
    }
    if (questionsWithoutPicture > 0) {
      asked.append(Text.format(", %,d without a %s", questionsWithoutPicture, shown));
    }
    parts.add(asked.toString());
    if (pictures.named() > 0) {
      parts.add(pictures.sentence(shown));
    }
    parts.addAll(SideCounts.notAllUsed(sides));
    return String.join("; ", parts);
  }
}

package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.PromptText;
import io.prumerge.source.table.DataTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The columns that hold the parts of a question.
 *
 * @param id empty = the row's number, from 1
 * @param images of the pictures, in the order of the prompt; none = questions about text or videos
 * @param imageName the name of the picture that a row names or holds; empty = the column's text, or
 *     the row's id
 * @param video of the video; empty = questions about text or pictures
 * @param question empty if all rows ask {@code asked}
 * @param asked the question of all rows; empty if they have their own
 * @param options one column per option; or, if {@code optionsInOne}, one with a list
 * @param optionsInQuestion what finds options in a question without {@code options}: the groups of
 *     the first one that matches
 * @param answers of a list of right answers; or, if {@code oneAnswer}, of one right answer, which
 *     may look like a list
 * @param categories of the groups with figures of their own
 * @param extra of values that the scoring rule needs
 * @param unit of the questions that are right together
 * @param units of such questions where they are in units of several kinds: the columns whose values
 *     tell a kind's units apart
 * @param split of the name of the split that a row is of; empty = all rows are of the asked one
 */
record QuestionColumns(
    Optional<String> id,
    List<String> images,
    Optional<PromptText> imageName,
    Optional<VideoColumns> video,
    String question,
    String asked,
    List<String> options,
    boolean optionsInOne,
    List<Pattern> optionsInQuestion,
    Optional<String> answers,
    boolean oneAnswer,
    List<String> categories,
    List<String> extra,
    Optional<String> unit,
    Map<String, List<String>> units,
    Optional<String> split) {

  /** Names the row's file, without its ending, where a table has no such column. */
  static final String FILE = DataTable.FILE;

  QuestionColumns {
    images = List.copyOf(images);
    options = List.copyOf(options);
    optionsInQuestion = List.copyOf(optionsInQuestion);
    categories = List.copyOf(categories);
    extra = List.copyOf(extra);
    units = Collections.unmodifiableMap(new LinkedHashMap<>(units));
  }

  /** Returns whether the columns could be read; without them, other faults only follow. */
  boolean isNamed() {
    return !question.isEmpty() || !asked.isEmpty();
  }

  /** Returns whether questions may have pictures or videos. */
  boolean haveImages() {
    return !images.isEmpty() || video.isPresent();
  }

  /** Returns a column to name where a question is refused. */
  String questionColumn() {
    return question.isEmpty() ? id.orElse("row") : question;
  }

  /** Returns the form of answers by which questions are told by their places, if it is named. */
  Optional<PlacedAnswers> placedAnswers() {
    return extra.stream()
        .filter(PlacedAnswers.NAMED::containsKey)
        .findFirst()
        .map(PlacedAnswers.NAMED::get);
  }

  /** Returns whether questions can have options. */
  boolean haveOptions() {
    return !options.isEmpty() || !optionsInQuestion.isEmpty();
  }
}

package io.prumerge.store;

import io.prumerge.source.SideCounts;
import java.util.List;
import java.util.Map;

/**
 * Where everything went that {@code prepare} read for a benchmark's split.
 *
 * @param rows of the benchmark's files: the sum of the next five
 * @param asQuestions rows that became questions; a row may become several
 * @param ofOtherSplits rows that say that they are of another split
 * @param lacking rows without what the layout asks for, such as the columns of {@code rows_with}
 * @param leftOut rows that could not be read, or used
 * @param passedOver rows that became none of these, which only benchmarks in jars may have
 * @param leftOutBy {@code left_out} by reason
 * @param questions that were made of the rows
 * @param questionsWithoutRow those of them that were made of no row, likewise
 * @param questionsBeyondLimit those of them that {@code --limit} of {@code prepare} leaves out
 * @param questionsWithoutPicture those in the table that name no picture
 * @param pictures that the questions in the table name: found, missing and refused ones
 * @param picturesFound that models can be shown
 * @param picturesMissing whose file is missing or empty
 * @param picturesRefusedBy how many cannot be used, by the error that their questions have
 * @param sides files whose rows belong to the questions of others, such as right answers
 */
public record CountsRow(
    String benchmark,
    String split,
    long rows,
    long asQuestions,
    long ofOtherSplits,
    long lacking,
    long leftOut,
    long passedOver,
    Map<String, Long> leftOutBy,
    long questions,
    long questionsWithoutRow,
    long questionsBeyondLimit,
    long questionsWithoutPicture,
    long pictures,
    long picturesFound,
    long picturesMissing,
    Map<String, Long> picturesRefusedBy,
    List<SideCounts> sides) {

  /** Returns whether these are the counts of a benchmark's split. */
  public boolean isOf(String otherBenchmark, String otherSplit) {
    return benchmark.equals(otherBenchmark) && split.equals(otherSplit);
  }
}

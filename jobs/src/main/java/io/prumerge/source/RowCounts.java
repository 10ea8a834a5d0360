package io.prumerge.source;

import io.prumerge.console.Texts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the rows of a benchmark's files, each counted once.
 *
 * @param rows that were met
 * @param asQuestions rows that became questions; a row may become several
 * @param ofOtherSplits rows that say that they are of another split
 * @param lacking rows without what the layout asks for, such as the columns of {@code rows_with}
 * @param leftOut rows that could not be read, or used
 * @param reasons how many rows were left out for which reason, without the rows' places
 * @param passedOver rows that became none of these, which only benchmarks in jars may have
 * @param questionsWithoutRow questions that were made while no row was read, likewise
 */
public record RowCounts(
    long rows,
    long asQuestions,
    long ofOtherSplits,
    long lacking,
    long leftOut,
    SortedMap<String, Long> reasons,
    long passedOver,
    long questionsWithoutRow) {

  public RowCounts {
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
  }

  /** Returns whether each row has one outcome, and each that was left out its reason. */
  public boolean closes() {
    return rows == asQuestions + ofOtherSplits + lacking + leftOut + passedOver
        && leftOut == reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the counts in words, without those that are 0. */
  public String sentence() {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(String.format(Locale.ROOT, "%,d became questions", asQuestions));
    add(outcomes, ofOtherSplits, "of other splits");
    add(outcomes, lacking, "without what the layout asks for");
    add(outcomes, leftOut, "left out");
    add(outcomes, passedOver, "passed over");
    add(outcomes, questionsWithoutRow, "questions of no row");
    return Texts.count(rows, "row") + ": " + String.join(", ", outcomes);
  }

  static void add(List<String> outcomes, long rows, String outcome) {
    if (rows > 0) {
      outcomes.add(String.format(Locale.ROOT, "%,d %s", rows, outcome));
    }
  }
}

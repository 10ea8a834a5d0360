package io.prumerge.source;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

  /** Reasons that a figure's caveat names. */
  private static final int NAMED = 3;

  /** Characters of a reason, which may have a foreign text in it. */
  private static final int LONGEST_REASON = 200;

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
    outcomes.add(Text.format("%,d became questions", asQuestions));
    add(outcomes, ofOtherSplits, "of other splits");
    add(outcomes, lacking, "without what the layout asks for");
    add(outcomes, leftOut, "left out");
    add(outcomes, passedOver, "passed over");
    add(outcomes, questionsWithoutRow, "questions of no row");
    return Texts.count(rows, "row") + " of the benchmark: " + String.join(", ", outcomes);
  }

  /** Returns what a figure says of rows that could not be read; nothing if all could. */
  public Optional<String> caveat() {
    return leftOut == 0 ? Optional.empty() : Optional.of(unread(leftOut) + why());
  }

  /** Returns the words for rows of a benchmark's files that could not be read. */
  public static String unread(long rows) {
    return Text.format(
        "%s of its files could not be read and %s not in n",
        Texts.count(rows, "row"), rows == 1 ? "is" : "are");
  }

  /** Returns the commonest reasons, with how many rows have each, as the end of a sentence. */
  public String why() {
    return reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(NAMED)
        .map(one -> Texts.inLine(one.getKey(), LONGEST_REASON) + counted(one.getValue()))
        .collect(Collectors.joining("; ", ": ", reasons.size() > NAMED ? "; ..." : ""));
  }

  private String counted(long rows) {
    return rows == leftOut ? "" : Text.format(" (%,d)", rows);
  }

  /** Adds how many things became what, unless it is none. */
  public static void add(List<String> outcomes, long number, String outcome) {
    if (number > 0) {
      outcomes.add(Text.format("%,d %s", number, outcome));
    }
  }
}

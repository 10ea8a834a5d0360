package io.prumerge.source;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the rows of a file that belong to the questions of another, such as right answers,
 * each counted once.
 *
 * @param file its name
 * @param rows that were met
 * @param used rows that a question asked for
 * @param unasked rows for questions that are not there
 * @param repeated rows whose like was read before, or after if the later counts
 * @param unreadable rows that could not be read
 * @param passedOver rows that became none of these, which only benchmarks in jars may have
 */
public record SideCounts(
    String file,
    long rows,
    long used,
    long unasked,
    long repeated,
    long unreadable,
    long passedOver) {

  /** Returns whether each row has one outcome. */
  public boolean closes() {
    return rows == used + unasked + repeated + unreadable + passedOver;
  }

  /** Returns a sentence about each file that has rows that no question asked for. */
  public static List<String> notAllUsed(List<SideCounts> sides) {
    return sides.stream()
        .filter(side -> side.used() < side.rows())
        .map(SideCounts::sentence)
        .toList();
  }

  /**
   * Returns what figures say of side files: a sentence about each that has rows that could not be
   * read. Files of several splits always have rows that no question asks for, and MME's folder of
   * results repeats its questions.
   */
  public static List<String> caveats(List<SideCounts> sides) {
    return sides.stream()
        .filter(side -> side.unreadable() + side.passedOver() > 0)
        .map(SideCounts::sentence)
        .toList();
  }

  /** Returns the counts in words, without those that are 0. */
  public String sentence() {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(Text.format("%,d used", used));
    RowCounts.add(outcomes, unasked, "for questions that are not there");
    RowCounts.add(outcomes, repeated, "repeated");
    RowCounts.add(outcomes, unreadable, "unreadable");
    RowCounts.add(outcomes, passedOver, "passed over");
    return file + ": " + Texts.count(rows, "row") + ", " + String.join(", ", outcomes);
  }
}

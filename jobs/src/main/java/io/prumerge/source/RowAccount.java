package io.prumerge.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Keeps account of the rows of a benchmark's files. A row has become a question if one passed
 * {@link #counting} while it was read; what else may become of it its reader says.
 */
public final class RowAccount {

  /** Reasons that are told apart. */
  private static final int REASONS = 20;

  private static final String OTHER_REASONS = "other reasons";

  /** Where a row stands, at the beginning of what is wrong with it. */
  private static final Pattern PLACE = Pattern.compile("^[^\n]*?:(?:row )?\\d+: ");

  private final SortedMap<String, Long> reasons = new TreeMap<>();
  private long questions;
  private long rows;
  private long asQuestions;
  private long ofOtherSplits;
  private long lacking;
  private long leftOut;
  private final List<SideAccount> sides = new ArrayList<>();
  private Optional<SideRow> sideRow = Optional.empty();
  private long passedOver;
  private long kept;
  private boolean reading;
  private long withoutRow;
  private Outcome said = Outcome.NONE;
  private Optional<String> id = Optional.empty();

  /** What a reader says of a row that is no question. */
  private enum Outcome {
    NONE,
    OF_OTHER_SPLIT,
    LACKING
  }

  RowAccount() {}

  /** Returns a sink whose questions count as those of the row that is being read. */
  public <T> Consumer<T> counting(Consumer<T> sink) {
    return question -> {
      questions++;
      withoutRow += reading ? 0 : 1;
      sink.accept(question);
    };
  }

  /** Says of the row that is being read that it is of a split that was not asked for. */
  public void isOfOtherSplit() {
    said = Outcome.OF_OTHER_SPLIT;
  }

  /** Says of the row that is being read that it lacks what the layout asks for. */
  public void isLacking() {
    said = Outcome.LACKING;
  }

  /** Says of the row that is being read which id answers have of its question. */
  public void isOf(String question) {
    id = Optional.of(question);
  }

  /** Returns the question's id of the row that is being read, if it was said. */
  Optional<String> id() {
    return id;
  }

  /** Counts rows of splits that were not asked for, which are told apart before rows are read. */
  public void addOfOtherSplits(long number) {
    rows += number;
    ofOtherSplits += number;
  }

  /** Returns the number of questions that were made of rows. */
  public long questions() {
    return questions;
  }

  /** Returns what became of the rows so far. */
  public RowCounts counts() {
    return new RowCounts(
        rows, asQuestions, ofOtherSplits, lacking, leftOut, reasons, passedOver + kept, withoutRow);
  }

  /** Returns what became of the rows of side files so far, one for each file with rows. */
  public List<SideCounts> sides() {
    return sides.stream().map(SideAccount::counts).filter(side -> side.rows() > 0).toList();
  }

  /** Returns the account of one more side file. */
  SideAccount side(String file) {
    SideAccount side = new SideAccount(file);
    sides.add(side);
    return side;
  }

  /** Returns the row of a side file that is being read. */
  Optional<SideRow> sideRow() {
    return sideRow;
  }

  /** Adds the rows of other files. */
  void addAll(RowAccount others) {
    questions += others.questions;
    rows += others.rows;
    asQuestions += others.asQuestions;
    ofOtherSplits += others.ofOtherSplits;
    lacking += others.lacking;
    leftOut += others.leftOut;
    passedOver += others.passedOver;
    kept += others.kept;
    sides.addAll(others.sides);
    others.reasons.forEach(this::addReason);
  }

  /** Reads a row, and counts what becomes of it, unless that throws. */
  void read(RowUse use, Runnable row) {
    long before = questions;
    said = Outcome.NONE;
    id = Optional.empty();
    reading = true;
    try {
      row.run();
    } finally {
      reading = false;
    }
    boolean asked = questions > before;
    meet(use);
    if (asked) {
      asQuestions++;
    } else if (said == Outcome.OF_OTHER_SPLIT) {
      ofOtherSplits++;
    } else if (said == Outcome.LACKING) {
      lacking++;
    } else if (use == RowUse.KEPT) {
      kept++;
    } else {
      passedOver++;
    }
  }

  /** Reads a row of a side file. */
  void read(SideAccount side, Runnable row) {
    id = Optional.empty();
    readNext(side, row);
  }

  /** Reads a row of a side file, be it while one of the questions' is read. */
  void readNext(SideAccount side, Runnable row) {
    SideRow met = side.meet();
    sideRow = Optional.of(met);
    try {
      row.run();
    } catch (DataException e) {
      met.isUnreadable();
      throw e;
    } finally {
      sideRow = Optional.empty();
    }
  }

  /** Counts a row that is left out. */
  void leaveOut(RowUse use, String why) {
    meet(use);
    leftOut++;
    addReason(PLACE.matcher(why).replaceFirst(""), 1);
  }

  private void addReason(String reason, long number) {
    boolean known = reasons.containsKey(reason) || reasons.size() < REASONS;
    reasons.merge(known ? reason : OTHER_REASONS, number, Long::sum);
  }

  private void meet(RowUse use) {
    if (use == RowUse.ASKED_LATER) {
      kept--; // it was met when it was kept
    } else {
      rows++;
    }
  }
}

package io.prumerge.score.log;

import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.RowCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes the rows of all logs of one set of answers, and passes on one answer to each question. */
final class LogTally {

  /** Longer texts are kept as their hashes. */
  private static final int KEPT = 64;

  /** Rows without a question that are named. */
  private static final int NAMED = 3;

  private final QuestionIndex index;
  private final Consumer<GivenAnswer> sink;
  private final String[] taken;
  private final String[] filtered;
  private final String[] places;
  private final List<String> unmatched = new ArrayList<>();
  private final List<String> repetitions = new ArrayList<>();
  private final List<String> cut = new ArrayList<>();
  private long used;
  private long ofOtherFilters;
  private long repeated;
  private long failures;
  private long withoutQuestion;
  private long answered;
  private long cutCells;

  LogTally(QuestionIndex index, Consumer<GivenAnswer> sink) {
    this.index = index;
    this.sink = sink;
    this.taken = new String[index.size()];
    this.filtered = new String[index.size()];
    this.places = new String[index.size()];
  }

  /** The rows of one file. */
  final class OfFile {

    private final LogJoin join;
    private final int filters;
    private final int longestCell;
    private final int[] met = new int[index.size()];
    private final Consumer<GivenAnswer> out;

    /**
     * @param positions what those of its rows count
     * @param filters that have a row for each question
     * @param longestCell the most characters of a text in the file
     * @param out takes the answers of this file
     */
    OfFile(Positions positions, int filters, int longestCell, Consumer<GivenAnswer> out) {
      this.join = new LogJoin(index, positions);
      this.filters = Math.max(1, filters);
      this.longestCell = longestCell;
      this.out = out;
    }

    /**
     * Takes the next row.
     *
     * @throws DataException that is {@link DataException#ofFile} if another answer was given to its
     *     question before, or as {@link LogJoin#find}
     */
    void add(LogRow row) {
      LogJoin.Found found = join.find(row);
      if (found.questions().isEmpty()) {
        withoutQuestion++;
        name(unmatched, row.where() + ": " + found.problem());
        return;
      }
      int first = found.questions().get(0);
      if (met[first]++ % filters > 0) {
        ofOtherFilters++;
        return;
      }
      for (int number : found.questions()) {
        requireSame(row, number);
      }
      if (taken[first] != null && !kept(row.filtered()).equals(filtered[first])) {
        ofOtherFilters++; // nothing beside the file says how many there are
        return;
      }
      if (taken[first] != null) {
        repeated++;
        name(repetitions, row.where() + " repeats " + places[first]);
        return;
      }
      take(row, found.questions());
    }

    private void take(LogRow row, List<Integer> questions) {
      if (row.answer().facts().failure().isPresent()) {
        failures++;
      } else {
        used++;
        answered += questions.size();
      }
      String text = row.answer().text();
      if (text.codePointCount(0, text.length()) == longestCell || text.length() == longestCell) {
        cutCells++;
        name(cut, row.where());
      }
      for (int number : questions) {
        taken[number] = said(row.answer());
        filtered[number] = kept(row.filtered());
        places[number] = row.where();
        out.accept(
            row.answer()
                .withKey(index.question(number).id())
                .withTruth(Optional.empty())); // compared already, in whatever form it has
      }
    }
  }

  private void requireSame(LogRow row, int number) {
    if (taken[number] != null && !taken[number].equals(said(row.answer()))) {
      throw new DataException(
              Text.format(
                  "%s: question '%s' has another answer in %s; which one counts is not known:"
                      + " remove the rows of one of the two runs",
                  row.where(), index.question(number).id(), places[number]))
          .ofFile();
    }
  }

  /** Returns an answer as it is compared with another one. */
  private static String said(GivenAnswer answer) {
    AnswerFacts facts = answer.facts();
    return kept(facts.failure().map(why -> "failed").orElse("") + ":" + answer.text());
  }

  private static String kept(String text) {
    return text.length() <= KEPT ? text : Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void name(List<String> names, String one) {
    if (names.size() < NAMED) {
      names.add(one);
    }
  }

  Consumer<GivenAnswer> sink() {
    return sink;
  }

  /** Returns the questions of the rows so far. */
  BitSet questions() {
    BitSet questions = new BitSet();
    for (int number = 0; number < places.length; number++) {
      questions.set(number, places[number] != null);
    }
    return questions;
  }

  /** Returns what has to be said of rows. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    note(notes, withoutQuestion, "row", "without a question: ", unmatched);
    note(notes, repeated, "row", "equal to one before, used once: ", repetitions);
    note(
        notes,
        cutCells,
        "answer",
        "as long as a cell of an xlsx file can be (32,767 characters), cut by it: ",
        cut);
    return notes;
  }

  private static void note(
      List<String> notes, long number, String noun, String what, List<String> named) {
    if (number > 0) {
      notes.add(Texts.count(number, noun) + " " + what + LogText.first(named, number));
    }
  }

  /**
   * Returns what became of the rows.
   *
   * @param all the account of their files
   */
  LogCounts counts(RowCounts all) {
    return new LogCounts(
            all.rows(),
            used,
            ofOtherFilters,
            repeated,
            failures,
            withoutQuestion,
            all.leftOut(),
            answered)
        .closed();
  }
}

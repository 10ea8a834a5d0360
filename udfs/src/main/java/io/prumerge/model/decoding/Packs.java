package io.prumerge.model.decoding;

import io.prumerge.model.decoder.PromptGroup;
import java.util.BitSet;

/**
 * Which of a group's questions stand after the prefix. They come in their order, some of them (a
 * pack) in one pass, and go one by one: the next ones come when slots are free, so that neither the
 * cache nor the attention mask grows with the number of questions of an image.
 */
public final class Packs {

  // Rows of question text after one prefix at a time: some forty questions of an ordinary length.
  private static final int MOST_ROWS = 1024;

  /** Slots that questions after one prefix may fill with text and answers at a time. */
  public static final int MOST_SLOTS = 16_384;

  // Of these, as many as make it worth while to hold a prefix.
  private static final int LEAST_SLOTS = 4096;

  private final PromptGroup group;
  private final BitSet active = new BitSet();
  private int come;

  public Packs(PromptGroup group) {
    this.group = group;
  }

  /** Returns the first question that has not come. */
  public int next() {
    return come;
  }

  /** Returns whether some have not come. */
  public boolean more() {
    return come < group.suffixes().size();
  }

  /**
   * Returns the index after the last question that may come now.
   *
   * @param rows that are free, the prefix' included if it comes with them
   * @param slots likewise
   * @return {@link #next} where none can come
   */
  public int end(int rows, long slots) {
    return end(rows, slots, MOST_SLOTS);
  }

  /**
   * Returns the index after the last question that should come with the prefix, if others are open.
   */
  public int least() {
    return come == 0 ? end(Integer.MAX_VALUE, Long.MAX_VALUE, LEAST_SLOTS) : come;
  }

  private int end(int rows, long slots, int mostSlots) {
    long texts = active.stream().mapToLong(this::text).sum();
    long taken = active.stream().mapToLong(this::slotsOf).sum();
    long newRows = prefix();
    long newSlots = prefix();
    int end = come;
    while (end < group.suffixes().size()) {
      newRows += text(end);
      newSlots += slotsOf(end);
      texts += text(end);
      taken += slotsOf(end);
      boolean others = end > come || !active.isEmpty();
      if (newRows > rows
          || newSlots > slots
          || others && (texts > MOST_ROWS || taken > mostSlots)) {
        return end;
      }
      end++;
    }
    return end;
  }

  /** Returns the number of rows of the pass that these questions come in. */
  public int rows(int end) {
    int rows = prefix();
    for (int q = come; q < end; q++) {
      rows += text(q);
    }
    return rows;
  }

  // It comes with the first questions.
  private int prefix() {
    return come == 0 ? group.prefixRows() : 0;
  }

  /** Lets all questions before {@code end} come. */
  void enter(int end) {
    active.set(come, end);
    come = end;
  }

  void leave(int question) {
    active.clear(question);
  }

  /** Slots that questions which have not come would take. */
  public long slots(int end) {
    long slots = prefix();
    for (int q = come; q < end; q++) {
      slots += slotsOf(q);
    }
    return slots;
  }

  /** Slots of prefix and questions when all answers are as long as they may be. */
  public long slots() {
    return group.prefixRows() + active.stream().mapToLong(this::slotsOf).sum();
  }

  private int text(int question) {
    return group.suffixes().get(question).length;
  }

  // Slots that a question alone fills: its text, its answer, and the tokens that only it keeps; as
  // if in all layers. Its text is in two caches while they are exchanged.
  private long slotsOf(int question) {
    boolean exchanges = group.dropsEarlierRows();
    boolean apart = exchanges || group.cuts().stream().anyMatch(group::parts);
    return group.slots(question)
        + (apart ? group.prefixRows() : 0L)
        + (exchanges ? text(question) : 0);
  }
}

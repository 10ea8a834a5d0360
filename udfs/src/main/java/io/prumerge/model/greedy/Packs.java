package io.prumerge.model.greedy;

import io.prumerge.model.decoder.PromptGroup;
import java.util.stream.IntStream;

/**
 * How a group's questions are dealt out: a pack of them stands behind the prefix at a time, so that
 * neither the cache nor the attention mask grows with the number of questions of an image.
 */
public final class Packs {

  // Rows of question text behind one prefix at a time: some forty questions of an ordinary length.
  private static final int MOST_ROWS = 1024;
  // Slots those questions may fill with text and answers.
  private static final int MOST_SLOTS = 4096;

  private final PromptGroup group;

  public Packs(PromptGroup group) {
    this.group = group;
  }

  /** The question after the last of the pack that begins with {@code start}. */
  int end(int start) {
    long rows = 0;
    long slots = 0;
    int end = start;
    while (end < group.suffixes().size()) {
      rows += group.suffixes().get(end).length;
      slots += slots(end);
      if (end > start && (rows > MOST_ROWS || slots > MOST_SLOTS)) {
        return end;
      }
      end++;
    }
    return end;
  }

  /** Rows of the texts of some questions. */
  int rows(int start, int end) {
    return group.suffixes().subList(start, end).stream().mapToInt(suffix -> suffix.length).sum();
  }

  /** Rows of the first pack's pass, the whole prefix included. */
  public int firstRows() {
    return group.prefixPositions() + rows(0, end(0));
  }

  /** Slots of the caches when the answers of any pack are as long as they may be. */
  public long slots() {
    long most = 0;
    int start = 0;
    while (start < group.suffixes().size()) {
      int end = end(start);
      most = Math.max(most, IntStream.range(start, end).mapToLong(this::slots).sum());
      start = end;
    }
    return group.prefixPositions() + most;
  }

  // Slots that a question alone fills: its text, its answer, and the tokens that only it keeps; as
  // if in all layers.
  private long slots(int question) {
    long text = group.suffixes().get(question).length;
    boolean apart = group.cuts().stream().anyMatch(group::parts);
    long kept = apart ? group.prefixPositions() : 0;
    return text + group.limits().get(question).maxNewTokens() + kept;
  }
}

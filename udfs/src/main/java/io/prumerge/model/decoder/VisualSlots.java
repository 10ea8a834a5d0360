package io.prumerge.model.decoder;

import io.prumerge.reduction.KeptTokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The slots of a group's prefix that hold visual tokens, in the order of these. The others hold
 * text: that before the image, and, where a prompt has some, that between the image's views.
 */
public final class VisualSlots {

  private final int[] slots;
  private final int prefix;

  /**
   * @param slots of the tokens, rising; not copied
   * @param prefix all slots of the prefix
   */
  VisualSlots(int[] slots, int prefix) {
    this.slots = slots;
    this.prefix = prefix;
  }

  /** Returns the number of visual tokens. */
  public int count() {
    return slots.length;
  }

  /** Returns the slot of the first visual token; the one after the prefix without any. */
  public int first() {
    return slots.length == 0 ? prefix : slots[0];
  }

  /** Returns the slot after the last visual token; the one after the prefix without any. */
  public int end() {
    return slots.length == 0 ? prefix : slots[slots.length - 1] + 1;
  }

  /** Returns whether no text is between them. */
  public boolean adjacent() {
    return end() - first() == slots.length;
  }

  /** Returns the tokens' slots, counted from slot {@code before}. */
  public int[] after(int before) {
    return IntStream.of(slots).map(slot -> slot - before).toArray();
  }

  /**
   * Returns the slot of each row of the prefix that goes on after a cut, in the order there: text
   * and kept tokens in theirs, then sums, each with the slot of the token whose position it keeps.
   */
  public int[] going(KeptTokens kept) {
    int whole = kept.tokens().length - kept.sums(slots.length);
    boolean[] stays = new boolean[prefix];
    Arrays.fill(stays, true);
    IntStream.of(slots).forEach(slot -> stays[slot] = false);
    IntStream.of(kept.tokens()).limit(whole).forEach(token -> stays[slots[token]] = true);
    return IntStream.concat(
            IntStream.range(0, prefix).filter(slot -> stays[slot]),
            IntStream.of(kept.tokens()).skip(whole).map(token -> slots[token]))
        .toArray();
  }

  /** Returns the slots after a cut of the tokens that it keeps. */
  public VisualSlots cut(KeptTokens kept) {
    int[] going = going(kept);
    int sums = kept.sums(slots.length);
    int whole = kept.tokens().length - sums;
    int[] next = new int[whole + sums];
    int row = 0;
    for (int token = 0; token < whole; token++) {
      while (going[row] != slots[kept.tokens()[token]]) {
        row++;
      }
      next[token] = row;
    }
    for (int sum = 0; sum < sums; sum++) {
      next[whole + sum] = going.length - sums + sum;
    }
    return new VisualSlots(next, going.length);
  }
}

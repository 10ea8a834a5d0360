package io.prumerge.score.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The questions that have a text, by the text: a list in one array for all texts. */
final class Postings {

  private static final int END = -1;

  private final Map<String, Integer> first = new HashMap<>();
  private int[] next = new int[16];
  private int[] question = new int[16];
  private int size;

  /** Adds a question under a text, unless it was the last one added under it. */
  void add(String text, int number) {
    int head = first.getOrDefault(text, END);
    if (head != END && question[head] == number) {
      return;
    }
    if (size == next.length) {
      next = Arrays.copyOf(next, 2 * size);
      question = Arrays.copyOf(question, 2 * size);
    }
    next[size] = head;
    question[size] = number;
    first.put(text, size);
    size++;
  }

  /** Returns the questions under a text, in their order. */
  int[] of(String text) {
    int[] found = new int[4];
    int count = 0;
    for (int at = first.getOrDefault(text, END); at != END; at = next[at]) {
      found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
      found[count++] = question[at];
    }
    int[] ordered = new int[count];
    for (int i = 0; i < count; i++) {
      ordered[i] = found[count - 1 - i];
    }
    return ordered;
  }
}

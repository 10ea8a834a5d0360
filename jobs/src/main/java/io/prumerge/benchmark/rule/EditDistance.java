package io.prumerge.benchmark.rule;

import java.util.List;

/** Levenshtein's distance: the fewest code points to insert, to remove or to change. */
final class EditDistance {

  private EditDistance() {}

  /** Returns the first of the texts with the smallest distance. */
  static String nearest(String text, List<String> texts) {
    int[] wanted = text.codePoints().toArray();
    String nearest = texts.get(0);
    int smallest = Integer.MAX_VALUE;
    for (String other : texts) {
      int distance = between(wanted, other.codePoints().toArray());
      if (distance < smallest) {
        smallest = distance;
        nearest = other;
      }
    }
    return nearest;
  }

  /** Returns the distance, in memory for the second text's code points. */
  static int between(int[] a, int[] b) {
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length];
  }
}

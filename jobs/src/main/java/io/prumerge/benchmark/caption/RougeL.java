package io.prumerge.benchmark.caption;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ROUGE-L (Lin, 2004) of one image, as salaniz/pycocoevalcap computes it ({@code rouge/rouge.py},
 * {@code calc_score}): precision and recall of the longest common subsequence, each the best over
 * the references, though not of the same one. A set's score is the mean over its images.
 */
public final class RougeL {

  /** How much more recall counts than precision. */
  private static final double BETA = 1.2;

  private RougeL() {}

  /**
   * Returns the score of an answer's tokens, which are parted at single blanks only: a text without
   * any is one empty token.
   */
  public static double of(List<String> answer, List<List<String>> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("An image needs at least one reference caption");
    }
    Map<String, Integer> numbers = new HashMap<>();
    int[] said = numbered(answer, numbers);
    double precision = 0;
    double recall = 0;
    for (List<String> reference : references) {
      int[] right = numbered(reference, numbers);
      double common = commonLength(said, right);
      precision = Math.max(precision, common / said.length);
      recall = Math.max(recall, common / right.length);
    }
    double weight = BETA * BETA;
    return precision == 0 || recall == 0
        ? 0
        : (1 + weight) * precision * recall / (recall + weight * precision);
  }

  private static int[] numbered(List<String> tokens, Map<String, Integer> numbers) {
    List<String> present = tokens.isEmpty() ? List.of("") : tokens;
    return present.stream()
        .mapToInt(token -> numbers.computeIfAbsent(token, unseen -> numbers.size()))
        .toArray();
  }

  /** Returns the length of the longest common subsequence. */
  private static int commonLength(int[] one, int[] other) {
    int[] row = new int[other.length + 1];
    for (int token : one) {
      int before = 0;
      for (int j = 0; j < other.length; j++) {
        int above = row[j + 1];
        row[j + 1] = token == other[j] ? before + 1 : Math.max(above, row[j]);
        before = above;
      }
    }
    return row[other.length];
  }
}

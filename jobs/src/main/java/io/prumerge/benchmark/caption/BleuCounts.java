package io.prumerge.benchmark.caption;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What BLEU needs of a set of captions, as salaniz/pycocoevalcap counts and scores it ({@code
 * bleu/bleu_scorer.py}, {@code cook_test} and {@code compute_score} with the closest reference
 * length). The counts of captions add up to those of a set, whose score is no mean.
 *
 * @param matched for sequences of one to four words, how many of the captions are in a reference; a
 *     repeated one counts as often as a single reference has it
 * @param ngrams for sequences of one to four words, how many the captions have
 * @param referenceWords the number of words in the references that are closest in length
 */
public record BleuCounts(double[] matched, double[] ngrams, double referenceWords) {

  /** The longest sequences. */
  public static final int LONGEST = NGrams.LONGEST;

  /** Keeps ratios from being 0, or 0 by 0. */
  private static final double TINY = 1e-15;

  private static final double SMALL = 1e-9;

  /** Returns the counts of one caption, for which there is at least one reference. */
  static BleuCounts of(NGrams caption, List<NGrams> references) {
    double[] matched = new double[LONGEST];
    double[] ngrams = new double[LONGEST];
    for (int n = 1; n <= LONGEST; n++) {
      matched[n - 1] = matched(caption, references, n);
      ngrams[n - 1] = caption.sequences(n);
    }
    return new BleuCounts(matched, ngrams, closest(caption.words(), references));
  }

  private static long matched(NGrams caption, List<NGrams> references, int n) {
    Map<String, Integer> most = new HashMap<>();
    for (NGrams reference : references) {
      reference.counts(n).forEach((sequence, count) -> most.merge(sequence, count, Math::max));
    }
    return caption.counts(n).entrySet().stream()
        .mapToLong(one -> Math.min(one.getValue(), most.getOrDefault(one.getKey(), 0)))
        .sum();
  }

  /** Returns the length of a reference that is closest to the caption's, of two the shorter. */
  private static int closest(int words, List<NGrams> references) {
    int closest = references.get(0).words();
    for (NGrams reference : references) {
      int nearer = Math.abs(closest - words) - Math.abs(reference.words() - words);
      if (nearer > 0 || nearer == 0 && reference.words() < closest) {
        closest = reference.words();
      }
    }
    return closest;
  }

  /** Returns the number of words in the captions. */
  private double words() {
    return ngrams[0];
  }

  private double lengthRatio() {
    return (words() + TINY) / (referenceWords + SMALL);
  }

  /** Returns BLEU of sequences of up to {@code longest} words, at most four; 0..1. */
  public double score(int longest) {
    double product = 1;
    for (int i = 0; i < longest; i++) {
      product *= (matched[i] + TINY) / (ngrams[i] + SMALL);
    }
    double ratio = lengthRatio();
    double penalty = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
    return Math.pow(product, 1.0 / longest) * penalty;
  }

  /** Returns the gradient of {@link #score} by each of the counts. */
  public BleuCounts gradient(int longest) {
    double score = score(longest);
    double[] byMatched = new double[LONGEST];
    double[] byNgrams = new double[LONGEST];
    for (int i = 0; i < longest; i++) {
      byMatched[i] = score / (longest * (matched[i] + TINY));
      byNgrams[i] = -score / (longest * (ngrams[i] + SMALL));
    }
    double byReference = 0;
    if (lengthRatio() < 1) {
      double length = words() + TINY;
      byNgrams[0] += score * (referenceWords + SMALL) / (length * length);
      byReference = -score / length;
    }
    return new BleuCounts(byMatched, byNgrams, byReference);
  }
}

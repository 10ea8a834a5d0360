package io.prumerge.benchmark.caption;

import io.prumerge.benchmark.DocumentFrequencies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * CIDEr-D (Vedantam et al., 2015), which all tables call CIDEr, as salaniz/pycocoevalcap computes
 * it ({@code cider/cider_scorer.py}, {@code compute_score}): the cosine of caption and reference,
 * whose axes are sequences of one to four words, weighted by how few images have them. The images
 * that are counted are those of the evaluated set. So a subset's score is no part of the whole
 * set's, and one image alone scores 0.
 */
final class CiderD {

  /** The highest score. */
  static final double MOST = 10;

  /** The standard deviation of the penalty for a different length. */
  private static final double SIGMA = 6;

  private final DocumentFrequencies images;
  private final double imagesLog;
  private final List<Vector> references = new ArrayList<>();

  /**
   * @param references of one image, at least one
   * @param images of the set, whose terms are sequences of words
   */
  CiderD(List<NGrams> references, DocumentFrequencies images) {
    this.images = images;
    this.imagesLog = Math.log(images.documents());
    references.forEach(reference -> this.references.add(new Vector(reference)));
  }

  /** Returns a caption's score, 0..{@link #MOST}. */
  double score(NGrams caption) {
    Vector answer = new Vector(caption);
    double sum = 0;
    for (Vector reference : references) {
      sum += similarity(answer, reference);
    }
    return MOST * sum / references.size();
  }

  /** Returns the mean over the lengths of sequences. */
  private static double similarity(Vector answer, Vector reference) {
    double difference = answer.pairs - reference.pairs;
    double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
    double sum = 0;
    for (int n = 0; n < NGrams.LONGEST; n++) {
      double norms = answer.norms[n] * reference.norms[n];
      double product = clippedProduct(answer.weights.get(n), reference.weights.get(n));
      sum += penalty * (norms == 0 ? product : product / norms);
    }
    return sum / NGrams.LONGEST;
  }

  /** Returns the product, for which no sequence of the answer weighs more than in the reference. */
  private static double clippedProduct(Map<String, Double> answer, Map<String, Double> reference) {
    double product = 0;
    for (Map.Entry<String, Double> one : answer.entrySet()) {
      double weight = reference.getOrDefault(one.getKey(), 0.0);
      product += Math.min(one.getValue(), weight) * weight;
    }
    return product;
  }

  /** The weights of a text's sequences, by their length. */
  private final class Vector {

    private final List<Map<String, Double>> weights = new ArrayList<>();
    private final double[] norms = new double[NGrams.LONGEST];

    /** The number of pairs of words, which stands for the text's length. */
    private final int pairs;

    Vector(NGrams text) {
      this.pairs = text.sequences(2);
      for (int n = 1; n <= NGrams.LONGEST; n++) {
        Map<String, Double> ofLength = new HashMap<>();
        double squares = 0;
        for (Map.Entry<String, Integer> one : text.counts(n).entrySet()) {
          double weight = one.getValue() * (imagesLog - Math.log(images.of(one.getKey())));
          ofLength.put(one.getKey(), weight);
          squares += weight * weight;
        }
        weights.add(ofLength);
        norms[n - 1] = Math.sqrt(squares);
      }
    }
  }
}

package io.prumerge.metric;

import io.prumerge.metric.tally.Cluster;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.io.Serializable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function of several results' figures, with its slopes.
 *
 * @param value in percent or points
 * @param range the largest change by one image, if every figure is a mean over images; infinite if
 *     there is no maximum
 * @param terms the figures
 * @param pairs the figures that are compared with each other; empty = none
 */
record Combination(
    double value, double range, List<CombinationTerm> terms, List<CombinationPair> pairs)
    implements Serializable {

  /** Slopes of one figure that add up to less are those of its difference to itself. */
  private static final double ROUNDING = 1e-12;

  Combination {
    terms = List.copyOf(terms);
    pairs = List.copyOf(pairs);
  }

  /**
   * Returns whether an image has a question of one of the figures.
   *
   * @param tallies of each result that has a question about it
   */
  boolean isAbout(Map<ScoreKey, Map<QuestionSubset, Tally>> tallies, Design design) {
    return terms.stream()
        .anyMatch(
            term -> {
              Figure figure =
                  design.of(term.key(), QuestionVariant.EVERY).figures().get(term.figure());
              return figure.counts(tallies.getOrDefault(term.key(), Map.of())).count(TallySum.N)
                  > 0;
            });
  }

  /** Returns the figures on which the value depends: a baseline's retention is always whole. */
  List<CombinationTerm> essential() {
    Map<Map.Entry<ScoreKey, Integer>, Double> slopes = new LinkedHashMap<>();
    double largest = 0;
    for (CombinationTerm term : terms) {
      slopes.merge(Map.entry(term.key(), term.figure()), term.slope(), Double::sum);
      largest = Math.max(largest, Math.abs(term.slope()));
    }
    double least = ROUNDING * largest;
    return slopes.entrySet().stream()
        .filter(one -> Math.abs(one.getValue()) > least)
        .map(
            one ->
                new CombinationTerm(one.getKey().getKey(), one.getKey().getValue(), one.getValue()))
        .toList();
  }

  /** Returns the size of the terms that the value is the sum of. */
  double magnitude(Design design) {
    return terms.stream()
        .mapToDouble(
            term ->
                Math.abs(
                    term.slope()
                        * design
                            .of(term.key(), QuestionVariant.EVERY)
                            .value(term.figure())
                            .orElseThrow()))
        .sum();
  }

  /**
   * Counts the questions about an image that both sides of a contrast answered, or one of them.
   *
   * @param clusters by result
   */
  ContrastQuestions questions(Map<ScoreKey, Cluster> clusters, Design design) {
    long both = 0;
    long onlyA = 0;
    long onlyB = 0;
    for (CombinationPair pair : pairs) {
      Set<Long> a = answered(pair.a(), clusters, design);
      Set<Long> b = answered(pair.b(), clusters, design);
      long shared = a.stream().filter(b::contains).count();
      both += shared;
      onlyA += a.size() - shared;
      onlyB += b.size() - shared;
    }
    return new ContrastQuestions(both, onlyA, onlyB);
  }

  private static Set<Long> answered(
      CombinationTerm term, Map<ScoreKey, Cluster> clusters, Design design) {
    Cluster cluster = clusters.get(term.key());
    Figure figure = design.of(term.key(), QuestionVariant.EVERY).figures().get(term.figure());
    return cluster == null ? new HashSet<>() : cluster.answered(figure.scope());
  }

  /**
   * Returns the residual of an image.
   *
   * @param residuals of the figures of each result that answered something about it
   */
  double residual(Map<ScoreKey, double[]> residuals) {
    double sum = 0;
    for (CombinationTerm term : terms) {
      double[] figures = residuals.get(term.key());
      sum += figures == null ? 0 : term.slope() * figures[term.figure()];
    }
    return sum;
  }
}

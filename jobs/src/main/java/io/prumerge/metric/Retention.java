package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Shares of a baseline's headlines, in percent, averaged over benchmarks. */
final class Retention {

  private static final double PERCENT = 100;

  /**
   * One benchmark.
   *
   * @param own the method's headline
   * @param other a second method's headline, whose share is subtracted; may be absent
   * @param baseline the baseline's headline; not 0
   */
  record Share(Headline own, Optional<Headline> other, Headline baseline) {

    private double kept() {
      return own.value() - other.map(Headline::value).orElse(0.0);
    }
  }

  private final List<Share> shares;

  /**
   * @param shares one per benchmark, at least one
   */
  Retention(List<Share> shares) {
    this.shares = List.copyOf(shares);
  }

  /** Returns it as a function of all methods' figures on every benchmark. */
  Combination combination() {
    List<Combination.Term> terms = new ArrayList<>();
    List<Combination.Pair> pairs = new ArrayList<>();
    double sum = 0;
    double range = 0;
    for (Share share : shares) {
      double base = share.baseline().value();
      double weight = PERCENT / base / shares.size();
      sum += weight * share.kept();
      range += weight * share.own().most();
      terms.add(share.own().times(weight));
      share.other().ifPresent(other -> terms.add(other.times(-weight)));
      share.other().ifPresent(other -> pairs.add(share.own().beside(other)));
      terms.add(share.baseline().times(-weight * share.kept() / base));
    }
    return new Combination(sum, range, terms, pairs);
  }

  /**
   * Returns the retention of the figures less {@link Headline#chance}; empty if a baseline is not
   * above chance, or if chance is unknown.
   */
  OptionalDouble aboveChance() {
    double sum = 0;
    for (Share share : shares) {
      double chance = share.baseline().chance().orElse(Double.NaN);
      double above = share.baseline().value() - chance;
      if (!(above > 0)) {
        return OptionalDouble.empty();
      }
      sum += PERCENT * (share.own().value() - chance) / above / shares.size();
    }
    return OptionalDouble.of(sum);
  }

  /**
   * The main figure of one result on a benchmark.
   *
   * @param figure its index among the result's figures
   * @param chance the figure of blind answers to the same questions
   * @param most its maximum; infinite if there is none
   */
  record Headline(ScoreKey key, int figure, double value, OptionalDouble chance, double most) {

    Combination.Term times(double slope) {
      return new Combination.Term(key, figure, slope);
    }

    /** Returns the difference to another headline, of any method and run. */
    Combination less(Headline other) {
      return new Combination(
          value - other.value, most, List.of(times(1), other.times(-1)), List.of(beside(other)));
    }

    /** Pairs it with the figure that a contrast compares it with. */
    Combination.Pair beside(Headline other) {
      return new Combination.Pair(times(1), other.times(1));
    }
  }
}

package io.prumerge.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Shares of a baseline's headlines, in percent, averaged over benchmarks. */
final class Retention {

  private static final double PERCENT = 100;

  private final List<RetentionShare> shares;

  /**
   * @param shares one per benchmark, at least one
   */
  Retention(List<RetentionShare> shares) {
    this.shares = List.copyOf(shares);
  }

  /** Returns the retention as a function of all methods' figures on every benchmark. */
  Combination combination() {
    List<CombinationTerm> terms = new ArrayList<>();
    List<CombinationPair> pairs = new ArrayList<>();
    double sum = 0;
    double range = 0;
    for (RetentionShare share : shares) {
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
    for (RetentionShare share : shares) {
      double chance = share.baseline().chance().orElse(Double.NaN);
      double above = share.baseline().value() - chance;
      if (!(above > 0)) {
        return OptionalDouble.empty();
      }
      sum += PERCENT * (share.own().value() - chance) / above / shares.size();
    }
    return OptionalDouble.of(sum);
  }
}

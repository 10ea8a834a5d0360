package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * All functions of several results' headlines: every method's retention and every figure of every
 * contrast. Executors know them by their indices only.
 */
final class Combinations implements Serializable {

  private static final long serialVersionUID = 1L;

  private final transient Map<MethodKey, Retention> retentions = new LinkedHashMap<>();
  private final transient List<PlannedFigure> plans = new ArrayList<>();

  /** First the retentions, then the contrasts. */
  private final ArrayList<Combination> all = new ArrayList<>();

  /** How many of these are retentions. */
  private final int retentionCount;

  /** The indices of each result's combinations. */
  private final HashMap<ScoreKey, BitSet> touched = new HashMap<>();

  /**
   * @param methods the results of each method
   */
  Combinations(Design design, Map<MethodKey, List<ScoreKey>> methods, List<Contrast> contrasts) {
    methods.forEach(
        (method, keys) -> retention(design, keys).ifPresent(one -> retentions.put(method, one)));
    contrasts.forEach(contrast -> plan(design, contrast, methods));
    retentions.values().forEach(one -> add(one.combination()));
    retentionCount = all.size();
    plans.forEach(one -> add(one.difference()));
  }

  /** Returns the headlines that have a value, of the own profile on each benchmark. */
  private static List<Headline> headlines(Design design, List<ScoreKey> keys) {
    return keys.stream()
        .filter(design::isOwnProfile)
        .flatMap(key -> headline(design, key).stream())
        .sorted(
            Comparator.comparing((Headline one) -> one.key().benchmark())
                .thenComparing(one -> one.key().split()))
        .toList();
  }

  private static Optional<Headline> headline(Design design, ScoreKey key) {
    Measured measured = design.of(key, QuestionVariant.EVERY);
    OptionalInt place = measured.headline();
    return place.isPresent() && measured.value(place.getAsInt()).isPresent()
        ? Optional.of(headline(design, key, place.getAsInt()))
        : Optional.empty();
  }

  private static Headline headline(Design design, ScoreKey key, int figure) {
    Measured measured = design.of(key, QuestionVariant.EVERY);
    return new Headline(
        key,
        figure,
        measured.value(figure).orElseThrow(),
        measured.chance(figure),
        measured.figures().get(figure).most().orElse(Double.POSITIVE_INFINITY));
  }

  /**
   * Returns the figure of another result that corresponds to {@code one}; empty if it has no value
   * or does not exist, or if words weigh otherwise in it.
   */
  private static Optional<Headline> same(Design design, Headline one, ScoreKey other) {
    if (!design.has(other)) {
      return Optional.empty();
    }
    Measured own = design.of(one.key(), QuestionVariant.EVERY);
    Measured others = design.of(other, QuestionVariant.EVERY);
    int place = others.find(own.figures().get(one.figure()));
    return place < 0 || others.corpusImages(place) != own.corpusImages(one.figure())
        ? Optional.empty()
        : Optional.of(headline(design, other, place));
  }

  /** Returns nothing without a headline, if one has no value, or if the baseline has none or 0. */
  private static Optional<Retention> retention(Design design, List<ScoreKey> keys) {
    List<RetentionShare> shares = new ArrayList<>();
    for (ScoreKey key : keys) {
      if (design.isOwnProfile(key)
          && design.of(key, QuestionVariant.EVERY).headline().isPresent()) {
        Optional<Headline> own = headline(design, key);
        Optional<Headline> base = own.flatMap(one -> same(design, one, design.baselineOf(key)));
        if (base.isEmpty() || base.get().value() == 0) {
          return Optional.empty();
        }
        shares.add(new RetentionShare(own.get(), Optional.empty(), base.get()));
      }
    }
    return shares.isEmpty() ? Optional.empty() : Optional.of(new Retention(shares));
  }

  private void plan(Design design, Contrast contrast, Map<MethodKey, List<ScoreKey>> methods) {
    List<RetentionShare> shares = new ArrayList<>();
    boolean comparable = true;
    for (Headline own : headlines(design, methods.getOrDefault(contrast.a(), List.of()))) {
      ScoreKey key = contrast.b().on(own.key());
      Optional<Headline> other = same(design, own, key);
      if (other.isPresent()) {
        if (contrast.scope() == ContrastScope.EVERYTHING) {
          Figure figure = design.of(own.key(), QuestionVariant.EVERY).figures().get(own.figure());
          plans.add(
              new PlannedFigure(
                  contrast,
                  key.benchmark(),
                  key.split(),
                  figure.rule().name(),
                  own.less(other.get())));
        }
        Optional<Headline> base = same(design, own, design.baselineOf(key));
        comparable &= base.isPresent() && base.get().value() != 0;
        base.ifPresent(one -> shares.add(new RetentionShare(own, other, one)));
      }
    }
    if (comparable && !shares.isEmpty()) {
      plans.add(
          new PlannedFigure(
              contrast,
              ContrastResult.ALL,
              ContrastResult.ALL,
              ContrastResult.RETENTION,
              new Retention(shares).combination()));
    }
  }

  private void add(Combination combination) {
    combination
        .terms()
        .forEach(
            term -> touched.computeIfAbsent(term.key(), absent -> new BitSet()).set(all.size()));
    all.add(combination);
  }

  /** Returns the retentions by method, if they exist. On the driver. */
  Map<MethodKey, Retention> retentions() {
    return retentions;
  }

  /**
   * Returns the indices of some methods' retentions; none if one of them has no retention. On the
   * driver.
   */
  int[] places(List<MethodKey> methods) {
    List<MethodKey> order = List.copyOf(retentions.keySet());
    int[] places = methods.stream().mapToInt(order::indexOf).toArray();
    return IntStream.of(places).allMatch(place -> place >= 0) ? places : new int[0];
  }

  /** Returns the number of retentions, whose indices come first. */
  int retentionCount() {
    return retentionCount;
  }

  /** Returns all figures of all contrasts, in their order. On the driver. */
  List<PlannedFigure> plans() {
    return plans;
  }

  /** Returns the indices of the combinations of some results. */
  BitSet of(Collection<ScoreKey> keys) {
    BitSet places = new BitSet();
    keys.forEach(key -> places.or(touched.getOrDefault(key, new BitSet())));
    return places;
  }

  Combination at(int place) {
    return all.get(place);
  }
}

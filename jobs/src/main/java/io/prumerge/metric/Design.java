package io.prumerge.metric;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallyTotals;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The figures to measure, as the first pass found them, and the results to compare. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class Design implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String baseline;
  private final HashMap<ScoreKey, EnumMap<QuestionVariant, Measured>> results = new HashMap<>();

  /** The results on the same questions, by the key of the baseline. */
  private final HashMap<ScoreKey, ArrayList<ScoreKey>> contests = new HashMap<>();

  /** The results under their benchmarks' own profiles. */
  private final HashSet<ScoreKey> ownProfiles = new HashSet<>();

  private final Combinations combinations;

  Design(MetricRules rules, TallyTotals totals, Inference inference) {
    this.baseline = inference.baseline();
    Map<MethodKey, List<ScoreKey>> methods = new HashMap<>();
    for (ScoreKey key : totals.keys()) {
      if (rules.benchmarks().isOwnProfile(key.benchmark(), key.profile())) {
        ownProfiles.add(key);
      }
      contests.computeIfAbsent(key.withMethod(baseline), absent -> new ArrayList<>()).add(key);
      methods.computeIfAbsent(MethodKey.of(key), absent -> new ArrayList<>()).add(key);
    }
    contests.forEach((base, contest) -> measure(base, contest, rules, totals));
    combinations = new Combinations(this, methods, inference.contrasts());
  }

  private void measure(
      ScoreKey base, List<ScoreKey> contest, MetricRules rules, TallyTotals totals) {
    List<MetricRule> metrics = rules.of(base.benchmark(), base.profile());
    // Without errors, both variants are equal.
    List<QuestionVariant> variants =
        contest.stream().anyMatch(totals::hasErrors)
            ? List.of(QuestionVariant.values())
            : List.of(QuestionVariant.EVERY);
    for (QuestionVariant variant : variants) {
      Map<ScoreKey, Measured> measured = new HashMap<>();
      for (ScoreKey key : contest) {
        Map<QuestionSubset, Tally> sums = totals.of(key, variant);
        measured.put(key, new Measured(Figures.of(metrics, sums), sums));
      }
      Measured reference = measured.get(base);
      measured.forEach(
          (key, one) ->
              results
                  .computeIfAbsent(key, absent -> new EnumMap<>(QuestionVariant.class))
                  .put(
                      variant,
                      key.equals(base) || reference == null ? one : one.beside(reference)));
    }
  }

  /** Returns the variants in which the figures of a result or of its rivals differ. */
  Set<QuestionVariant> variants(ScoreKey key) {
    return results.get(key).keySet();
  }

  /** Returns the variant whose figures equal those of {@code variant}. */
  QuestionVariant resolved(ScoreKey key, QuestionVariant variant) {
    return variants(key).contains(variant) ? variant : QuestionVariant.EVERY;
  }

  Measured of(ScoreKey key, QuestionVariant variant) {
    return results.get(key).get(resolved(key, variant));
  }

  /** Returns whether any figure's interval comes from the bootstrap. */
  boolean isResampled() {
    return results.keySet().stream().anyMatch(this::isResampled);
  }

  /** Returns whether the interval of any of a result's figures does. */
  boolean isResampled(ScoreKey key) {
    return results.get(key).values().stream().anyMatch(measured -> !measured.resampled().isEmpty());
  }

  /** Returns the baseline's result on the same questions; empty for the baseline itself. */
  Optional<ScoreKey> baseline(ScoreKey key) {
    ScoreKey base = key.withMethod(baseline);
    return !key.equals(base) && results.containsKey(base) ? Optional.of(base) : Optional.empty();
  }

  boolean isBaseline(ScoreKey key) {
    return key.method().equals(baseline);
  }

  boolean isBaseline(MethodKey key) {
    return key.method().equals(baseline);
  }

  /** Returns some results and all that are compared with one of them. */
  Set<ScoreKey> contests(Collection<ScoreKey> keys) {
    Set<ScoreKey> bases = new LinkedHashSet<>();
    keys.forEach(key -> bases.add(key.withMethod(baseline)));
    Set<ScoreKey> all = new LinkedHashSet<>();
    bases.forEach(base -> all.addAll(contests.get(base)));
    return all;
  }

  /** Returns whether a result's profile is the benchmark's own. */
  boolean isOwnProfile(ScoreKey key) {
    return ownProfiles.contains(key);
  }

  /** Returns whether there is such a result. */
  boolean has(ScoreKey key) {
    return results.containsKey(key);
  }

  ScoreKey baselineOf(ScoreKey key) {
    return key.withMethod(baseline);
  }

  /** Returns retentions and contrasts. */
  Combinations combinations() {
    return combinations;
  }
}

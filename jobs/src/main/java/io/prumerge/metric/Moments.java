package io.prumerge.metric;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.metric.tally.PairedCluster;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The second pass over the images: adds up powers of their residuals for every figure and
 * difference.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class Moments implements Serializable {

  private static final long serialVersionUID = 1L;

  private final HashMap<ScoreKey, EnumMap<QuestionVariant, Moment>> results = new HashMap<>();
  private final HashMap<Integer, CombinationMoment> combinations = new HashMap<>();
  private final PairMoments pairs;

  /**
   * @param pairs of no image yet
   */
  Moments(PairMoments pairs) {
    this.pairs = pairs;
  }

  /** The sums of a retention or contrast. */
  private static final class CombinationMoment implements Serializable {
    private static final long serialVersionUID = 1L;
    private double squares;
    private long images;
    private ContrastQuestions questions = ContrastQuestions.NONE;

    void add(double moreSquares, long moreImages, ContrastQuestions more) {
      squares += moreSquares;
      images += moreImages;
      questions = questions.plus(more);
    }
  }

  Moments add(PairedCluster image, Design design) {
    for (QuestionVariant variant : QuestionVariant.values()) {
      Map<ScoreKey, double[]> residuals = new HashMap<>();
      Map<ScoreKey, Map<QuestionSubset, Tally>> tallies = new HashMap<>();
      image
          .clusters()
          .forEach(
              (key, cluster) -> {
                if (design.variants(key).contains(variant)) {
                  Map<QuestionSubset, Tally> sums = cluster.tallies(variant);
                  tallies.put(key, sums);
                  residuals.put(key, design.of(key, variant).linearised().residuals(sums));
                  count(key, variant, design.of(key, variant).linearised(), sums);
                }
              });
      for (ScoreKey key : design.contests(residuals.keySet())) {
        addResult(key, variant, design, residuals);
      }
      if (variant == QuestionVariant.EVERY) {
        addCombinations(image, design, residuals, tallies);
      }
    }
    return this;
  }

  private void count(
      ScoreKey key,
      QuestionVariant variant,
      LinearisedFigures figures,
      Map<QuestionSubset, Tally> sums) {
    Moment moment = of(key, variant, figures);
    figures.counted(sums).stream().forEach(moment::count);
  }

  private void addResult(
      ScoreKey key, QuestionVariant variant, Design design, Map<ScoreKey, double[]> residuals) {
    Measured measured = design.of(key, variant);
    int figures = measured.figures().size();
    Moment moment = of(key, variant, measured.linearised());
    double[] own = residuals.getOrDefault(key, new double[figures]);
    for (int i = 0; i < figures; i++) {
      moment.add(MomentKind.SQUARES, i, own[i] * own[i]);
      moment.add(MomentKind.CUBES, i, own[i] * own[i] * own[i]);
    }
    design
        .baseline(key)
        .ifPresent(
            base -> {
              double[] theirs = residuals.get(base);
              for (int i = 0; i < figures; i++) {
                if (measured.partner(i).isPresent()) {
                  double delta =
                      own[i] - (theirs == null ? 0 : theirs[measured.partner(i).getAsInt()]);
                  moment.add(MomentKind.DELTA_SQUARES, i, delta * delta);
                  moment.add(MomentKind.DELTA_CUBES, i, delta * delta * delta);
                }
              }
            });
  }

  private void addCombinations(
      PairedCluster image,
      Design design,
      Map<ScoreKey, double[]> residuals,
      Map<ScoreKey, Map<QuestionSubset, Tally>> tallies) {
    Combinations all = design.combinations();
    double[] retentions = new double[all.retentionCount()];
    BitSet about = new BitSet();
    all.of(residuals.keySet()).stream()
        .forEach(
            place -> {
              Combination combination = all.at(place);
              if (combination.isAbout(tallies, design)) {
                double residual = combination.residual(residuals);
                if (place < retentions.length) {
                  retentions[place] = residual;
                  about.set(place);
                }
                combinations
                    .computeIfAbsent(place, absent -> new CombinationMoment())
                    .add(residual * residual, 1, combination.questions(image.clusters(), design));
              }
            });
    pairs.add(retentions, about);
  }

  Moments add(Moments other) {
    other.results.forEach(
        (key, variants) ->
            variants.forEach(
                (variant, moment) ->
                    results
                        .computeIfAbsent(key, absent -> new EnumMap<>(QuestionVariant.class))
                        .merge(variant, moment, Moments::sum)));
    other.combinations.forEach(
        (place, moment) ->
            combinations
                .computeIfAbsent(place, absent -> new CombinationMoment())
                .add(moment.squares, moment.images, moment.questions));
    pairs.add(other.pairs);
    return this;
  }

  private static Moment sum(Moment one, Moment other) {
    one.add(other);
    return one;
  }

  private Moment of(ScoreKey key, QuestionVariant variant, LinearisedFigures figures) {
    return results
        .computeIfAbsent(key, absent -> new EnumMap<>(QuestionVariant.class))
        .computeIfAbsent(variant, absent -> new Moment(figures));
  }

  /**
   * Returns the sums of one result.
   *
   * @param variant as {@link Design#resolved}
   */
  Moment of(ScoreKey key, QuestionVariant variant) {
    return results.get(key).get(variant);
  }

  /**
   * Returns a retention or contrast with its error.
   *
   * @param place as in {@link Combinations#at}
   */
  PointEstimate of(int place, Design design) {
    Combination combination = design.combinations().at(place);
    CombinationMoment moment = combinations.getOrDefault(place, new CombinationMoment());
    return isSpread(combination, design)
        ? PointEstimate.of(
            combination.value(), moment.squares, moment.images, combination.magnitude(design))
        : PointEstimate.withoutError(combination.value(), moment.images);
  }

  private boolean isSpread(Combination combination, Design design) {
    return combination.essential().stream()
        .allMatch(
            term ->
                of(term.key(), QuestionVariant.EVERY)
                    .isSpread(
                        term.figure(), design.of(term.key(), QuestionVariant.EVERY).linearised()));
  }

  /** Returns the pairs of each family, uncorrected; without entrants that have no retention. */
  List<List<RetentionPair>> pairs(Design design) {
    return pairs.families.stream().map(one -> pairs(one, design)).toList();
  }

  private List<RetentionPair> pairs(PairSums sums, Design design) {
    List<RetentionPair> pairs = new ArrayList<>();
    int pair = 0;
    for (int a = 0; a < sums.places.length; a++) {
      for (int b = a + 1; b < sums.places.length; b++, pair++) {
        if (sums.places[a].length > 0 && sums.places[b].length > 0) {
          pairs.add(
              new RetentionPair(
                  a,
                  b,
                  Comparison.clustered(
                      difference(
                          combinations(sums.places[a], design),
                          combinations(sums.places[b], design),
                          sums.squares[pair],
                          sums.images[pair],
                          design),
                      design.combinations().at(sums.places[a][0]).range())));
        }
      }
    }
    return pairs;
  }

  private static List<Combination> combinations(int[] places, Design design) {
    return Arrays.stream(places).mapToObj(design.combinations()::at).toList();
  }

  private PointEstimate difference(
      List<Combination> a, List<Combination> b, double squares, long images, Design design) {
    double delta = PairMoments.difference(value(a), value(b));
    return Stream.of(a, b).flatMap(List::stream).allMatch(one -> isSpread(one, design))
        ? PointEstimate.of(delta, squares, images, magnitude(a, design) + magnitude(b, design))
        : PointEstimate.withoutError(delta, images);
  }

  private static double value(List<Combination> some) {
    return some.stream().mapToDouble(Combination::value).average().orElseThrow();
  }

  private static double magnitude(List<Combination> some, Design design) {
    return some.stream().mapToDouble(one -> one.magnitude(design)).average().orElseThrow();
  }

  /**
   * Returns how many questions both sides of a contrast answered.
   *
   * @param place as in {@link Combinations#at}
   */
  ContrastQuestions questions(int place) {
    return combinations.getOrDefault(place, new CombinationMoment()).questions;
  }
}

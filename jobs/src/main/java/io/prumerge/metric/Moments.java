package io.prumerge.metric;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.metric.Comparison.PointEstimate;
import io.prumerge.metric.Measured.Linearised;
import io.prumerge.metric.Moments.Moment.Kind;
import io.prumerge.metric.tally.Cluster.PairedCluster;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.Tally.QuestionSubset;
import io.prumerge.metric.tally.Tally.QuestionSubset.Variant;
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

  private final HashMap<ScoreKey, EnumMap<Variant, Moment>> results = new HashMap<>();
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
    private ContrastResult.Questions questions = ContrastResult.Questions.NONE;

    void add(double moreSquares, long moreImages, ContrastResult.Questions more) {
      squares += moreSquares;
      images += moreImages;
      questions = questions.plus(more);
    }
  }

  Moments add(PairedCluster image, Design design) {
    for (Variant variant : Variant.values()) {
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
      if (variant == Variant.EVERY) {
        addCombinations(image, design, residuals, tallies);
      }
    }
    return this;
  }

  private void count(
      ScoreKey key, Variant variant, Linearised figures, Map<QuestionSubset, Tally> sums) {
    Moment moment = of(key, variant, figures);
    figures.counted(sums).stream().forEach(moment::count);
  }

  private void addResult(
      ScoreKey key, Variant variant, Design design, Map<ScoreKey, double[]> residuals) {
    Measured measured = design.of(key, variant);
    int figures = measured.figures().size();
    Moment moment = of(key, variant, measured.linearised());
    double[] own = residuals.getOrDefault(key, new double[figures]);
    for (int i = 0; i < figures; i++) {
      moment.add(Kind.SQUARES, i, own[i] * own[i]);
      moment.add(Kind.CUBES, i, own[i] * own[i] * own[i]);
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
                  moment.add(Kind.DELTA_SQUARES, i, delta * delta);
                  moment.add(Kind.DELTA_CUBES, i, delta * delta * delta);
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
                        .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
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

  private Moment of(ScoreKey key, Variant variant, Linearised figures) {
    return results
        .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
        .computeIfAbsent(variant, absent -> new Moment(figures));
  }

  /**
   * Returns the sums of one result.
   *
   * @param variant as {@link Design#resolved}
   */
  Moment of(ScoreKey key, Variant variant) {
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
                of(term.key(), Variant.EVERY)
                    .isSpread(term.figure(), design.of(term.key(), Variant.EVERY).linearised()));
  }

  /** Returns the pairs of each family, uncorrected; without entrants that have no retention. */
  List<List<AllPairs.Pair>> pairs(Design design) {
    return pairs.families.stream().map(one -> pairs(one, design)).toList();
  }

  private List<AllPairs.Pair> pairs(PairMoments.Sums sums, Design design) {
    List<AllPairs.Pair> pairs = new ArrayList<>();
    int pair = 0;
    for (int a = 0; a < sums.places.length; a++) {
      for (int b = a + 1; b < sums.places.length; b++, pair++) {
        if (sums.places[a].length > 0 && sums.places[b].length > 0) {
          pairs.add(
              new AllPairs.Pair(
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
  ContrastResult.Questions questions(int place) {
    return combinations.getOrDefault(place, new CombinationMoment()).questions;
  }

  /** Sums over images for the figures of one result in one variant, from the second pass. */
  static final class Moment implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Quantities of a figure that add up over images. */
    enum Kind {
      /** Squared residuals. */
      SQUARES,
      /** Cubed residuals. */
      CUBES,
      /** Squared differences to the residuals of the baseline. */
      DELTA_SQUARES,
      /** Cubed differences. */
      DELTA_CUBES
    }

    private final double[][] sums;

    /** Images in which each share of {@link Linearised} counts. */
    private final long[] images;

    Moment(Linearised figures) {
      sums = new double[Kind.values().length][figures.size()];
      images = new long[figures.shareCount()];
    }

    void count(int share) {
      images[share]++;
    }

    /** Returns whether a figure has an error: one image in a share of it has no spread. */
    boolean isSpread(int figure, Linearised figures) {
      return figures.isSpread(figure, images);
    }

    void add(Kind kind, int figure, double amount) {
      sums[kind.ordinal()][figure] += amount;
    }

    void add(Moment other) {
      for (int kind = 0; kind < sums.length; kind++) {
        for (int i = 0; i < sums[kind].length; i++) {
          sums[kind][i] += other.sums[kind][i];
        }
      }
      for (int share = 0; share < images.length; share++) {
        images[share] += other.images[share];
      }
    }

    double of(Kind kind, int figure) {
      return sums[kind.ordinal()][figure];
    }
  }

  /**
   * Sums over images for the differences between the retentions of all pairs of each {@link
   * AllPairs}. A difference's residual is the difference of the two retentions' residuals, so an
   * image costs two additions and a product per pair, whatever the number of benchmarks.
   */
  static final class PairMoments implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final double ROUNDING = 1e-12;

    /** The pairs of one family: for n entrants, (0, 1), (0, 2), ... (n - 2, n - 1). */
    private static final class Sums implements Serializable {
      private static final long serialVersionUID = 1L;

      /**
       * The retentions of each entrant, as indices into {@link Combinations}; none if it has none.
       */
      private final int[][] places;

      private final double[] squares;
      private final long[] images;

      Sums(int[][] places) {
        this.places = places;
        int pairs = places.length * (places.length - 1) / 2;
        squares = new double[pairs];
        images = new long[pairs];
      }

      void add(double[] residuals, BitSet about) {
        double[] own = new double[places.length];
        boolean[] seen = new boolean[places.length];
        for (int i = 0; i < own.length; i++) {
          for (int place : places[i]) {
            own[i] += residuals[place] / places[i].length;
            seen[i] |= about.get(place);
          }
        }
        int pair = 0;
        for (int a = 0; a < own.length; a++) {
          for (int b = a + 1; b < own.length; b++, pair++) {
            if (seen[a] || seen[b]) {
              double difference = difference(own[a], own[b]);
              squares[pair] += difference * difference;
              images[pair]++;
            }
          }
        }
      }

      void add(Sums other) {
        for (int i = 0; i < squares.length; i++) {
          squares[i] += other.squares[i];
          images[i] += other.images[i];
        }
      }
    }

    private final List<Sums> families = new ArrayList<>();

    /**
     * @param combinations on the driver
     */
    PairMoments(List<AllPairs> families, Combinations combinations) {
      for (AllPairs family : families) {
        this.families.add(
            new Sums(
                family.entrants().stream()
                    .map(entrant -> combinations.places(entrant.seeds()))
                    .toArray(int[][]::new)));
      }
    }

    /**
     * Adds an image.
     *
     * @param residuals of the retentions, by their index
     * @param about the retentions that have a question about this image
     */
    void add(double[] residuals, BitSet about) {
      families.forEach(one -> one.add(residuals, about));
    }

    void add(PairMoments other) {
      for (int i = 0; i < families.size(); i++) {
        families.get(i).add(other.families.get(i));
      }
    }

    /**
     * Returns 0 for what differs by rounding only, as the mean over seeds with equal answers does.
     */
    private static double difference(double a, double b) {
      double difference = a - b;
      return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b)) ? 0 : difference;
    }
  }
}

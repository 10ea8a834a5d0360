package io.prumerge.metric;

import static io.prumerge.metric.tally.Tally.Sum.CANDIDATE;
import static io.prumerge.metric.tally.Tally.Sum.CHANCE;
import static io.prumerge.metric.tally.Tally.Sum.COMPARED;
import static io.prumerge.metric.tally.Tally.Sum.FALSE_NEGATIVE;
import static io.prumerge.metric.tally.Tally.Sum.FALSE_POSITIVE;
import static io.prumerge.metric.tally.Tally.Sum.IOU;
import static io.prumerge.metric.tally.Tally.Sum.LABEL_NO;
import static io.prumerge.metric.tally.Tally.Sum.LABEL_YES;
import static io.prumerge.metric.tally.Tally.Sum.LOYAL;
import static io.prumerge.metric.tally.Tally.Sum.N;
import static io.prumerge.metric.tally.Tally.Sum.REFERENCE;
import static io.prumerge.metric.tally.Tally.Sum.SCORE;
import static io.prumerge.metric.tally.Tally.Sum.TRUE_POSITIVE;
import static io.prumerge.metric.tally.Tally.Sum.UNITS;
import static io.prumerge.metric.tally.Tally.Sum.UNITS_CHANCE;
import static io.prumerge.metric.tally.Tally.Sum.UNITS_RIGHT;
import static io.prumerge.metric.tally.Tally.Sum.YES;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.Figures.Figure;
import io.prumerge.metric.Metric.Uncertainty;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.Tally.QuestionSubset;
import io.prumerge.metric.tally.Tally.Sum;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One result's figures in one variant: values, slopes, and the same figures of the baseline. */
final class Measured implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NONE = -1;

  private final List<Figure> figures;
  private final double[] values;
  private final double[] chances;
  private final Linearised linearised;
  private final int[] partners;
  private final HashMap<QuestionSubset, EnumSet<Sum>> resampled = new HashMap<>();

  /** Makes a result that is not compared. */
  Measured(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
    this.figures = List.copyOf(figures);
    this.values =
        figures.stream().mapToDouble(one -> one.value(totals).orElse(Double.NaN)).toArray();
    this.linearised = new Linearised(figures, totals);
    this.chances =
        figures.stream().mapToDouble(one -> one.chance(totals).orElse(Double.NaN)).toArray();
    this.partners = new int[values.length];
    Arrays.fill(partners, NONE);
    for (int i = 0; i < values.length; i++) {
      if (isResampled(i)) {
        Set<Sum> sums = Ratio.sums(figures.get(i).rule().statistic());
        for (QuestionSubset part : figures.get(i).parts()) {
          resampled.computeIfAbsent(part, absent -> EnumSet.noneOf(Sum.class)).addAll(sums);
        }
      }
    }
  }

  private Measured(Measured own, Measured baseline) {
    figures = own.figures;
    values = own.values;
    linearised = own.linearised;
    resampled.putAll(own.resampled);
    chances = own.chances;
    partners = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      partners[i] = own.value(i).isPresent() ? baseline.find(figures.get(i)) : NONE;
    }
  }

  /** Compares this result with the baseline's on the same questions. */
  Measured beside(Measured baseline) {
    return new Measured(this, baseline);
  }

  /** Returns the index of the same figure, or -1 if it has no value here. */
  int find(Figure figure) {
    for (int i = 0; i < values.length; i++) {
      if (figures.get(i).isAlso(figure) && !Double.isNaN(values[i])) {
        return i;
      }
    }
    return NONE;
  }

  List<Figure> figures() {
    return figures;
  }

  /** Returns the index of the first rule's overall figure. */
  OptionalInt headline() {
    return !figures.isEmpty() && figures.get(0).category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? OptionalInt.of(0)
        : OptionalInt.empty();
  }

  Linearised linearised() {
    return linearised;
  }

  OptionalDouble value(int figure) {
    return optional(values[figure]);
  }

  /** Returns the figure of blind answers to the same questions. */
  OptionalDouble chance(int figure) {
    return optional(chances[figure]);
  }

  private static OptionalDouble optional(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Returns the index of the same figure of the baseline; empty if either has no value. */
  OptionalInt partner(int figure) {
    return partners[figure] == NONE ? OptionalInt.empty() : OptionalInt.of(partners[figure]);
  }

  /** Returns whether the interval comes from the bootstrap. */
  boolean isResampled(int figure) {
    return figures.get(figure).uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
        && !Double.isNaN(values[figure]);
  }

  /** Returns the sums, by questions, of the figures that are resampled. */
  Map<QuestionSubset, EnumSet<Sum>> resampled() {
    return resampled;
  }

  /** One result's figures as linear functions of a cluster's sums, around the result's totals. */
  static final class Linearised implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * The gradient of one figure by the sums of one subset.
     *
     * @param gradient by {@link Sum#ordinal()}
     * @param share number of the first of the subset's shares, of all figures' shares
     * @param wholes what the shares are of, each a weighted sum
     */
    private record Term(int figure, double[] gradient, int share, ArrayList<double[]> wholes)
        implements Serializable {}

    private final int figures;
    private final HashMap<QuestionSubset, ArrayList<Term>> terms = new HashMap<>();

    /** The numbers of each figure's shares: from, to. */
    private final int[][] shares;

    /**
     * @param figures those without a value have no residuals
     */
    Linearised(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
      this.figures = figures.size();
      this.shares = new int[figures.size()][];
      int next = 0;
      for (int i = 0; i < figures.size(); i++) {
        int first = next;
        if (figures.get(i).value(totals).isPresent()) {
          ArrayList<double[]> wholes = Ratio.wholes(figures.get(i).rule().statistic());
          for (Map.Entry<QuestionSubset, double[]> one :
              figures.get(i).gradient(totals).entrySet()) {
            terms
                .computeIfAbsent(one.getKey(), absent -> new ArrayList<>())
                .add(new Term(i, one.getValue(), next, wholes));
            next += wholes.size();
          }
        }
        shares[i] = new int[] {first, next};
      }
    }

    /** Returns the number of figures. */
    int size() {
      return figures;
    }

    /** Returns the number of shares of all figures. */
    int shareCount() {
      return figures == 0 ? 0 : shares[figures - 1][1];
    }

    /** Returns the shares in which a cluster counts. */
    BitSet counted(Map<QuestionSubset, Tally> cluster) {
      BitSet counted = new BitSet();
      cluster.forEach(
          (slice, tally) -> {
            for (Term term : terms.getOrDefault(slice, new ArrayList<>())) {
              for (int i = 0; i < term.wholes().size(); i++) {
                if (tally.dot(term.wholes().get(i)) != 0) {
                  counted.set(term.share() + i);
                }
              }
            }
          });
      return counted;
    }

    /**
     * Returns whether each share of a figure has at least two clusters. One cluster has no spread:
     * its residual is 0 whatever it holds.
     *
     * @param clusters by share
     */
    boolean isSpread(int figure, long[] clusters) {
      return IntStream.range(shares[figure][0], shares[figure][1])
          .allMatch(share -> clusters[share] > 1);
    }

    /**
     * Returns the residual of a cluster for each figure. Over all clusters, residuals add up to 0,
     * because a figure does not change if all sums grow by the same factor.
     */
    double[] residuals(Map<QuestionSubset, Tally> cluster) {
      double[] residuals = new double[figures];
      cluster.forEach(
          (slice, tally) -> {
            for (Term term : terms.getOrDefault(slice, new ArrayList<>())) {
              residuals[term.figure()] += tally.dot(term.gradient());
            }
          });
      return residuals;
    }
  }

  /**
   * A share in percent: one weighted sum of a {@link Tally} over another. Every {@link Statistic}
   * is one of these or the sum of two. If the whole is 0, there is no value.
   *
   * @param part weights by {@link Sum#ordinal()}
   * @param whole likewise
   */
  record Ratio(double[] part, double[] whole) {

    private static final double PERCENT = 100;
    private static final Ratio MEAN = new Ratio(form(SCORE), form(N));
    private static final Ratio RIGHT_UNITS = new Ratio(form(UNITS_RIGHT), form(UNITS));

    private static final Map<Statistic, List<Ratio>> ALL = new EnumMap<>(Statistic.class);

    static {
      for (Statistic statistic : Statistic.values()) {
        ALL.put(statistic, defined(statistic));
      }
    }

    /** Returns the shares whose sum is a statistic. */
    static List<Ratio> of(Statistic statistic) {
      return ALL.get(statistic);
    }

    /** Returns what the shares are of, each as weights by {@link Sum#ordinal()}. */
    static ArrayList<double[]> wholes(Statistic statistic) {
      return of(statistic).stream()
          .map(Ratio::whole)
          .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<Ratio> defined(Statistic statistic) {
      return switch (statistic) {
        case MEAN -> List.of(MEAN);
        case UNITS -> List.of(RIGHT_UNITS);
        case POINTS -> List.of(MEAN, RIGHT_UNITS);
        case F1 ->
            List.of(
                new Ratio(
                    form(TRUE_POSITIVE, TRUE_POSITIVE),
                    form(TRUE_POSITIVE, TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE)));
        case PRECISION ->
            List.of(new Ratio(form(TRUE_POSITIVE), form(TRUE_POSITIVE, FALSE_POSITIVE)));
        case RECALL -> List.of(new Ratio(form(TRUE_POSITIVE), form(TRUE_POSITIVE, FALSE_NEGATIVE)));
        case YES_RATIO -> List.of(new Ratio(form(YES), form(N)));
        case MEAN_IOU -> List.of(new Ratio(form(IOU), form(N)));
        case RELATIVE -> List.of(new Ratio(form(CANDIDATE), form(REFERENCE)));
        case LOYALTY -> List.of(new Ratio(form(LOYAL), form(COMPARED)));
      };
    }

    /**
     * Returns the shares whose sum is a statistic of blind answers: of guesses, or of yes to
     * everything for F1, precision and recall. Empty if no answer is right or wrong.
     */
    private static List<Ratio> blind(Statistic statistic) {
      Ratio mean = new Ratio(form(CHANCE), form(N));
      Ratio units = new Ratio(form(UNITS_CHANCE), form(UNITS));
      return switch (statistic) {
        case MEAN -> List.of(mean);
        case UNITS -> List.of(units);
        case POINTS -> List.of(mean, units);
        case F1 ->
            List.of(new Ratio(form(LABEL_YES, LABEL_YES), form(LABEL_YES, LABEL_YES, LABEL_NO)));
        case PRECISION -> List.of(new Ratio(form(LABEL_YES), form(LABEL_YES, LABEL_NO)));
        case RECALL -> List.of(new Ratio(form(LABEL_YES), form(LABEL_YES)));
        case YES_RATIO, MEAN_IOU, RELATIVE, LOYALTY -> List.of();
      };
    }

    /** Returns a statistic of blind answers to the questions of a tally. */
    static OptionalDouble chance(Statistic statistic, Tally tally) {
      return sum(blind(statistic), tally);
    }

    /** Returns the sums that a statistic is computed from. */
    static Set<Sum> sums(Statistic statistic) {
      Set<Sum> sums = EnumSet.noneOf(Sum.class);
      for (Ratio ratio : of(statistic)) {
        for (Sum sum : Sum.values()) {
          if (ratio.part[sum.ordinal()] != 0 || ratio.whole[sum.ordinal()] != 0) {
            sums.add(sum);
          }
        }
      }
      if (statistic == Statistic.RELATIVE) {
        // It rounds means.
        sums.add(N);
      }
      return sums;
    }

    /** Returns weights for the sum of these; a repeated term has weight 2. */
    private static double[] form(Sum... terms) {
      double[] weights = new double[Sum.values().length];
      for (Sum term : terms) {
        weights[term.ordinal()]++;
      }
      return weights;
    }

    /** Returns a statistic of a tally, rounded if its definition rounds. */
    static OptionalDouble value(Statistic statistic, Tally tally) {
      OptionalDouble value = sum(of(statistic), tally);
      return value.isPresent() && statistic == Statistic.RELATIVE
          ? OptionalDouble.of(rounded(tally))
          : value;
    }

    private static OptionalDouble sum(List<Ratio> ratios, Tally tally) {
      double sum = 0;
      for (Ratio ratio : ratios) {
        OptionalDouble value = ratio.value(tally);
        if (value.isEmpty()) {
          return value;
        }
        sum += value.getAsDouble();
      }
      return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum);
    }

    /**
     * Returns the ratio of the means in percent, rounded as LLaVA's summarize_gpt_review.py does:
     * the means to three decimals, their ratio to one.
     */
    private static double rounded(Tally tally) {
      double count = tally.dot(form(N));
      double candidate = rounded(tally.dot(form(CANDIDATE)) / count, 3);
      double reference = rounded(tally.dot(form(REFERENCE)) / count, 3);
      return rounded(candidate / reference * PERCENT, 1);
    }

    /** Rounds as Python does: the exact binary value, half to even. */
    private static double rounded(double value, int decimals) {
      return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
    }

    OptionalDouble value(Tally tally) {
      double all = tally.dot(whole);
      return all == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(PERCENT * (tally.dot(part) / all));
    }

    /**
     * Returns the gradient by each sum: 100 (part - share · whole) / whole(tally).
     *
     * @param tally that has a value
     */
    double[] gradient(Tally tally) {
      double all = tally.dot(whole);
      double share = tally.dot(part) / all;
      double[] gradient = new double[part.length];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = PERCENT * (part[i] - share * whole[i]) / all;
      }
      return gradient;
    }
  }
}

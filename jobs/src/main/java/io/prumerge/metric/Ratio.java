package io.prumerge.metric;

import static io.prumerge.metric.tally.TallySum.CANDIDATE;
import static io.prumerge.metric.tally.TallySum.CHANCE;
import static io.prumerge.metric.tally.TallySum.COMPARED;
import static io.prumerge.metric.tally.TallySum.FALSE_NEGATIVE;
import static io.prumerge.metric.tally.TallySum.FALSE_POSITIVE;
import static io.prumerge.metric.tally.TallySum.IOU;
import static io.prumerge.metric.tally.TallySum.LABEL_NO;
import static io.prumerge.metric.tally.TallySum.LABEL_YES;
import static io.prumerge.metric.tally.TallySum.LOYAL;
import static io.prumerge.metric.tally.TallySum.N;
import static io.prumerge.metric.tally.TallySum.REFERENCE;
import static io.prumerge.metric.tally.TallySum.SCORE;
import static io.prumerge.metric.tally.TallySum.TRUE_POSITIVE;
import static io.prumerge.metric.tally.TallySum.UNITS;
import static io.prumerge.metric.tally.TallySum.UNITS_CHANCE;
import static io.prumerge.metric.tally.TallySum.UNITS_RIGHT;
import static io.prumerge.metric.tally.TallySum.YES;

import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A share in percent: one weighted sum of a {@link Tally} over another. Every {@link Statistic} is
 * one of these or the sum of two. If the whole is 0, there is no value.
 *
 * @param part weights by {@link TallySum#ordinal()}
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

  /** Returns what the shares are of, each as weights by {@link TallySum#ordinal()}. */
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
  static Set<TallySum> sums(Statistic statistic) {
    Set<TallySum> sums = EnumSet.noneOf(TallySum.class);
    for (Ratio ratio : of(statistic)) {
      for (TallySum sum : TallySum.values()) {
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
  private static double[] form(TallySum... terms) {
    double[] weights = new double[TallySum.values().length];
    for (TallySum term : terms) {
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
   * Returns the ratio of the means in percent, rounded as LLaVA's summarize_gpt_review.py does: the
   * means to three decimals, their ratio to one.
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
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(PERCENT * (tally.dot(part) / all));
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

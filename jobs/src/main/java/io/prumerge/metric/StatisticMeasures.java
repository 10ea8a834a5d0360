package io.prumerge.metric;

import static io.prumerge.metric.Ratio.form;
import static io.prumerge.metric.Ratio.share;
import static io.prumerge.metric.tally.TallySum.CANDIDATE;
import static io.prumerge.metric.tally.TallySum.CAPTIONS;
import static io.prumerge.metric.tally.TallySum.CHANCE;
import static io.prumerge.metric.tally.TallySum.COMPARED;
import static io.prumerge.metric.tally.TallySum.FALSE_NEGATIVE;
import static io.prumerge.metric.tally.TallySum.FALSE_POSITIVE;
import static io.prumerge.metric.tally.TallySum.FOUND;
import static io.prumerge.metric.tally.TallySum.HALLUCINATED;
import static io.prumerge.metric.tally.TallySum.HALLUCINATING;
import static io.prumerge.metric.tally.TallySum.IOU;
import static io.prumerge.metric.tally.TallySum.LABEL_NO;
import static io.prumerge.metric.tally.TallySum.LABEL_YES;
import static io.prumerge.metric.tally.TallySum.LOYAL;
import static io.prumerge.metric.tally.TallySum.MENTIONS;
import static io.prumerge.metric.tally.TallySum.N;
import static io.prumerge.metric.tally.TallySum.REFERENCE;
import static io.prumerge.metric.tally.TallySum.SCORE;
import static io.prumerge.metric.tally.TallySum.SHOWN;
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

/** What each {@link Statistic} is the sum of. */
final class StatisticMeasures {

  private static final Ratio MEAN = share(form(SCORE), form(N));
  private static final Ratio RIGHT_UNITS = share(form(UNITS_RIGHT), form(UNITS));

  /** CIDEr-D is ten times a score. */
  private static final Ratio CIDER = new Ratio(form(SCORE), form(N), 10 * Measure.PERCENT);

  private static final Map<Statistic, List<Measure>> ALL = new EnumMap<>(Statistic.class);

  static {
    for (Statistic statistic : Statistic.values()) {
      ALL.put(statistic, defined(statistic));
    }
  }

  private StatisticMeasures() {}

  /** Returns the measures whose sum is a statistic. */
  static List<Measure> of(Statistic statistic) {
    return ALL.get(statistic);
  }

  /** Returns what the measures are over, each as weights by {@link TallySum#ordinal()}. */
  static ArrayList<double[]> wholes(Statistic statistic) {
    return of(statistic).stream()
        .map(Measure::whole)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static List<Measure> defined(Statistic statistic) {
    return switch (statistic) {
      case MEAN -> List.of(MEAN);
      case UNITS -> List.of(RIGHT_UNITS);
      case POINTS -> List.of(MEAN, RIGHT_UNITS);
      case F1 ->
          List.of(
              share(
                  form(TRUE_POSITIVE, TRUE_POSITIVE),
                  form(TRUE_POSITIVE, TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE)));
      case PRECISION -> List.of(share(form(TRUE_POSITIVE), form(TRUE_POSITIVE, FALSE_POSITIVE)));
      case RECALL -> List.of(share(form(TRUE_POSITIVE), form(TRUE_POSITIVE, FALSE_NEGATIVE)));
      case YES_RATIO -> List.of(share(form(YES), form(N)));
      case MEAN_IOU -> List.of(share(form(IOU), form(N)));
      case RELATIVE -> List.of(share(form(CANDIDATE), form(REFERENCE)));
      case LOYALTY -> List.of(share(form(LOYAL), form(COMPARED)));
      case CIDER -> List.of(CIDER);
      case BLEU_1 -> List.of(new Bleu(1));
      case BLEU_2 -> List.of(new Bleu(2));
      case BLEU_3 -> List.of(new Bleu(3));
      case BLEU_4 -> List.of(new Bleu(4));
      case ROUGE_L -> List.of(share(form(TallySum.ROUGE_L), form(N)));
      case CHAIR_S -> List.of(share(form(HALLUCINATING), form(CAPTIONS)));
      case CHAIR_I -> List.of(share(form(HALLUCINATED), form(MENTIONS)));
      case OBJECT_RECALL -> List.of(share(form(FOUND), form(SHOWN)));
    };
  }

  /**
   * Returns the measures whose sum is a statistic of blind answers: of guesses, or of yes to
   * everything for F1, precision and recall. Empty if no answer is right or wrong.
   */
  private static List<Measure> blind(Statistic statistic) {
    Ratio mean = share(form(CHANCE), form(N));
    Ratio units = share(form(UNITS_CHANCE), form(UNITS));
    return switch (statistic) {
      case MEAN -> List.of(mean);
      case UNITS -> List.of(units);
      case POINTS -> List.of(mean, units);
      case F1 -> List.of(share(form(LABEL_YES, LABEL_YES), form(LABEL_YES, LABEL_YES, LABEL_NO)));
      case PRECISION -> List.of(share(form(LABEL_YES), form(LABEL_YES, LABEL_NO)));
      case RECALL -> List.of(share(form(LABEL_YES), form(LABEL_YES)));
      default -> List.of();
    };
  }

  /** Returns a statistic of blind answers to the questions of a tally. */
  static OptionalDouble chance(Statistic statistic, Tally tally) {
    return sum(blind(statistic), tally);
  }

  /** Returns the sums that a statistic is computed from. */
  static Set<TallySum> sums(Statistic statistic) {
    Set<TallySum> sums = EnumSet.noneOf(TallySum.class);
    of(statistic).forEach(measure -> sums.addAll(measure.sums()));
    if (statistic == Statistic.RELATIVE) {
      // It rounds means.
      sums.add(N);
    }
    return sums;
  }

  /** Returns a statistic of a tally, rounded if its definition rounds. */
  static OptionalDouble value(Statistic statistic, Tally tally) {
    OptionalDouble value = sum(of(statistic), tally);
    return value.isPresent() && statistic == Statistic.RELATIVE
        ? OptionalDouble.of(rounded(tally))
        : value;
  }

  private static OptionalDouble sum(List<Measure> measures, Tally tally) {
    double sum = 0;
    for (Measure measure : measures) {
      OptionalDouble value = measure.value(tally);
      if (value.isEmpty()) {
        return value;
      }
      sum += value.getAsDouble();
    }
    return measures.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /**
   * Returns the ratio of the means in percent, rounded as LLaVA's summarize_gpt_review.py does: the
   * means to three decimals, their ratio to one.
   */
  private static double rounded(Tally tally) {
    double count = tally.dot(form(N));
    double candidate = rounded(tally.dot(form(CANDIDATE)) / count, 3);
    double reference = rounded(tally.dot(form(REFERENCE)) / count, 3);
    return rounded(candidate / reference * Measure.PERCENT, 1);
  }

  /** Rounds as Python does: the exact binary value, half to even. */
  private static double rounded(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
  }
}

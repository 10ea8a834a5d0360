package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The keys of a figure. */
final class FigureKeys {

  /**
   * What is computed: by default {@code mean}; those below {@code units} of rules that tell them.
   */
  static final Key<Statistic> STATISTIC =
      Key.choice(
          "statistic",
          byName(
              Statistic.MEAN,
              Statistic.UNITS,
              Statistic.F1,
              Statistic.PRECISION,
              Statistic.RECALL,
              Statistic.YES_RATIO,
              Statistic.MEAN_IOU,
              Statistic.CIDER,
              Statistic.BLEU_1,
              Statistic.BLEU_2,
              Statistic.BLEU_3,
              Statistic.BLEU_4,
              Statistic.ROUGE_L,
              Statistic.CHAIR_S,
              Statistic.CHAIR_I,
              Statistic.OBJECT_RECALL),
          Statistic.MEAN);

  /** Over what; by default {@code questions}. */
  static final Key<Pooling> POOLING =
      Key.choice("pooling", byName(Pooling.values()), Pooling.QUESTIONS);

  /** The column of {@code columns.category} whose values are the groups. */
  static final Key<Optional<String>> GROUPS = Key.text("groups");

  /**
   * The only groups that count: {@code [random, popular]}, of the column that {@code groups} names
   * if there are several. Without answers to one of them the figure is absent.
   */
  static final Key<List<String>> VALUES = Key.texts("values");

  /** The kind of {@code columns.units} that the statistic {@code units} counts. */
  static final Key<Optional<String>> UNIT = Key.text("unit");

  /**
   * Whether the figure is given over all, by group, or both, the default; of one of {@code values},
   * {@code overall} gives it alone.
   */
  static final Key<Breakdown> BREAKDOWN =
      Key.choice("breakdown", byName(Breakdown.values()), Breakdown.BOTH);

  static final KeyGroup GROUP =
      KeyGroup.of("figure", STATISTIC, POOLING, GROUPS, VALUES, UNIT, BREAKDOWN);

  private FigureKeys() {}

  @SafeVarargs
  static <E extends Enum<E>> Map<String, E> byName(E... constants) {
    Map<String, E> all = new LinkedHashMap<>();
    for (E constant : constants) {
      all.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return all;
  }
}

package io.prumerge.leaderboard;

import io.prumerge.metric.AllPairs;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.statistics.CompactLetters;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The lines of one table of the leaderboard, the best retention first. */
final class BudgetRanks {

  /** Significance level of the letters. */
  private static final double SIGNIFICANT = 0.05;

  /** The baseline's own retention, in percent. */
  private static final double WHOLE = 100;

  private final BudgetGroup group;
  private final List<List<MethodKey>> lines;
  private final Map<List<Integer>, Comparison> pairs = new HashMap<>();
  private final MethodFigures figures;

  BudgetRanks(BudgetGroup group, List<AllPairs.Pair> pairs, MethodFigures figures) {
    this.group = group;
    this.lines = group.all();
    pairs.forEach(pair -> this.pairs.put(List.of(pair.a(), pair.b()), pair.comparison()));
    this.figures = figures;
  }

  List<Standing> standings() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparingDouble(i -> -retention(lines.get(i)).orElse(Double.NEGATIVE_INFINITY)));
    List<Integer> ranked = order.stream().filter(i -> retention(lines.get(i)).isPresent()).toList();
    List<String> letters =
        CompactLetters.of(
            ranked.size(), (one, other) -> differ(ranked.get(one), ranked.get(other)));
    List<Standing> standings = new ArrayList<>();
    for (int i : order) {
      int rank = ranked.indexOf(i);
      standings.add(standing(i, rank < 0 ? "" : letters.get(rank)));
    }
    return standings;
  }

  private boolean differ(int one, int other) {
    return Optional.ofNullable(pairs.get(List.of(Math.min(one, other), Math.max(one, other))))
        .flatMap(Comparison::test)
        .map(test -> test.adjusted().orElse(1) < SIGNIFICANT)
        .orElse(false);
  }

  private OptionalDouble retention(List<MethodKey> line) {
    return mean(line, who -> value(figures.retention(who)));
  }

  private static OptionalDouble value(Optional<RetentionEstimate> retention) {
    return retention.map(one -> OptionalDouble.of(one.value())).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble mean(
      List<MethodKey> line, Function<MethodKey, OptionalDouble> figure) {
    return Seeds.mean(line.stream().map(figure));
  }

  private static OptionalDouble spread(
      List<MethodKey> line, Function<MethodKey, OptionalDouble> figure) {
    return Seeds.spread(line.stream().map(figure));
  }

  private Standing standing(int index, String letters) {
    List<MethodKey> line = lines.get(index);
    String budget = group.budget().name();
    return new Standing(
        group.runId(),
        group.model(),
        budget,
        BudgetGroup.name(line),
        line.stream().map(MethodKey::method).toList(),
        mean(line, figures::accuracy),
        spread(line, figures::accuracy),
        retention(line),
        interval(index),
        spread(line, who -> value(figures.retention(who))),
        mean(
            line,
            who ->
                figures
                    .retention(who)
                    .map(RetentionEstimate::aboveChance)
                    .orElse(OptionalDouble.empty())),
        letters,
        mean(line, figures::loyalty),
        mean(line, who -> figures.cost(who, "visual_tokens_layer_mean")),
        mean(line, who -> figures.cost(who, "flops_total_mean")),
        mean(line, who -> figures.cost(who, "ms_select_mean")),
        mean(line, who -> figures.cost(who, "ms_prefill_mean")),
        mean(line, who -> figures.difficulty(who, budget, Difficulty::scoreEasy)),
        mean(line, who -> figures.difficulty(who, budget, Difficulty::scoreHard)));
  }

  /** Returns the interval of a retention: of the difference to the baseline, which is first. */
  private Optional<Interval> interval(int index) {
    return group.baseline().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(pairs.get(List.of(0, index)))
            .flatMap(Comparison::interval)
            .map(one -> new Interval(WHOLE - one.high(), WHOLE - one.low()));
  }
}

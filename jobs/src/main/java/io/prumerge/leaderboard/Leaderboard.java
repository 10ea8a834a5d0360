package io.prumerge.leaderboard;

import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.metric.RetentionPair;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.CompactLetters;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One table for each run and budget, the best retention first, and how its lines were compared: by
 * the difference of their retentions, paired and clustered by image, with Student's t and Holm's
 * correction over all pairs of the table.
 *
 * @param standings the lines of all tables
 * @param pairs all pairs of lines of each table
 */
public record Leaderboard(List<Standing> standings, List<RankedPair> pairs) {

  public Leaderboard {
    standings = List.copyOf(standings);
    pairs = List.copyOf(pairs);
  }

  /**
   * Makes the tables.
   *
   * @param groups a table each
   * @param measurements with the pairs of these groups, in their order
   * @param answers compared question by question
   * @param efficiency what the methods cost
   */
  public static Leaderboard of(
      List<BudgetGroup> groups,
      Measurements measurements,
      ComparedAnswers answers,
      List<EfficiencyRow> efficiency) {
    MethodFigures figures = new MethodFigures(measurements, answers, efficiency);
    List<Standing> standings = new ArrayList<>();
    List<RankedPair> ranked = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      BudgetGroup group = groups.get(i);
      List<RetentionPair> pairs = measurements.pairs().get(i);
      standings.addAll(new BudgetRanks(group, pairs, figures).standings());
      List<List<MethodKey>> lines = group.all();
      for (RetentionPair pair : pairs) {
        ranked.add(
            new RankedPair(
                group.runId(),
                group.model(),
                group.budget().name(),
                BudgetGroup.name(lines.get(pair.a())),
                BudgetGroup.name(lines.get(pair.b())),
                pair.comparison()));
      }
    }
    return new Leaderboard(standings, ranked);
  }

  /** The lines of one table of the leaderboard, the best retention first. */
  private static final class BudgetRanks {

    /** The baseline's own retention, in percent. */
    private static final double WHOLE = 100;

    private final BudgetGroup group;
    private final List<List<MethodKey>> lines;
    private final Map<List<Integer>, Comparison> pairs = new HashMap<>();
    private final MethodFigures figures;

    BudgetRanks(BudgetGroup group, List<RetentionPair> pairs, MethodFigures figures) {
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
          Comparator.comparingDouble(
              i -> -retention(lines.get(i)).orElse(Double.NEGATIVE_INFINITY)));
      List<Integer> ranked =
          order.stream().filter(i -> retention(lines.get(i)).isPresent()).toList();
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
          .filter(DifferenceTest::isSignificant)
          .isPresent();
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

    private static OptionalDouble sd(
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
          sd(line, figures::accuracy),
          retention(line),
          interval(index),
          sd(line, who -> value(figures.retention(who))),
          mean(
              line,
              who ->
                  figures
                      .retention(who)
                      .map(RetentionEstimate::aboveChance)
                      .orElse(OptionalDouble.empty())),
          letters,
          mean(line, figures::loyalty),
          mean(line, figures::layerMean),
          mean(line, who -> figures.cost(who, row -> row.flops().total())),
          mean(line, who -> figures.cost(who, row -> row.millis().select())),
          mean(line, who -> figures.cost(who, row -> row.millis().prefill())),
          mean(line, who -> figures.difficulty(who, budget, Difficulty::scoreEasy)),
          mean(line, who -> figures.difficulty(who, budget, Difficulty::scoreHard)),
          figures.protocol(line.get(0)));
    }

    /** Returns the interval of a retention: of the difference to the baseline, which is first. */
    private Optional<Interval> interval(int index) {
      return group.baseline().isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(pairs.get(List.of(0, index)))
              .flatMap(Comparison::interval)
              .map(one -> new Interval(WHOLE - one.high(), WHOLE - one.low()))
              .map(one -> one.within(0, Double.POSITIVE_INFINITY)); // as in the summary
    }
  }

  /** The figures of methods, as means over benchmarks. */
  private static final class MethodFigures {
    private final Measurements measurements;
    private final ComparedAnswers answers;
    private final Map<MethodKey, List<EfficiencyRow>> costs = new HashMap<>();
    private final Map<MethodKey, List<OptionalDouble>> loyalties = new HashMap<>();

    MethodFigures(
        Measurements measurements, ComparedAnswers answers, List<EfficiencyRow> efficiency) {
      this.measurements = measurements;
      this.answers = answers;
      for (EfficiencyRow row : efficiency) {
        costs.computeIfAbsent(MethodKey.of(row), absent -> new ArrayList<>()).add(row);
      }
      for (MethodResult result : measurements.results()) {
        if (result.isOwnProfile()) {
          for (Metric metric : result.metrics()) {
            if (metric.name().equals(MetricRules.LOYALTY)) {
              loyalties
                  .computeIfAbsent(MethodKey.of(result.key()), absent -> new ArrayList<>())
                  .add(metric.value());
            }
          }
        }
      }
    }

    OptionalDouble accuracy(MethodKey who) {
      return Percent.mean(answers.scores().getOrDefault(who, List.of()));
    }

    OptionalDouble loyalty(MethodKey who) {
      return Percent.mean(loyalties.getOrDefault(who, List.of()));
    }

    Optional<RetentionEstimate> retention(MethodKey who) {
      return measurements.retention(who);
    }

    /** Returns the mean over the benchmarks that have a value. */
    OptionalDouble cost(MethodKey who, Function<EfficiencyRow, OptionalDouble> cost) {
      return costs.getOrDefault(who, List.of()).stream()
          .map(cost)
          .filter(OptionalDouble::isPresent)
          .mapToDouble(OptionalDouble::getAsDouble)
          .average();
    }

    Optional<String> protocol(MethodKey who) {
      return costs.getOrDefault(who, List.of()).stream()
          .flatMap(row -> row.protocol().stream())
          .findFirst();
    }

    OptionalDouble layerMean(MethodKey who) {
      return EfficiencyRow.meanTokens(costs.getOrDefault(who, List.of()), VisualTokens::layerMean);
    }

    OptionalDouble difficulty(
        MethodKey who, String budget, Function<Difficulty, OptionalDouble> score) {
      return answers.difficulties().stream()
          .filter(one -> one.runId().equals(who.runId()) && one.budget().equals(budget))
          .filter(one -> one.method().equals(who.method()))
          .map(score)
          .filter(OptionalDouble::isPresent)
          .mapToDouble(OptionalDouble::getAsDouble)
          .average();
    }
  }
}

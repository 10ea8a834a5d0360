package io.prumerge.report;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.MetricRule.Breakdown;
import io.prumerge.benchmark.MetricRule.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns a benchmark's rules into the figures that a result's groups allow. */
final class Figures {

  private Figures() {}

  /**
   * All figures of all rules; one that no answer speaks for is among them, without a value.
   *
   * @param totals of every slice that has a question
   */
  static List<Figure> of(List<MetricRule> rules, Map<Slice, Tally> totals) {
    List<Figure> figures = new ArrayList<>();
    for (MetricRule rule : rules) {
      if (rule.breakdown() != Breakdown.GROUPS) {
        figures.add(overall(rule, totals));
      }
      if (rule.breakdown() != Breakdown.OVERALL) {
        for (String group : groups(rule, totals)) {
          Slice slice = Slice.of(group);
          figures.add(new Figure(rule, group, slice, List.of(slice), 1));
        }
      }
    }
    return figures;
  }

  private static Figure overall(MetricRule rule, Map<Slice, Tally> totals) {
    Slice scope = new Slice(rule.groups());
    List<Slice> parts = groups(rule, totals).stream().map(Slice::of).toList();
    List<Slice> answered = parts.stream().filter(part -> isAnswered(part, totals)).toList();
    String all = BenchmarkQuestion.ALL_CATEGORIES;
    return switch (rule.pooling()) {
      case QUESTIONS -> new Figure(rule, all, scope, List.of(scope), 1);
      case MEAN_OF_GROUPS -> {
        // Groups that the rule names must all be there; else those that have answers are averaged.
        List<Slice> averaged = rule.groups().isEmpty() ? answered : parts;
        yield new Figure(rule, all, scope, averaged, 1.0 / Math.max(1, averaged.size()));
      }
      case SUM_OF_GROUPS -> new Figure(rule, all, scope, answered, 1);
    };
  }

  private static boolean isAnswered(Slice slice, Map<Slice, Tally> totals) {
    return totals.containsKey(slice) && totals.get(slice).count(Sum.N) > 0;
  }

  /** The groups a rule names, else all that have questions. */
  private static Set<String> groups(MetricRule rule, Map<Slice, Tally> totals) {
    Set<String> groups = new TreeSet<>(rule.groups());
    if (groups.isEmpty()) {
      for (Slice slice : totals.keySet()) {
        if (slice.groups().size() == 1) {
          groups.addAll(slice.groups());
        }
      }
    }
    return groups;
  }

  /** What a sum over named groups lacks, as a message; empty where every group has answers. */
  static Optional<String> gap(MetricRule rule, Map<Slice, Tally> totals) {
    if (rule.pooling() != Pooling.SUM_OF_GROUPS) {
      return Optional.empty();
    }
    Set<String> lacking = new TreeSet<>(rule.groups());
    lacking.removeIf(group -> isAnswered(Slice.of(group), totals));
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s adds up %d of its %d groups; no answers in %s"
                .formatted(
                    rule.name(),
                    rule.groups().size() - lacking.size(),
                    rule.groups().size(),
                    String.join(", ", lacking)));
  }
}

package io.prumerge.benchmark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One metric of a benchmark: which statistic, over which questions, and for which groups.
 *
 * @param name the bare name, as in the {@code metric} column and the JSON output
 * @param pooling how the figure over all ({@code category} = {@code all}) is computed
 * @param groups the rule's groups; empty = all, both categories and further groups
 * @param breakdown which figures the rule gives
 */
public record MetricRule(
    String name, Statistic statistic, Pooling pooling, Set<String> groups, Breakdown breakdown)
    implements Serializable {

  /** How a figure over several groups is computed. */
  public enum Pooling {
    /**
     * All questions of the groups together; a question in several groups counts once. Absent if a
     * named group has no answers.
     */
    QUESTIONS,
    /**
     * The unweighted mean of the groups' figures; absent if one of them is absent. If the rule
     * names no groups, groups without answers are left out.
     */
    MEAN_OF_GROUPS,
    /** The sum of the groups' figures; groups without answers add nothing, with a warning. */
    SUM_OF_GROUPS
  }

  /** Whether a metric is given by group, over all, or both. */
  public enum Breakdown {
    OVERALL,
    GROUPS,
    BOTH
  }

  public MetricRule {
    groups = Set.copyOf(groups);
  }

  /** Returns the statistic over all questions, and for every group. */
  public static MetricRule pooled(String name, Statistic statistic) {
    return new MetricRule(name, statistic, Pooling.QUESTIONS, Set.of(), Breakdown.BOTH);
  }

  /** Returns the statistic for every group, and the plain mean of these. */
  public static MetricRule averaged(String name, Statistic statistic) {
    return new MetricRule(name, statistic, Pooling.MEAN_OF_GROUPS, Set.of(), Breakdown.BOTH);
  }

  /** Returns the statistic over all questions of these groups, and for each. */
  public static MetricRule pooled(String name, Statistic statistic, Set<String> groups) {
    return new MetricRule(name, statistic, Pooling.QUESTIONS, groups, Breakdown.BOTH);
  }

  /** Returns the statistic for each of these groups, and their unweighted mean. */
  public static MetricRule averaged(String name, Statistic statistic, Set<String> groups) {
    return new MetricRule(name, statistic, Pooling.MEAN_OF_GROUPS, groups, Breakdown.BOTH);
  }

  /** Returns the statistic over the questions of one group, under its own name. */
  public static MetricRule within(String name, Statistic statistic, String group) {
    return new MetricRule(name, statistic, Pooling.QUESTIONS, Set.of(group), Breakdown.OVERALL);
  }

  /** Returns the sum of the statistic over some groups. */
  public static MetricRule summed(String name, Statistic statistic, Set<String> groups) {
    return new MetricRule(name, statistic, Pooling.SUM_OF_GROUPS, groups, Breakdown.OVERALL);
  }

  /** Returns the statistic for every group, with no figure over all. */
  public static MetricRule grouped(String name, Statistic statistic) {
    return new MetricRule(name, statistic, Pooling.QUESTIONS, Set.of(), Breakdown.GROUPS);
  }

  /** The source of metric rules. */
  public interface Rules extends Serializable {

    /** The name of the share of answers equal to the baseline's. */
    String LOYALTY = "loyalty";

    /** The benchmarks' own rules. */
    Rules OF_BENCHMARKS = (benchmark, profile) -> Benchmarks.named(benchmark).metrics(profile);

    /** The same with loyalty, except for judged benchmarks, whose answers are not in scores. */
    Rules WITH_LOYALTY =
        (benchmark, profile) -> {
          List<MetricRule> rules = new ArrayList<>(OF_BENCHMARKS.of(benchmark, profile));
          if (Benchmarks.named(benchmark).judging().isEmpty()) {
            rules.add(
                new MetricRule(
                    LOYALTY,
                    Statistic.LOYALTY,
                    MetricRule.Pooling.QUESTIONS,
                    Set.of(),
                    MetricRule.Breakdown.OVERALL));
          }
          return rules;
        };

    /** Returns whether a benchmark's figures compare a judge's points for two answers. */
    static boolean areRelative(String benchmark) {
      Benchmark one = Benchmarks.named(benchmark);
      return one.profiles().stream()
          .flatMap(profile -> one.metrics(profile).stream())
          .anyMatch(rule -> rule.statistic() == Statistic.RELATIVE);
    }

    /** Returns the rules of a benchmark's profile, the headline's first. */
    List<MetricRule> of(String benchmark, String profile);
  }
}

package io.prumerge.benchmark;

import java.io.Serializable;
import java.util.Set;

/**
 * One metric of a benchmark: which statistic, over which questions, and for which groups.
 *
 * @param name the bare name, as in the {@code metric} column and the JSON output
 * @param pooling how the figure over all ({@code category} = {@code all}) is computed
 * @param groups the rule's groups; empty = all, both categories and further groups
 * @param start how the names of its groups begin, where it names none; empty = in any way
 * @param unit which of a question's units it counts, for {@link Statistic#UNITS}; empty = the only
 *     one
 * @param breakdown which figures the rule gives
 */
public record MetricRule(
    String name,
    Statistic statistic,
    Pooling pooling,
    Set<String> groups,
    String start,
    String unit,
    Breakdown breakdown)
    implements Serializable {

  public MetricRule {
    groups = Set.copyOf(groups);
  }

  /** A rule of groups with any names. */
  public MetricRule(
      String name, Statistic statistic, Pooling pooling, Set<String> groups, Breakdown breakdown) {
    this(name, statistic, pooling, groups, "", "", breakdown);
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
}

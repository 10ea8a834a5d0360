package io.prumerge.metric.tally;

import io.prumerge.benchmark.MetricRule;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The subsets of a question: all questions, each of its groups, and the rules' unions of groups;
 * and each of these once more for every kind of units that a rule counts.
 */
public final class QuestionSubsets {

  private final List<QuestionSubset> unions;
  private final List<String> units;

  private final Map<List<String>, Set<QuestionSubset>> known = new RecentValues<>();

  QuestionSubsets(List<MetricRule> rules) {
    unions =
        rules.stream()
            .filter(rule -> rule.groups().size() > 1)
            .map(rule -> new QuestionSubset(rule.groups(), ""))
            .distinct()
            .toList();
    units =
        rules.stream().map(MetricRule::unit).filter(unit -> !unit.isEmpty()).distinct().toList();
  }

  /**
   * Returns the subsets of a question.
   *
   * @param groups its category and further groups
   */
  Set<QuestionSubset> of(List<String> groups) {
    return known.computeIfAbsent(groups, this::slices);
  }

  private Set<QuestionSubset> slices(List<String> groups) {
    Set<QuestionSubset> slices = new LinkedHashSet<>();
    slices.add(QuestionSubset.ALL);
    groups.forEach(group -> slices.add(QuestionSubset.of(group)));
    for (QuestionSubset union : unions) {
      if (!Collections.disjoint(union.groups(), groups)) {
        slices.add(union);
      }
    }
    for (QuestionSubset slice : List.copyOf(slices)) {
      units.forEach(unit -> slices.add(slice.with(unit)));
    }
    return slices;
  }
}

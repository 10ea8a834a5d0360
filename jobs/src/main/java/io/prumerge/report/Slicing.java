package io.prumerge.report;

import io.prumerge.benchmark.MetricRule;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which slices a question counts in: all, each of its groups, and what the rules take together. */
final class Slicing {

  private final List<Slice> unions;

  /** Questions have few different sets of groups. */
  private final Map<List<String>, Set<Slice>> known = new HashMap<>();

  Slicing(List<MetricRule> rules) {
    unions =
        rules.stream()
            .filter(rule -> rule.groups().size() > 1)
            .map(rule -> new Slice(rule.groups()))
            .distinct()
            .toList();
  }

  /**
   * The slices of a question.
   *
   * @param groups its category and further groups
   */
  Set<Slice> of(List<String> groups) {
    return known.computeIfAbsent(groups, this::slices);
  }

  private Set<Slice> slices(List<String> groups) {
    Set<Slice> slices = new LinkedHashSet<>();
    slices.add(Slice.ALL);
    groups.forEach(group -> slices.add(Slice.of(group)));
    for (Slice union : unions) {
      if (!Collections.disjoint(union.groups(), groups)) {
        slices.add(union);
      }
    }
    return slices;
  }
}

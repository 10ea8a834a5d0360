package io.prumerge.metric.tally;

import io.prumerge.benchmark.MetricRule;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A subset of a benchmark's questions, with one tally.
 *
 * @param groups the groups of its questions, each question counted once; empty = all questions
 */
public record QuestionSubset(Set<String> groups) implements Serializable {

  /** All questions. */
  public static final QuestionSubset ALL = new QuestionSubset(Set.of());

  public QuestionSubset {
    groups = Set.copyOf(groups);
  }

  public static QuestionSubset of(String group) {
    return new QuestionSubset(Set.of(group));
  }

  /**
   * The subsets of a question: all questions, each of its groups, and the rules' unions of groups.
   */
  public static final class QuestionSubsets {

    private final List<QuestionSubset> unions;

    private final Map<List<String>, Set<QuestionSubset>> known = new RecentValues<>();

    QuestionSubsets(List<MetricRule> rules) {
      unions =
          rules.stream()
              .filter(rule -> rule.groups().size() > 1)
              .map(rule -> new QuestionSubset(rule.groups()))
              .distinct()
              .toList();
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
      return slices;
    }
  }

  /** The questions of a metric. */
  public enum Variant {
    /** All of them; an error is a wrong answer. */
    EVERY(""),
    /** Those without an error. */
    ANSWERED("_answered_only");

    private final String suffix;

    Variant(String suffix) {
      this.suffix = suffix;
    }

    /** Returns the metric's name in this variant. */
    public String named(String metric) {
      return metric + suffix;
    }
  }
}

package io.prumerge.metric;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Turns a benchmark's rules into the figures that a result's groups allow. */
final class Figures {

  private static final Tally NOTHING = new Tally();

  private Figures() {}

  /**
   * Returns all figures of all rules. A figure without answers has no value.
   *
   * @param totals of every subset that has a question
   */
  static List<Figure> of(List<MetricRule> rules, Map<QuestionSubset, Tally> totals) {
    List<Figure> figures = new ArrayList<>();
    for (MetricRule rule : rules) {
      if (rule.statistic() == Statistic.LOYALTY && !isCompared(totals)) {
        continue;
      }
      if (rule.breakdown() != Breakdown.GROUPS) {
        figures.add(overall(rule, totals));
      }
      if (rule.breakdown() != Breakdown.OVERALL) {
        for (String group : groups(rule, totals)) {
          QuestionSubset slice = QuestionSubset.of(group, rule.unit());
          if (totals.containsKey(slice)) {
            figures.add(new Figure(rule, group, slice, whole(rule, List.of(slice), totals), 1));
          }
        }
      }
    }
    return figures;
  }

  private static Figure overall(MetricRule rule, Map<QuestionSubset, Tally> totals) {
    QuestionSubset scope = new QuestionSubset(rule.groups(), rule.unit());
    List<QuestionSubset> parts =
        groups(rule, totals).stream().map(group -> QuestionSubset.of(group, rule.unit())).toList();
    List<QuestionSubset> answered =
        parts.stream().filter(part -> isAnswered(part, totals)).toList();
    String all = BenchmarkQuestion.ALL_CATEGORIES;
    return switch (rule.pooling()) {
      case QUESTIONS ->
          new Figure(
              rule,
              all,
              scope,
              rule.groups().size() == answered.size() || rule.groups().isEmpty()
                  ? whole(rule, List.of(scope), totals)
                  : List.of(),
              1);
      case MEAN_OF_GROUPS -> {
        // All groups that a rule names must have answers. Otherwise groups with answers are
        // averaged.
        List<QuestionSubset> averaged = rule.groups().isEmpty() ? answered : parts;
        yield new Figure(
            rule, all, scope, whole(rule, averaged, totals), 1.0 / Math.max(1, averaged.size()));
      }
      case SUM_OF_GROUPS -> new Figure(rule, all, scope, whole(rule, answered, totals), 1);
    };
  }

  /** Returns whether there is a baseline's answer to any question. */
  private static boolean isCompared(Map<QuestionSubset, Tally> totals) {
    return totals.getOrDefault(QuestionSubset.ALL, NOTHING).count(TallySum.COMPARED) > 0;
  }

  /** Returns the subsets; none if units are counted and one lacks answers. */
  private static List<QuestionSubset> whole(
      MetricRule rule, List<QuestionSubset> slices, Map<QuestionSubset, Tally> totals) {
    boolean partial =
        rule.statistic() == Statistic.UNITS
            && slices.stream()
                .filter(totals::containsKey)
                .anyMatch(slice -> totals.get(slice).count(TallySum.UNITS_PARTIAL) > 0);
    return partial ? List.of() : slices;
  }

  private static boolean isAnswered(QuestionSubset slice, Map<QuestionSubset, Tally> totals) {
    return totals.containsKey(slice) && totals.get(slice).count(TallySum.N) > 0;
  }

  /** Returns the groups that a rule names, otherwise all groups with questions. */
  private static Set<String> groups(MetricRule rule, Map<QuestionSubset, Tally> totals) {
    Set<String> groups = new TreeSet<>(rule.groups());
    if (groups.isEmpty()) {
      for (QuestionSubset slice : totals.keySet()) {
        if (slice.groups().size() == 1) {
          slice.groups().stream()
              .filter(group -> group.startsWith(rule.start()))
              .forEach(groups::add);
        }
      }
    }
    return groups;
  }

  /** Says why a figure is over a part of its questions or has no value; empty if it is not. */
  static Optional<String> caveat(Figure figure, Map<QuestionSubset, Tally> totals) {
    Tally counts = figure.counts(totals);
    List<String> caveats = new ArrayList<>();
    if (counts.count(TallySum.MISSING) > 0) {
      caveats.add(
          Text.format(
              "%s no answer",
              Texts.part(
                  counts.count(TallySum.MISSING),
                  counts.count(TallySum.N) + counts.count(TallySum.MISSING),
                  "question",
                  "has",
                  "have")));
    }
    long weighed = figure.corpusImages(totals);
    if (weighed > 0 && weighed != counts.count(TallySum.N) + counts.count(TallySum.MISSING)) {
      caveats.add(
          Text.format(
              "its words are weighed by %s, not by these alone", Texts.count(weighed, "image")));
    }
    Optional<String> lack =
        figure.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
            ? lackOfGroups(figure.rule(), totals)
            : Optional.empty();
    lackOfUnits(figure.rule(), counts)
        .or(() -> lack)
        .ifPresent(reason -> caveats.add(Text.format(reason, "value")));
    incompleteUnits(figure.rule(), counts).ifPresent(caveats::add);
    return caveats.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", caveats));
  }

  /** Says what the rules' figures over all lack, a message for each reason. */
  static List<String> gaps(List<MetricRule> rules, Map<QuestionSubset, Tally> totals) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (MetricRule rule : rules) {
      Stream.concat(
              reason(rule, totals).stream(),
              incompleteUnits(rule, ofUnits(rule, totals)).map(part -> "%s: " + part).stream())
          .forEach(
              reason ->
                  names.computeIfAbsent(reason, absent -> new ArrayList<>()).add(rule.name()));
    }
    List<String> messages = new ArrayList<>();
    names.forEach((reason, some) -> messages.add(Text.format(reason, String.join(", ", some))));
    return messages;
  }

  /**
   * Returns why a rule's overall figure is incomplete, with {@code %s} for its name. A figure of
   * one group is not expected without questions of that group.
   */
  private static Optional<String> reason(MetricRule rule, Map<QuestionSubset, Tally> totals) {
    boolean one = rule.groups().size() == 1 && rule.pooling() != Pooling.SUM_OF_GROUPS;
    return lackOfUnits(rule, ofUnits(rule, totals))
        .or(() -> one ? Optional.empty() : lackOfGroups(rule, totals));
  }

  private static Tally ofUnits(MetricRule rule, Map<QuestionSubset, Tally> totals) {
    return totals.getOrDefault(QuestionSubset.ALL.with(rule.unit()), NOTHING);
  }

  /** Says which units are left out of a figure, and whether others may be incomplete. */
  private static Optional<String> incompleteUnits(MetricRule rule, Tally counts) {
    if (rule.statistic() != Statistic.UNITS && rule.statistic() != Statistic.POINTS) {
      return Optional.empty();
    }
    long incomplete = counts.count(TallySum.UNITS_INCOMPLETE);
    List<String> parts = new ArrayList<>();
    if (incomplete > 0) {
      parts.add(
          Text.format(
              "%s left out: not all of %s rows were asked",
              Texts.part(
                  incomplete, incomplete + counts.count(TallySum.UNITS), "unit", "is", "are"),
              incomplete == 1 ? "its" : "their"));
    }
    if (counts.count(TallySum.UNITS_AT_LEAST) > 0) {
      parts.add("units may lack rows that could not be read, whose unit is not known");
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  private static Optional<String> lackOfUnits(MetricRule rule, Tally counts) {
    long partial = rule.statistic() == Statistic.UNITS ? counts.count(TallySum.UNITS_PARTIAL) : 0;
    return partial == 0
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "no %%s: %,d of its units have answers to some of their questions only", partial));
  }

  private static Optional<String> lackOfGroups(MetricRule rule, Map<QuestionSubset, Tally> totals) {
    Set<String> lacking = new TreeSet<>(rule.groups());
    lacking.removeIf(group -> isAnswered(QuestionSubset.of(group), totals));
    if (lacking.isEmpty()) {
      return Optional.empty();
    }
    int all = rule.groups().size();
    String none = String.join(", ", lacking).replace("%", "%%");
    if (rule.pooling() == Pooling.SUM_OF_GROUPS) {
      return Optional.of(
          Text.format(
              "%%s adds up %d of its %d groups; no answers in %s",
              all - lacking.size(), all, none));
    }
    return Optional.of(
        all == 1
            ? "no %s: no answers in " + none
            : Text.format("no %%s over all %d groups: no answers in %s", all, none));
  }
}

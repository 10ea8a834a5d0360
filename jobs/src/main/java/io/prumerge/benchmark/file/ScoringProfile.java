package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.rule.ProfileRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way in which a file scores answers.
 *
 * @param headline the name of its first figure; empty = that which stands first
 * @param judge whose words the rule scores; empty = it scores answers
 * @param figures its own; empty = the file's
 */
record ScoringProfile(
    ProfileRule rule,
    Optional<String> headline,
    Optional<ProfileJudge> judge,
    List<MetricRule> figures) {

  ScoringProfile {
    figures = List.copyOf(figures);
  }

  /** Returns how answers are judged; empty if the rule scores them. */
  Optional<Judging> judging() {
    return judge.map(one -> one.judging(rule));
  }

  /** Returns whether a rule's scores allow a figure. */
  static boolean allows(ProfileRule rule, MetricRule figure) {
    return rule.addends().containsAll(figure.statistic().addends());
  }

  /** Returns its own figures, or else those of the file's that it allows, the headline first. */
  List<MetricRule> figures(List<MetricRule> all) {
    List<MetricRule> own =
        (figures.isEmpty() ? all : figures)
            .stream().filter(figure -> allows(rule, figure)).toList();
    List<MetricRule> sorted = new ArrayList<>(own);
    own.stream()
        .filter(figure -> headline.filter(figure.name()::equals).isPresent())
        .forEach(
            figure -> {
              sorted.remove(figure);
              sorted.add(0, figure);
            });
    return sorted;
  }
}

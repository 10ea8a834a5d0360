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
 * @param headline the name of its first figure; empty = the file's first
 * @param judge whose words the rule scores; empty = it scores answers
 */
record ScoringProfile(ProfileRule rule, Optional<String> headline, Optional<ProfileJudge> judge) {

  /** Returns how answers are judged; empty if the rule scores them. */
  Optional<Judging> judging() {
    return judge.map(one -> one.judging(rule));
  }

  /** Returns whether the profile's scores allow a figure. */
  boolean has(MetricRule figure) {
    return rule.addends().containsAll(figure.statistic().addends());
  }

  /** Returns those of the file's figures that the profile has, the headline first. */
  List<MetricRule> figures(List<MetricRule> all) {
    List<MetricRule> own = all.stream().filter(this::has).toList();
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

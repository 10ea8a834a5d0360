package io.prumerge.benchmark.file;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.rule.AnswerRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way in which a file scores answers.
 *
 * @param headline the name of its first figure; empty = the file's first
 */
record ScoringProfile(AnswerRule rule, Optional<String> headline) {

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

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

  /** Returns the file's figures, the headline first. */
  List<MetricRule> figures(List<MetricRule> all) {
    List<MetricRule> sorted = new ArrayList<>(all);
    all.stream()
        .filter(figure -> headline.filter(figure.name()::equals).isPresent())
        .forEach(
            figure -> {
              sorted.remove(figure);
              sorted.add(0, figure);
            });
    return sorted;
  }
}

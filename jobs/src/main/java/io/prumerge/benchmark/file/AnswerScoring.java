package io.prumerge.benchmark.file;

import io.prumerge.benchmark.MetricRule;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a file's answers are scored, here or by others.
 *
 * @param profiles by name, the default one first
 * @param figures the headline first
 * @param answerFile of answers that a server or another evaluator takes
 */
record AnswerScoring(
    Map<String, ScoringProfile> profiles,
    List<MetricRule> figures,
    Optional<AnswerFile> answerFile) {

  AnswerScoring {
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
    figures = List.copyOf(figures);
  }

  /** Returns the groups of questions that figures name. */
  Set<String> groups() {
    Set<String> groups = new HashSet<>();
    figures.forEach(figure -> groups.addAll(figure.groups()));
    profiles
        .values()
        .forEach(profile -> profile.figures().forEach(figure -> groups.addAll(figure.groups())));
    return groups;
  }
}

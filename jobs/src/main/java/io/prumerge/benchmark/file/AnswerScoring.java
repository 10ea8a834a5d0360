package io.prumerge.benchmark.file;

import io.prumerge.benchmark.MetricRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
}

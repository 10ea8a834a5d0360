package io.prumerge.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The most frequent of several people's answers, which stands for all of them in tables. */
final class MostFrequent {

  private MostFrequent() {}

  /** The first of the most frequent ones. */
  static Optional<String> of(List<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return answers.stream().filter(answer -> counts.get(answer) == most).findFirst();
  }
}

package io.prumerge.benchmark.vqa;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The most frequent of several human answers, which represents all of them in tables. */
public final class MostFrequent {

  private MostFrequent() {}

  /** The most frequent answer; of several, the first. */
  public static Optional<String> of(List<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return answers.stream().filter(answer -> counts.get(answer) == most).findFirst();
  }
}

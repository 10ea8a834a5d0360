package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.TextColumns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A benchmark.
 *
 * @param split the usual one
 * @param layouts of files that are read
 * @param headlines the headline figure by profile, the benchmark's own first
 */
record ListedQuestions(
    String name, String split, List<String> layouts, Map<String, String> headlines) {

  static final TextColumns<ListedQuestions> COLUMNS =
      new TextColumns<ListedQuestions>()
          .with("name", ListedQuestions::name)
          .with("split", ListedQuestions::split)
          .with("headline by profile", questions -> Listing.joined(questions.spelt()))
          .with("reads", questions -> String.join("; ", questions.layouts));

  static ListedQuestions of(Benchmark benchmark) {
    Map<String, String> headlines = new LinkedHashMap<>();
    for (String profile : benchmark.profiles()) {
      headlines.put(profile, benchmark.metrics(profile).get(0).name());
    }
    return new ListedQuestions(
        benchmark.name(), benchmark.defaultSplit(), benchmark.layouts(), headlines);
  }

  private List<String> spelt() {
    return headlines.entrySet().stream()
        .map(headline -> headline.getKey() + ": " + headline.getValue())
        .toList();
  }
}

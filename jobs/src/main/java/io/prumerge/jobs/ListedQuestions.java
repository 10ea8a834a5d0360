package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.FileBenchmark;
import io.prumerge.console.TextColumns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A benchmark.
 *
 * @param split the usual one
 * @param layouts of files that are read
 * @param headlines the headline figure by profile, the benchmark's own first
 * @param type the class that defines it; empty if a file does
 * @param file text of the file that defines it; empty if a class does
 */
record ListedQuestions(
    String name,
    String split,
    List<String> layouts,
    Map<String, String> headlines,
    String type,
    String file) {

  static final TextColumns<ListedQuestions> COLUMNS =
      new TextColumns<ListedQuestions>()
          .with("name", ListedQuestions::name)
          .with("split", ListedQuestions::split)
          .with("headline by profile", questions -> Listing.joined(questions.spelt()))
          .with("reads", questions -> String.join("; ", questions.layouts))
          .with("defined by", ListedQuestions::definedBy);

  static ListedQuestions of(Benchmark benchmark) {
    Map<String, String> headlines = new LinkedHashMap<>();
    for (String profile : benchmark.profiles()) {
      headlines.put(profile, benchmark.metrics(profile).get(0).name());
    }
    Optional<FileBenchmark> file =
        benchmark instanceof FileBenchmark defined ? Optional.of(defined) : Optional.empty();
    return new ListedQuestions(
        benchmark.name(),
        benchmark.defaultSplit(),
        benchmark.layouts(),
        headlines,
        file.isPresent() ? "" : benchmark.getClass().getName(),
        file.map(FileBenchmark::text).orElse(""));
  }

  private String definedBy() {
    return type.isEmpty() ? "this file:" : "the class " + type;
  }

  private List<String> spelt() {
    return headlines.entrySet().stream()
        .map(headline -> headline.getKey() + ": " + headline.getValue())
        .toList();
  }
}

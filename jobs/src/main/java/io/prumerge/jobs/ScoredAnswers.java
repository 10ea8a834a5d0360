package io.prumerge.jobs;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.report.Metric;
import io.prumerge.report.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * What {@code score} found.
 *
 * @param options what was asked for
 * @param results of one profile, sorted; none where no question has a reference
 * @param submissions folders of submission files that were written
 */
record ScoredAnswers(ScoreOptions options, List<Result> results, List<Path> submissions) {

  ScoredAnswers {
    results = List.copyOf(results);
    submissions = List.copyOf(submissions);
  }

  /** A line per metric: method, name, value, how many questions; and one per submission. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Result result : results) {
      for (Metric metric : result.metrics()) {
        lines.add(
            "%s  %-32s %8s  n=%d errors=%d unparsed=%d missing=%d"
                .formatted(
                    metric.method(),
                    name(metric),
                    metric.value().isPresent()
                        ? String.format(Locale.ROOT, "%.3f", metric.value().getAsDouble())
                        : "-",
                    metric.n(),
                    metric.errors(),
                    metric.unparsed(),
                    metric.missing()));
      }
    }
    submissions.forEach(folder -> lines.add("Submission: " + folder));
    return lines;
  }

  /** What to know beside the figures. */
  List<String> warnings() {
    if (!results.isEmpty()) {
      return Caveats.of(results);
    }
    String reason =
        options.benchmark().judging().isPresent()
            ? "nobody was asked to judge answers to %s, so nothing is scored"
            : "no question of %s has a reference answer here, so nothing is scored";
    return List.of(reason.formatted(options.benchmark().name()));
  }

  /** One document for one set of answers; several stand in {@code results}. */
  String json() {
    return switch (results.size()) {
      case 0 -> Json.write(document(0, 0, 0, 0));
      case 1 -> Json.write(document(results.get(0)));
      default -> Json.write(Map.of("results", results.stream().map(this::document).toList()));
    };
  }

  private Map<String, Object> document(Result result) {
    Map<String, Object> document =
        document(result.n(), result.errors(), result.unparsed(), result.missing());
    document.put("method", result.key().method());
    Map<String, Object> values = new LinkedHashMap<>();
    for (Metric metric : result.metrics()) {
      values.put(
          name(metric), metric.value().isPresent() ? (Object) metric.value().getAsDouble() : null);
    }
    document.put("metrics", values);
    return document;
  }

  private Map<String, Object> document(long n, long errors, long unparsed, long missing) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("benchmark", options.benchmark().name());
    document.put("profile", options.profile());
    document.put("n", n);
    document.put("n_errors", errors);
    document.put("n_unparsed", unparsed);
    document.put("n_missing", missing);
    document.put("metrics", Map.of());
    return document;
  }

  private static String name(Metric metric) {
    return metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? metric.name()
        : metric.name() + "/" + metric.category();
  }
}

package io.prumerge.score;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.console.Texts;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.metric.Caveats;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.QuestionCounts;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The results of {@code score}.
 *
 * @param options the request
 * @param results of one profile, sorted; none if no question has a reference
 * @param scores rows of {@link io.prumerge.store.Table#SCORES}
 * @param submissions the folders that were written
 * @param empty methods that have empty answers only
 * @param leftOut of which rows of the files scores say nothing, as warnings
 * @param judgeFailures the reasons why answers could not be judged, one per answer
 * @param counted what became of all rows and answers, a sentence for each split
 * @param folder that the tables were written to, if any
 * @param run that answer files became in the output folder
 */
public record ScoredAnswers(
    ScoreOptions options,
    List<MethodResult> results,
    Dataset<Row> scores,
    List<SubmissionFolder> submissions,
    List<String> empty,
    List<String> leftOut,
    List<String> judgeFailures,
    List<String> counted,
    Optional<String> folder,
    Optional<CompletedRun> run) {

  /** Suffix of a figure over the questions without an error. */
  private static final String ANSWERED_ONLY = "_answered_only";

  /** Most characters of a metric's name on a line, because categories are foreign texts. */
  private static final int LONGEST = 100;

  public ScoredAnswers {
    results = List.copyOf(results);
    submissions = List.copyOf(submissions);
    empty = List.copyOf(empty);
    leftOut = List.copyOf(leftOut);
    judgeFailures = List.copyOf(judgeFailures);
    counted = List.copyOf(counted);
  }

  /**
   * Returns a line per metric, the headline first, with split (if there are several), method, name,
   * value and counts; and a line for the tables, the report, and per submission. A figure that is
   * the same without errors has one line.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (MethodResult result : results) {
      result.metrics().stream()
          .filter(metric -> !repeats(metric, result))
          .sorted(Comparator.comparing(metric -> !metric.headline()))
          .map(metric -> line(metric, severalSplits()))
          .forEach(lines::add);
    }
    folder.ifPresent(written -> lines.add("Parquet: " + written));
    run.ifPresent(made -> lines.add("Report: " + made.page()));
    submissions.forEach(submitted -> lines.add(exported() + ": " + submitted.folder()));
    return lines;
  }

  private String exported() {
    return options.exportForm() == ExportForm.LMMS_EVAL ? "Samples" : "Submission";
  }

  private boolean severalSplits() {
    return results.stream().map(result -> result.key().split()).distinct().count() > 1;
  }

  private static String line(Metric metric, boolean withSplit) {
    return Text.format(
        "%s%s  %-32s %8s  n=%d errors=%d unparsed=%d missing=%d",
        withSplit ? metric.key().split() + "  " : "",
        metric.key().method(),
        Texts.inLine(name(metric), LONGEST),
        metric.value().isPresent() ? Text.format("%.3f", metric.value().getAsDouble()) : "-",
        metric.counts().n(),
        metric.counts().errors(),
        metric.counts().unparsed(),
        metric.counts().missing());
  }

  private static boolean repeats(Metric metric, MethodResult result) {
    return metric.name().endsWith(ANSWERED_ONLY)
        && result.metrics().stream()
            .anyMatch(
                other ->
                    metric.name().equals(other.name() + ANSWERED_ONLY)
                        && metric.category().equals(other.category())
                        && metric.value().equals(other.value()));
  }

  /** Returns warnings about the figures. */
  public List<String> warnings() {
    String benchmark = options.benchmark().name();
    List<String> warnings = new ArrayList<>(Caveats.of(results));
    warnings.addAll(leftOut);
    if (results.isEmpty()) {
      warnings.add(
          Text.format(
              options.judging().isPresent()
                  ? "no judge was named for answers to %s, so nothing is scored"
                  : "no question of %s has a reference answer here, so nothing is scored",
              benchmark));
    }
    for (MethodResult result : results) {
      QuestionCounts counts = result.counts();
      if (counts.unparsed() > 0 && counts.unparsed() + counts.errors() == counts.n()) {
        warnings.add(
            Text.format(
                "none of the %,d answers of %s can be read as an answer to %s; do they belong to"
                    + " this benchmark?",
                counts.n(), result.key().method(), benchmark));
      }
    }
    for (String method : empty) {
      warnings.add(Text.format("all answers of %s are empty", method));
    }
    for (SubmissionFolder submitted : submissions) {
      if (submitted.missing() > 0) {
        warnings.add(
            Text.format(
                options.exportForm() == ExportForm.LMMS_EVAL
                    ? "%s in %s: not asked, or a failed request"
                    : "%s, and an empty one in %s",
                Texts.part(
                    submitted.missing(),
                    submitted.questions(),
                    "question",
                    "has no answer",
                    "have no answer"),
                submitted.folder()));
      }
    }
    return warnings;
  }

  /** Returns the reason if answers could not be judged. */
  public Optional<String> failure() {
    return judgeFailures.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "%s could not be judged and %s as 0, the first because: %s; the other"
                    + " replies are kept next to the output: remove the output and run the same"
                    + " command again",
                Texts.count(judgeFailures.size(), "answer"),
                judgeFailures.size() == 1 ? "counts" : "count",
                judgeFailures.get(0)));
  }

  /** Returns one document for one set of answers; several are in {@code results}. */
  public String json() {
    List<Map<String, Object>> documents =
        results.isEmpty()
            ? submissions.stream()
                .map(one -> document(new QuestionCounts(0, 0, 0, 0, one.missing())))
                .toList()
            : results.stream().map(this::document).toList();
    return Json.write(documents.size() == 1 ? documents.get(0) : Map.of("results", documents));
  }

  private Map<String, Object> document(MethodResult result) {
    Map<String, Object> document = document(result.counts());
    if (severalSplits()) {
      document.put("split", result.key().split());
    }
    document.put("method", result.key().method());
    Map<String, Object> values = new LinkedHashMap<>();
    for (Metric metric : result.metrics()) {
      OptionalDouble value = metric.value();
      values.put(name(metric), Optionals.orNull(value));
    }
    document.put("metrics", values);
    return document;
  }

  private Map<String, Object> document(QuestionCounts counts) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("benchmark", options.benchmark().name());
    document.put("profile", options.profile());
    document.put("n", counts.n());
    document.put("n_errors", counts.errors());
    document.put("n_unparsed", counts.unparsed());
    document.put("n_missing", counts.missing());
    document.put("metrics", Map.of());
    return document;
  }

  private static String name(Metric metric) {
    return metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? metric.name()
        : metric.name() + "/" + metric.category();
  }
}

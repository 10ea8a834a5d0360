package io.prumerge.leaderboard;

import io.prumerge.metric.Measurements;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Result;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.metric.tally.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** The figures of methods, as means over benchmarks. */
final class MethodFigures {
  private final Measurements measurements;
  private final ComparedAnswers answers;
  private final Map<MethodKey, List<Row>> costs = new HashMap<>();
  private final Map<MethodKey, List<OptionalDouble>> loyalties = new HashMap<>();

  MethodFigures(Measurements measurements, ComparedAnswers answers, List<Row> efficiency) {
    this.measurements = measurements;
    this.answers = answers;
    for (Row row : efficiency) {
      costs
          .computeIfAbsent(
              new MethodKey(row.getAs("run_id"), row.getAs("model"), row.getAs("method")),
              absent -> new ArrayList<>())
          .add(row);
    }
    for (Result result : measurements.results()) {
      if (result.isOwnProfile()) {
        for (Metric metric : result.metrics()) {
          if (metric.name().equals(Rules.LOYALTY)) {
            loyalties
                .computeIfAbsent(MethodKey.of(result.key()), absent -> new ArrayList<>())
                .add(metric.value());
          }
        }
      }
    }
  }

  OptionalDouble accuracy(MethodKey who) {
    return Percent.mean(answers.scores().getOrDefault(who, List.of()));
  }

  OptionalDouble loyalty(MethodKey who) {
    return Percent.mean(loyalties.getOrDefault(who, List.of()));
  }

  Optional<RetentionEstimate> retention(MethodKey who) {
    return measurements.retention(who);
  }

  /** Returns the mean over the benchmarks that have a value. */
  OptionalDouble cost(MethodKey who, String column) {
    return costs.getOrDefault(who, List.of()).stream()
        .filter(row -> !row.isNullAt(row.fieldIndex(column)))
        .mapToDouble(row -> row.<Double>getAs(column))
        .average();
  }

  OptionalDouble difficulty(
      MethodKey who, String budget, Function<Difficulty, OptionalDouble> score) {
    return answers.difficulties().stream()
        .filter(one -> one.runId().equals(who.runId()) && one.budget().equals(budget))
        .filter(one -> one.method().equals(who.method()))
        .map(score)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average();
  }
}

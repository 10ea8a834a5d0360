package io.prumerge.leaderboard;

import io.prumerge.leaderboard.Votes.Place;
import io.prumerge.metric.MethodKey;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What comparing the methods' answers question by question gives. One pass over the rows; the
 * driver gets sums by benchmark, method and compared pair, whatever the number of questions.
 *
 * @param scores each method's mean score over questions, in percent, by benchmark and split
 */
public record ComparedAnswers(
    Map<MethodKey, List<OptionalDouble>> scores,
    List<Agreement> agreements,
    List<Oracle> oracles,
    List<Difficulty> difficulties) {

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::runId)
          .thenComparing(Place::benchmark)
          .thenComparing(Place::split);

  /**
   * Compares all answers.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}
   * @param scores their rows of {@link Table#SCORES}
   * @param groups the methods that are compared with each other
   */
  public static ComparedAnswers of(
      Dataset<Row> predictions, Dataset<Row> scores, List<BudgetGroup> groups) {
    Map<String, RunMethods> runs = RunMethods.byRun(groups);
    if (runs.isEmpty()) {
      return of(new VoteSums(), runs);
    }
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext());
    Broadcast<Map<String, RunMethods>> known = context.broadcast(runs);
    try {
      VoteSums sums =
          Votes.of(predictions, scores, known)
              .treeAggregate(
                  new VoteSums(),
                  (all, question) -> all.add(question, known.value().get(question.place().runId())),
                  (all, more) -> all.add(more, known.value()));
      return of(sums, runs);
    } finally {
      known.destroy();
    }
  }

  private static ComparedAnswers of(VoteSums sums, Map<String, RunMethods> runs) {
    ComparedAnswers all =
        new ComparedAnswers(
            new HashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    sums.places().keySet().stream()
        .sorted(ORDER)
        .forEach(place -> all.add(place, runs.get(place.runId()), sums.places().get(place)));
    return new ComparedAnswers(
        Map.copyOf(all.scores),
        List.copyOf(all.agreements),
        List.copyOf(all.oracles),
        List.copyOf(all.difficulties));
  }

  private void add(Place place, RunMethods methods, VoteSums.OfPlace sums) {
    for (int i = 0; i < sums.n.length; i++) {
      if (sums.n[i] > 0) {
        scores
            .computeIfAbsent(
                new MethodKey(place.runId(), methods.model(), methods.name(i)),
                absent -> new ArrayList<>())
            .add(Percent.of(sums.scores[i], sums.n[i]));
      }
    }
    for (int i = 0; i < sums.pairs.length; i++) {
      if (!sums.pairs[i].isEmpty()) {
        agreements.add(sums.pairs[i].agreement(place, methods, methods.pairs().get(i)));
      }
    }
    for (int i = 0; i < sums.best.length; i++) {
      if (!sums.best[i].isEmpty()) {
        oracles.add(sums.best[i].oracle(place, methods));
      }
      difficulties.addAll(sums.split[i].difficulties(place, methods));
    }
  }
}

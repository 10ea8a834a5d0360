package io.prumerge.leaderboard;

import io.prumerge.leaderboard.Votes.Place;
import io.prumerge.metric.tally.ScoreKey.MethodKey;
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

  /**
   * How far two methods of a run agree on a benchmark. Shares are in percent.
   *
   * @param n questions that both answered, errors included
   * @param sameAnswer share of these to which both gave the same answer, as the benchmark's own
   *     profile reads it; an error equals nothing
   * @param equallyRight share of these with the same score
   * @param nKept questions for whose image both name the patches that they keep
   * @param keptOverlap patches that both keep divided by those that one of them keeps (Jaccard's
   *     index), mean over these questions
   */
  public record Agreement(
      String runId,
      String model,
      String benchmark,
      String split,
      String a,
      String b,
      long n,
      OptionalDouble sameAnswer,
      OptionalDouble equallyRight,
      long nKept,
      OptionalDouble keptOverlap) {

    /** One row per run, benchmark, split and pair of methods with the same budget. */
    public static final Table TABLE = Table.of("agreement", Agreement.class);
  }

  /**
   * A method's score on easy and on hard questions of one benchmark. A question is easy if the
   * image made smaller before the tower, to the same number of tokens, gets at least half of the
   * score; what a method adds to plain down-sampling shows in the others. After VTC-Bench (2025),
   * which splits benchmarks by down-sampling.
   *
   * @param budget nominal budget of the method and of the control
   * @param control the method that makes the image smaller
   * @param scoreEasy mean score over the easy questions, in percent
   * @param scoreHard the same over the others
   */
  public record Difficulty(
      String runId,
      String model,
      String benchmark,
      String split,
      String budget,
      String control,
      String method,
      long nEasy,
      OptionalDouble scoreEasy,
      long nHard,
      OptionalDouble scoreHard) {

    /** One row per run, benchmark, split, budget and method, where down-sampling was asked too. */
    public static final Table TABLE = Table.of("difficulty", Difficulty.class);
  }

  /**
   * What a perfect choice of the method for each question would give on one benchmark: an upper
   * bound, since chance helps the best of many. Scores are means over questions, in percent.
   *
   * @param budget the methods' nominal budget, or {@code all} for all methods of the run
   * @param nMethods number of methods that it chooses from; of several seeds, the first
   * @param n questions that all of these and the baseline answered, errors included
   * @param bestMethod the method with the highest score over all these questions, and its score
   * @param oracleScore mean over questions of the best method's score
   * @param nKeepable questions whose baseline gave an answer with a known number of tokens
   * @param keptShare share of these to which a method gave the same answer
   * @param visualTokensBaselineMean visual tokens in a decoder layer with the baseline, mean over
   *     these
   * @param visualTokensFewestMean the same with the cheapest method that keeps the answer; the
   *     baseline's where none does
   */
  public record Oracle(
      String runId,
      String model,
      String benchmark,
      String split,
      String budget,
      long nMethods,
      long n,
      OptionalDouble baselineScore,
      String bestMethod,
      OptionalDouble bestScore,
      OptionalDouble oracleScore,
      long nKeepable,
      OptionalDouble keptShare,
      OptionalDouble visualTokensBaselineMean,
      OptionalDouble visualTokensFewestMean) {

    /** One row per run, benchmark, split and budget. */
    public static final Table TABLE = Table.of("oracle", Oracle.class);
  }
}

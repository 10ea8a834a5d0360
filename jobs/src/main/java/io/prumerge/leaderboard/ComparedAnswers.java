package io.prumerge.leaderboard;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.store.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final Comparator<RunSplit> ORDER =
      Comparator.comparing(RunSplit::runId)
          .thenComparing(RunSplit::benchmark)
          .thenComparing(RunSplit::split);

  /**
   * Compares all answers.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}
   * @param scores their rows of {@link Table#SCORES}
   * @param ownProfiles the benchmarks' own profiles, whose scores are compared, as {@link
   *     io.prumerge.benchmark.file.Benchmarks#ownProfiles} names them
   * @param groups the methods that are compared with each other
   */
  public static ComparedAnswers of(
      Dataset<Row> predictions,
      Dataset<Row> scores,
      List<String> ownProfiles,
      List<BudgetGroup> groups) {
    Map<String, RunMethods> runs = RunMethods.byRun(groups);
    if (runs.isEmpty()) {
      return of(new VoteSums(), runs);
    }
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext());
    Broadcast<Map<String, RunMethods>> known = context.broadcast(runs);
    try {
      VoteSums sums =
          Votes.of(predictions, scores, ownProfiles, known)
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

  private void add(RunSplit place, RunMethods methods, VoteSums.OfPlace sums) {
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
   * Sums over questions, by run and benchmark. Their size depends on the numbers of benchmarks,
   * methods and compared pairs, not on the number of questions.
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
  static final class VoteSums implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Sums of one benchmark of one run. */
    static final class OfPlace implements Serializable {
      private static final long serialVersionUID = 1L;

      /** By method. */
      final long[] n;

      final double[] scores;

      /** By compared pair. */
      final PairVotes[] pairs;

      /** By group. */
      final BestVotes[] best;

      final SplitVotes[] split;

      private OfPlace(RunMethods methods) {
        n = new long[methods.size()];
        scores = new double[methods.size()];
        pairs = new PairVotes[methods.pairs().size()];
        Arrays.setAll(pairs, i -> new PairVotes());
        best = methods.groups().stream().map(BestVotes::new).toArray(BestVotes[]::new);
        split = methods.groups().stream().map(SplitVotes::new).toArray(SplitVotes[]::new);
      }

      private void add(Vote[] votes, RunMethods methods) {
        for (int i = 0; i < votes.length; i++) {
          if (Vote.isScored(votes[i])) {
            n[i]++;
            scores[i] += votes[i].score();
          }
        }
        List<MethodPair> compared = methods.pairs();
        for (int i = 0; i < pairs.length; i++) {
          Vote a = votes[compared.get(i).a()];
          Vote b = votes[compared.get(i).b()];
          if (a != null && b != null) {
            pairs[i].add(a, b);
          }
        }
        for (int i = 0; i < best.length; i++) {
          best[i].add(votes, methods.baseline());
          split[i].add(votes);
        }
      }

      private void add(OfPlace other) {
        for (int i = 0; i < n.length; i++) {
          n[i] += other.n[i];
          scores[i] += other.scores[i];
        }
        for (int i = 0; i < pairs.length; i++) {
          pairs[i].add(other.pairs[i]);
        }
        for (int i = 0; i < best.length; i++) {
          best[i].add(other.best[i]);
          split[i].add(other.split[i]);
        }
      }
    }

    private final HashMap<RunSplit, OfPlace> places = new HashMap<>();

    VoteSums add(QuestionVotes question, RunMethods methods) {
      of(question.place(), methods).add(question.votes(), methods);
      return this;
    }

    VoteSums add(VoteSums other, Map<String, RunMethods> runs) {
      other.places.forEach((place, sums) -> of(place, runs.get(place.runId())).add(sums));
      return this;
    }

    private OfPlace of(RunSplit place, RunMethods methods) {
      return places.computeIfAbsent(place, absent -> new OfPlace(methods));
    }

    Map<RunSplit, OfPlace> places() {
      return places;
    }

    /** Sums over the questions that two methods answered. */
    static final class PairVotes implements Serializable {

      private static final long serialVersionUID = 1L;

      private long n;
      private long sameAnswer;
      private long sameScore;
      private long rightToWrong;
      private long wrongToRight;
      private long named;
      private double overlap;

      /** Adds a question. */
      void add(Vote a, Vote b) {
        if (a.isScored() && b.isScored()) {
          n++;
          sameAnswer += a.agrees(b) ? 1 : 0;
          sameScore += a.score() == b.score() ? 1 : 0;
          rightToWrong += a.isRight() && !b.isRight() ? 1 : 0;
          wrongToRight += !a.isRight() && b.isRight() ? 1 : 0;
        }
        if (a.namesPatches() && b.namesPatches()) {
          named++;
          overlap += a.overlap(b);
        }
      }

      void add(PairVotes other) {
        n += other.n;
        sameAnswer += other.sameAnswer;
        sameScore += other.sameScore;
        rightToWrong += other.rightToWrong;
        wrongToRight += other.wrongToRight;
        named += other.named;
        overlap += other.overlap;
      }

      boolean isEmpty() {
        return n + named == 0;
      }

      Agreement agreement(RunSplit place, RunMethods methods, MethodPair pair) {
        return new Agreement(
            place.runId(),
            methods.model(),
            place.benchmark(),
            place.split(),
            methods.name(pair.a()),
            methods.name(pair.b()),
            n,
            Percent.of(sameAnswer, n),
            Percent.of(sameScore, n),
            named,
            Percent.of(overlap, named),
            Optional.of(rightToWrong),
            Optional.of(wrongToRight));
      }
    }

    /**
     * Sums over easy and over hard questions, by all methods of a group; none without a control.
     */
    static final class SplitVotes implements Serializable {

      private static final long serialVersionUID = 1L;

      private final MethodGroup group;
      private final long[] easy;
      private final long[] hard;
      private final double[] easyScores;
      private final double[] hardScores;

      SplitVotes(MethodGroup group) {
        this.group = group;
        int methods = group.scored().length;
        easy = new long[methods];
        hard = new long[methods];
        easyScores = new double[methods];
        hardScores = new double[methods];
      }

      /** Adds a question. */
      void add(Vote[] votes) {
        if (group.control() == RunMethods.NONE || !Vote.isScored(votes[group.control()])) {
          return;
        }
        boolean answered = votes[group.control()].isRight();
        for (int i = 0; i < group.scored().length; i++) {
          Vote vote = votes[group.scored()[i]];
          if (Vote.isScored(vote)) {
            (answered ? easy : hard)[i]++;
            (answered ? easyScores : hardScores)[i] += vote.score();
          }
        }
      }

      void add(SplitVotes other) {
        for (int i = 0; i < easy.length; i++) {
          easy[i] += other.easy[i];
          hard[i] += other.hard[i];
          easyScores[i] += other.easyScores[i];
          hardScores[i] += other.hardScores[i];
        }
      }

      /** Returns a row for each method that answered. */
      List<Difficulty> difficulties(RunSplit place, RunMethods methods) {
        List<Difficulty> rows = new ArrayList<>();
        for (int i = 0; i < easy.length; i++) {
          if (easy[i] + hard[i] > 0) {
            rows.add(
                new Difficulty(
                    place.runId(),
                    methods.model(),
                    place.benchmark(),
                    place.split(),
                    group.budget(),
                    methods.name(group.control()),
                    methods.name(group.scored()[i]),
                    easy[i],
                    Percent.of(easyScores[i], easy[i]),
                    hard[i],
                    Percent.of(hardScores[i], hard[i])));
          }
        }
        return rows;
      }
    }

    /** Sums over the questions that all methods of a group and the baseline answered. */
    static final class BestVotes implements Serializable {

      private static final long serialVersionUID = 1L;

      private final MethodGroup group;

      /** By the group's members. */
      private final double[] scores;

      private long n;
      private double baselineScore;
      private double best;

      /** Questions whose baseline gave an answer, with a known number of tokens. */
      private long keepable;

      /** Those to which a method gave the same answer. */
      private long kept;

      private double fewestTokens;
      private double baselineTokens;

      BestVotes(MethodGroup group) {
        this.group = group;
        scores = new double[group.members().length];
      }

      /**
       * Adds a question.
       *
       * @param number the baseline's, or {@link RunMethods#NONE}
       */
      void add(Vote[] votes, int number) {
        Vote baseline = number == RunMethods.NONE ? null : votes[number];
        boolean whole = number == RunMethods.NONE || Vote.isScored(baseline);
        for (int member : group.members()) {
          whole &= Vote.isScored(votes[member]);
        }
        if (!whole) {
          return;
        }
        n++;
        double highest = 0;
        for (int i = 0; i < scores.length; i++) {
          double score = votes[group.members()[i]].score();
          scores[i] += score;
          highest = Math.max(highest, score);
        }
        best += highest;
        if (baseline != null) {
          baselineScore += baseline.score();
          addTokens(votes, baseline);
        }
      }

      private void addTokens(Vote[] votes, Vote baseline) {
        if (baseline.isFailed() || Double.isNaN(baseline.tokens())) {
          return;
        }
        double fewest = Double.POSITIVE_INFINITY;
        for (int member : group.members()) {
          if (votes[member].agrees(baseline) && !Double.isNaN(votes[member].tokens())) {
            fewest = Math.min(fewest, votes[member].tokens());
          }
        }
        keepable++;
        kept += fewest < Double.POSITIVE_INFINITY ? 1 : 0;
        fewestTokens += Math.min(fewest, baseline.tokens());
        baselineTokens += baseline.tokens();
      }

      void add(BestVotes other) {
        for (int i = 0; i < scores.length; i++) {
          scores[i] += other.scores[i];
        }
        n += other.n;
        baselineScore += other.baselineScore;
        best += other.best;
        keepable += other.keepable;
        kept += other.kept;
        fewestTokens += other.fewestTokens;
        baselineTokens += other.baselineTokens;
      }

      boolean isEmpty() {
        return n == 0;
      }

      /** Returns the figures of at least one question. */
      Oracle oracle(RunSplit place, RunMethods methods) {
        int first = 0;
        for (int i = 1; i < scores.length; i++) {
          first = scores[i] > scores[first] ? i : first;
        }
        boolean compared = methods.baseline() != RunMethods.NONE;
        OptionalDouble bestScore = Percent.of(scores[first], n);
        OptionalDouble oracleScore = Percent.of(best, n);
        return new Oracle(
            place.runId(),
            methods.model(),
            place.benchmark(),
            place.split(),
            group.budget(),
            scores.length,
            n,
            compared ? Percent.of(baselineScore, n) : OptionalDouble.empty(),
            methods.name(group.members()[first]),
            bestScore,
            oracleScore,
            keepable,
            Percent.of(kept, keepable),
            Percent.mean(baselineTokens, keepable),
            Percent.mean(fewestTokens, keepable));
      }
    }
  }
}

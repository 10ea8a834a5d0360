package io.prumerge.leaderboard;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * All methods' answers to one question, as rows follow each other. Rows of scores and predictions
 * meet in one shuffle, without a join.
 */
final class Votes implements Iterator<Votes.OfQuestion> {

  /** Where a question is asked. */
  record Place(String runId, String benchmark, String split) implements java.io.Serializable {}

  /**
   * @param votes by the methods' numbers; null for a method that was not asked
   */
  record OfQuestion(Place place, Vote[] votes) {}

  private static final String SEPARATOR = "\u0000";
  private static final String QUESTION = "xxhash64(run_id, benchmark, split, question_id)";

  /** More than any image has: predictions of others may hold any number. */
  private static final int MOST_PATCHES = 1 << 24;

  private final Iterator<Row> rows;
  private final Map<String, RunMethods> runs;
  private Row next;
  private OfQuestion question;

  private Votes(Iterator<Row> rows, Map<String, RunMethods> runs) {
    this.rows = rows;
    this.runs = runs;
    next = rows.hasNext() ? rows.next() : null;
    question = read();
  }

  /**
   * Returns the questions of all benchmarks whose answers are scored without a judge.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}
   * @param scores their rows of {@link Table#SCORES}
   */
  static JavaRDD<OfQuestion> of(
      Dataset<Row> predictions, Dataset<Row> scores, Broadcast<Map<String, RunMethods>> runs) {
    Column answered = col("error").isNull();
    Dataset<Row> points =
        scores
            .where(Scores.ownProfile())
            .select(
                expr(QUESTION).as("question"),
                place(),
                col("method"),
                expr("xxhash64(parsed)").as("answer"),
                // An answer is parsed, at least into an empty text.
                expr("parsed IS NULL").as("failed"),
                col("score"),
                lit(null).cast("double").as("tokens"),
                lit(null).cast("array<int>").as("kept"));
    Dataset<Row> costs =
        predictions.select(
            expr(QUESTION).as("question"),
            place(),
            col("method"),
            lit(null).cast("bigint").as("answer"),
            lit(null).cast("boolean").as("failed"),
            lit(null).cast("double").as("score"),
            when(answered, coalesce(col("visual_tokens_layer_mean"), col("visual_tokens_after")))
                .cast("double")
                .as("tokens"),
            when(answered, col("kept_indices")).as("kept"));
    return points
        .unionByName(costs)
        .repartition(col("question"))
        .sortWithinPartitions("question")
        .javaRDD()
        .mapPartitions(rows -> new Votes(rows, runs.value()));
  }

  private static Column place() {
    return concat_ws(SEPARATOR, col("run_id"), col("benchmark"), col("split")).as("place");
  }

  @Override
  public boolean hasNext() {
    return question != null;
  }

  @Override
  public OfQuestion next() {
    if (question == null) {
      throw new NoSuchElementException();
    }
    OfQuestion current = question;
    question = read();
    return current;
  }

  /** Reads the next question of a known run; null at the end. */
  private OfQuestion read() {
    while (next != null) {
      long hash = next.getLong(0);
      String[] names = next.getString(1).split(SEPARATOR, -1);
      RunMethods methods = runs.get(names[0]);
      Vote[] votes = new Vote[methods == null ? 0 : methods.size()];
      while (next != null && next.getLong(0) == hash) {
        if (methods != null) {
          read(votes, methods.number(next.getString(2)));
        }
        next = rows.hasNext() ? rows.next() : null;
      }
      if (methods != null) {
        return new OfQuestion(new Place(names[0], names[1], names[2]), votes);
      }
    }
    return null;
  }

  private void read(Vote[] votes, int method) {
    if (method == RunMethods.NONE) {
      return;
    }
    if (votes[method] == null) {
      votes[method] = new Vote();
    }
    boolean isScore = !next.isNullAt(4);
    if (isScore && !next.isNullAt(5)) {
      votes[method].score(next.getLong(3), next.getBoolean(4), next.getDouble(5));
    } else if (!isScore) {
      votes[method].predict(
          next.isNullAt(6) ? Double.NaN : next.getDouble(6),
          next.isNullAt(7) ? null : bits(next.getList(7)));
    }
  }

  /**
   * Returns a bit per patch; null for none, as where every token is a mean of patches, and where a
   * number is of no patch.
   */
  private static long[] bits(List<Integer> patches) {
    if (!patches.stream().allMatch(patch -> patch != null && patch >= 0 && patch < MOST_PATCHES)) {
      return null;
    }
    BitSet bits = new BitSet();
    patches.forEach(bits::set);
    return bits.isEmpty() ? null : bits.toLongArray();
  }

  /** One method's answer to one question: its score, its tokens and its patches. */
  static final class Vote {

    private long answer;
    private boolean failed;
    private double score = Double.NaN;
    private double tokens = Double.NaN;
    private long[] kept;

    /**
     * Adds the row of scores.
     *
     * @param parsed a hash of the parsed answer
     * @param error whether the answer is an error
     * @param points 0..1
     */
    void score(long parsed, boolean error, double points) {
      answer = parsed;
      failed = error;
      score = points;
    }

    /**
     * Adds the row of predictions.
     *
     * @param mean visual tokens in a decoder layer; NaN if unknown
     * @param patches the kept ones, a bit each; null if the method names none
     */
    void predict(double mean, long[] patches) {
      tokens = mean;
      kept = patches;
    }

    /** Returns whether a method was asked and has a score. */
    static boolean isScored(Vote vote) {
      return vote != null && vote.isScored();
    }

    boolean isScored() {
      return !Double.isNaN(score);
    }

    double score() {
      return score;
    }

    double tokens() {
      return tokens;
    }

    boolean isFailed() {
      return failed;
    }

    /** Returns whether both gave the same answer; an error equals nothing. */
    boolean agrees(Vote other) {
      return !failed && !other.failed && answer == other.answer;
    }

    boolean namesPatches() {
      return kept != null;
    }

    /** Returns the patches that both keep divided by those that one of them keeps, 0..1. */
    double overlap(Vote other) {
      int shared = 0;
      int all = 0;
      for (int i = 0; i < Math.max(kept.length, other.kept.length); i++) {
        long own = i < kept.length ? kept[i] : 0;
        long theirs = i < other.kept.length ? other.kept[i] : 0;
        shared += Long.bitCount(own & theirs);
        all += Long.bitCount(own | theirs);
      }
      return all == 0 ? 1 : (double) shared / all;
    }
  }
}

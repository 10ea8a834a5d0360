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
final class Votes implements Iterator<QuestionVotes> {

  private static final String SEPARATOR = "\u0000";
  private static final String QUESTION = "xxhash64(run_id, benchmark, split, question_id)";

  /** More than any image has: predictions of others may hold any number. */
  private static final int MOST_PATCHES = 1 << 24;

  private final Iterator<Row> rows;
  private final Map<String, RunMethods> runs;
  private Row next;
  private QuestionVotes question;

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
   * @param ownProfiles as {@link Scores#ownProfile} takes them
   */
  static JavaRDD<QuestionVotes> of(
      Dataset<Row> predictions,
      Dataset<Row> scores,
      List<String> ownProfiles,
      Broadcast<Map<String, RunMethods>> runs) {
    Column answered = col("error").isNull();
    Dataset<Row> points =
        scores
            .where(Scores.ownProfile(ownProfiles))
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
  public QuestionVotes next() {
    if (question == null) {
      throw new NoSuchElementException();
    }
    QuestionVotes current = question;
    question = read();
    return current;
  }

  /** Reads the next question of a known run; null at the end. */
  private QuestionVotes read() {
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
        return new QuestionVotes(new RunSplit(names[0], names[1], names[2]), votes);
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
}

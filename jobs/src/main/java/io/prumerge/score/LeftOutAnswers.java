package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.prumerge.lang.Text;
import io.prumerge.source.LeftOutRows;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Tells answers to questions that were left out, because their rows cannot be read, from answers to
 * no question of the benchmark. A row that does not say its id may be any one question.
 */
final class LeftOutAnswers {

  private final Set<String> ids;
  private final long unnamed;
  private final Set<String> unknown = new HashSet<>();
  private long count;

  /**
   * @param questions rows of the benchmark's files
   */
  LeftOutAnswers(LeftOutRows questions) {
    this.ids = questions.ids();
    this.unnamed = questions.unnamed();
  }

  /** Returns whether a key that no question has may be that of one that was left out. */
  boolean mayAnswer(String key) {
    return ids.contains(key)
        || unknown.contains(key)
        || unknown.size() < unnamed && unknown.add(key);
  }

  /** Returns whether no question was left out. */
  boolean isNone() {
    return ids.isEmpty() && unnamed == 0;
  }

  /** Returns how many keys need be looked at: one more than may be of questions left out. */
  int mostKeys() {
    return (int) Math.min(Integer.MAX_VALUE, ids.size() + unnamed + 1);
  }

  /** Counts answers that are ignored. */
  void ignore(long answers) {
    count += answers;
  }

  /**
   * Returns predictions without those to questions that were left out, which it counts.
   *
   * @param given rows as of {@link Scores#answers}
   */
  Dataset<Row> without(Dataset<Row> given, QuestionSet asked) {
    if (isNone()) {
      return given;
    }
    List<String> foreign =
        given
            .select("question_id")
            .distinct()
            .join(asked.positions(), new String[] {"question_id"}, "left_anti")
            .orderBy("question_id")
            .limit(mostKeys())
            .as(Encoders.STRING())
            .collectAsList();
    Object[] ignored = foreign.stream().filter(this::mayAnswer).toArray();
    if (ignored.length == 0) {
      return given;
    }
    ignore(given.where(col("question_id").isin(ignored)).count());
    return given.where(not(col("question_id").isin(ignored)));
  }

  /** Returns the number of answers that were ignored. */
  long count() {
    return count;
  }

  /** Returns how many answers were ignored, as a warning; none if none. */
  Optional<String> warning() {
    return count == 0
        ? Optional.empty()
        : Optional.of(
            Text.format(
                count == 1
                    ? "%,d answer is to a question that was left out, and is ignored"
                    : "%,d answers are to questions that were left out, and are ignored",
                count));
  }
}

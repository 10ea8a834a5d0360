package io.prumerge.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.sum;

import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.ReplyCounts;
import io.prumerge.store.SentRequests;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The replies to a run's questions to endpoints, as its answers have them.
 *
 * @param runId the run's
 * @param kinds what they say of each kind of error, and of answers
 */
record EndpointReplies(String runId, List<Kind> kinds) {

  /** The kind of rows with an answer. */
  private static final String ANSWERED = "";

  private static final RecordColumns<Kind> COLUMNS = RecordColumns.of(Kind.class);

  EndpointReplies {
    kinds = List.copyOf(kinds);
  }

  /**
   * Rows whose errors are of one kind.
   *
   * @param questions different ones
   * @param answers rows
   * @param counted rows with numbers of tokens, of the prompt and of the answer
   * @param uncounted rows with an answer that lack one of them
   * @param told rows that say how often their question was sent
   * @param requests rows whose question was
   * @param tries how often all of them were
   */
  record Kind(
      String kind,
      long questions,
      long answers,
      long counted,
      long uncounted,
      long told,
      long requests,
      long tries) {

    boolean isAnswered() {
      return kind.equals(ANSWERED);
    }

    /** Returns how many answers were not sent for: those from a cache. */
    long reused() {
      return isAnswered() ? told - requests : 0;
    }

    /** Returns how many are errors of a server that was not asked, or others though one was. */
    long misplaced() {
      if (isAnswered()) {
        return 0;
      }
      return kind.equals(ErrorKind.ENDPOINT_FAILED.label()) ? told - requests : requests;
    }
  }

  /**
   * Reads the replies to a run's questions.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}, or of a repeat
   */
  static EndpointReplies of(Dataset<Row> predictions, String runId) {
    Dataset<Row> questions =
        predictions
            .where(col("run_id").equalTo(runId))
            .groupBy(Stream.of(ReusedAnswers.QUESTION).map(functions::col).toArray(Column[]::new))
            .agg(
                max(coalesce(substring_index(col("error"), ":", 1), lit(ANSWERED))).as("kind"),
                count(lit(1)).as("answers"),
                expr("count_if(prompt_tokens IS NOT NULL AND generated_tokens IS NOT NULL)")
                    .as("counted"),
                expr("count_if(error IS NULL AND (prompt_tokens IS NULL OR generated_tokens IS"
                        + " NULL))")
                    .as("uncounted"),
                count(col("tries")).as("told"),
                expr("count_if(tries > 0)").as("requests"),
                expr("coalesce(sum(tries), 0L)").as("tries"));
    return new EndpointReplies(
        runId,
        COLUMNS.collect(
            questions
                .groupBy("kind")
                .agg(
                    count(lit(1)).as("questions"),
                    Stream.of("answers", "counted", "uncounted", "told", "requests", "tries")
                        .map(name -> sum(name).as(name))
                        .toArray(Column[]::new))));
  }

  /**
   * Checks that each planned question has one answer or one error, and that the chunks hold as
   * many.
   *
   * @param planned questions that were to be asked
   * @param held what the committed chunks hold
   * @throws Failure if a sum does not close, which is a fault of this program
   */
  ReplyCounts closed(long planned, ErrorRate held) {
    ReplyCounts counts = counts(planned);
    List<String> open = new ArrayList<>();
    if (!counts.closes()) {
      open.add(counts.sentence("run " + runId));
    }
    long rows = total(Kind::answers);
    long answers = rows - errors(Kind::answers);
    if (total(Kind::questions) != rows || rows != held.answers() || answers != held.answered()) {
      open.add(
          Text.format(
              "%s to %,d different questions, %,d of them without an error; the chunks hold %,d,"
                  + " %,d of them without an error",
              Texts.count(rows, "row"),
              total(Kind::questions),
              answers,
              held.answers(),
              held.answered()));
    }
    long misplaced = total(Kind::misplaced);
    if (misplaced > 0) {
      open.add(
          Texts.part(misplaced, rows, "row", "has", "have")
              + " an error that does not go with whether the question was sent");
    }
    if (!open.isEmpty()) {
      throw Failure.ofCounts("replies", "", open);
    }
    return counts;
  }

  private ReplyCounts counts(long planned) {
    SortedMap<String, Long> errors = new TreeMap<>();
    kinds.stream()
        .filter(kind -> !kind.isAnswered())
        .forEach(kind -> errors.put(kind.kind(), kind.questions()));
    long requests = total(Kind::requests);
    boolean told = total(Kind::told) == total(Kind::answers);
    return new ReplyCounts(
        planned,
        total(Kind::questions) - errors(Kind::questions),
        errors,
        total(Kind::counted),
        total(Kind::uncounted),
        told
            ? List.of(new SentRequests(requests, total(Kind::tries), total(Kind::reused)))
            : List.of());
  }

  private long total(ToLongFunction<Kind> number) {
    return kinds.stream().mapToLong(number).sum();
  }

  private long errors(ToLongFunction<Kind> number) {
    return kinds.stream().filter(kind -> !kind.isAnswered()).mapToLong(number).sum();
  }
}

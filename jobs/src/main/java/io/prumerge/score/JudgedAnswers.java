package io.prumerge.score;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.console.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Replaces answers by a judge's words about them. The driver sends the requests, because such a
 * benchmark has hundreds of answers, not millions, and services limit the rate of requests.
 */
final class JudgedAnswers {

  /** Number of concurrent requests. */
  private static final int AT_A_TIME = 4;

  /** Number of consecutive failures that end all requests. */
  private static final int MOST_FAILURES = 8;

  private static final String ANSWER = "answer";
  private static final String ERROR = "error";

  /** Sends a request, or finds the reply to an earlier one. */
  interface Asking {
    String reply(String questionId, JudgeRequest request) throws IOException;
  }

  private final SparkSession spark;
  private final Judging judging;
  private final Optional<String> prompt;
  private final Map<String, BenchmarkQuestion> questions = new HashMap<>();
  private final AtomicInteger failuresInARow = new AtomicInteger();

  /**
   * @param prompt the judge's instructions; empty = ours
   */
  JudgedAnswers(SparkSession spark, QuestionSet asked, Judging judging, Optional<String> prompt) {
    this.spark = spark;
    this.judging = judging;
    this.prompt = prompt;
    asked.inOrder().forEachRemaining(question -> questions.put(question.id(), question));
  }

  /**
   * Replaces answers with the judge's. Rows with an error or without an answer stay. An answer that
   * cannot be judged becomes an error.
   *
   * @param given columns {@code question_id}, {@code answer}, {@code error} and others
   * @throws Failure if no answer can be judged
   */
  JudgedRows of(Dataset<Row> given, Asking asking) {
    List<Future<Row>> judged = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int asked = 0;
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      Iterator<Row> answers = given.toLocalIterator();
      while (answers.hasNext()) {
        Row row = answers.next();
        asked += isAsked(row) ? 1 : 0;
        judged.add(threads.submit(() -> judged(row, asking, failures)));
      }
      for (Future<Row> row : judged) {
        rows.add(row.get());
      }
    } catch (ExecutionException e) {
      throw asUnchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("Interrupted while the judge was asked");
    } finally {
      threads.shutdownNow();
    }
    if (!failures.isEmpty() && failures.size() == asked) {
      throw new Failure(failures.get(0));
    }
    return new JudgedRows(spark.createDataFrame(rows, given.schema()), List.copyOf(failures));
  }

  private static RuntimeException asUnchecked(Throwable problem) {
    if (problem instanceof Error) {
      throw (Error) problem;
    }
    return (RuntimeException) problem;
  }

  private static boolean isAsked(Row row) {
    return !row.isNullAt(row.fieldIndex(ANSWER)) && row.isNullAt(row.fieldIndex(ERROR));
  }

  private Row judged(Row row, Asking asking, List<String> failures) {
    int answer = row.fieldIndex(ANSWER);
    int error = row.fieldIndex(ERROR);
    if (!isAsked(row)) {
      return row;
    }
    BenchmarkQuestion question = questions.get(row.<String>getAs("question_id"));
    try {
      String words =
          judging.ask(
              request -> asking.reply(question.id(), request),
              prompt,
              question,
              row.getString(answer));
      failuresInARow.set(0);
      return with(row, answer, words);
    } catch (IOException e) {
      if (failuresInARow.incrementAndGet() >= MOST_FAILURES) {
        throw new Failure(e.getMessage());
      }
      synchronized (failures) {
        failures.add(e.getMessage());
      }
      return with(with(row, answer, null), error, "judge: " + e.getMessage());
    }
  }

  private static Row with(Row row, int column, String text) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == column ? text : row.get(i);
    }
    return RowFactory.create(values);
  }
}

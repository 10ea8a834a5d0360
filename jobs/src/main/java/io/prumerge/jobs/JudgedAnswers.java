package io.prumerge.jobs;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.Judging;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Answers replaced by a judge's words about them. The driver asks, for the answers of such a
 * benchmark are hundreds, not millions, and services limit how often they may be asked.
 */
final class JudgedAnswers {

  /** How many requests are under way at a time. */
  private static final int AT_A_TIME = 4;

  private static final String ANSWER = "answer";

  private final SparkSession spark;
  private final Judging judging;
  private final Optional<String> prompt;
  private final Map<String, BenchmarkQuestion> questions = new HashMap<>();

  /**
   * @param prompt what the judge is told; empty = a wording of ours
   */
  JudgedAnswers(SparkSession spark, AskedQuestions asked, Optional<String> prompt) {
    this.spark = spark;
    this.prompt = prompt;
    judging = asked.benchmark().judging().orElseThrow();
    asked.list().forEach(question -> questions.put(question.id(), question));
  }

  /**
   * The same rows with other answers; those with an error or without an answer stay.
   *
   * @param given columns {@code question_id}, {@code answer}, {@code error} and others
   * @throws Failure when the judge cannot be reached
   */
  Dataset<Row> of(Dataset<Row> given, Judge judge) {
    List<Future<Row>> judged = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      Iterator<Row> answers = given.toLocalIterator();
      while (answers.hasNext()) {
        Row row = answers.next();
        judged.add(threads.submit(() -> judged(row, judge)));
      }
      for (Future<Row> row : judged) {
        rows.add(row.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException
          ? new Failure(e.getCause().getMessage())
          : asUnchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("Interrupted while the judge was asked");
    } finally {
      threads.shutdownNow();
    }
    return spark.createDataFrame(rows, given.schema());
  }

  private static RuntimeException asUnchecked(Throwable problem) {
    if (problem instanceof Error) {
      throw (Error) problem;
    }
    return (RuntimeException) problem;
  }

  private Row judged(Row row, Judge judge) throws IOException {
    int answer = row.fieldIndex(ANSWER);
    if (row.isNullAt(answer) || !row.isNullAt(row.fieldIndex("error"))) {
      return row;
    }
    BenchmarkQuestion question = questions.get(row.<String>getAs("question_id"));
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    values[answer] = judging.ask(judge, prompt, question, row.getString(answer));
    return RowFactory.create(values);
  }
}

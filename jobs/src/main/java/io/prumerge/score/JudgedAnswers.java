package io.prumerge.score;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.console.Failure;
import io.prumerge.source.DataException;
import io.prumerge.store.Json;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
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

  /**
   * Judged answers.
   *
   * @param rows the answers' rows with a judge's words, or with an error
   * @param failures the reasons why answers could not be judged, one per answer
   */
  record Judged(Dataset<Row> rows, List<String> failures) {}

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
  JudgedAnswers(SparkSession spark, QuestionSet asked, Optional<String> prompt) {
    this.spark = spark;
    this.prompt = prompt;
    judging = asked.benchmark().judging().orElseThrow();
    asked.inOrder().forEachRemaining(question -> questions.put(question.id(), question));
  }

  /**
   * Replaces answers with the judge's. Rows with an error or without an answer stay. An answer that
   * cannot be judged becomes an error.
   *
   * @param given columns {@code question_id}, {@code answer}, {@code error} and others
   * @throws Failure if no answer can be judged
   */
  Judged of(Dataset<Row> given, Asking asking) {
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
    return new Judged(spark.createDataFrame(rows, given.schema()), List.copyOf(failures));
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

  /**
   * Keeps a judge's replies, which cost money, in a file of JSON Lines. Each reply is written at
   * once, and no request is sent twice. Thread-safe.
   */
  static final class KeptReplies implements AutoCloseable {

    /**
     * A request's identity.
     *
     * @param questionId of the question that an answer was given to
     */
    record Asked(
        String model,
        String questionId,
        String system,
        String user,
        double temperature,
        int maxTokens) {

      static Asked of(String model, String questionId, JudgeRequest request) {
        return new Asked(
            model,
            questionId,
            request.system(),
            request.user(),
            request.temperature(),
            request.maxTokens());
      }
    }

    /** A line of the file. */
    record Kept(Asked asked, String reply) {}

    private final Map<Asked, String> replies = new HashMap<>();
    private final Path file;
    private final FSDataOutputStream out;

    private KeptReplies(Path file, FileSystem fs) throws IOException {
      this.file = file;
      boolean there = fs.exists(file);
      if (there) {
        read(fs);
      }
      try {
        out = there ? fs.append(file) : fs.create(file, false);
      } catch (UnsupportedOperationException e) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Cannot keep the judge's replies in %s: its file system cannot append to a file;"
                    + " name an output folder on a disk or on HDFS",
                file),
            e);
      }
      if (there) {
        // An incomplete last line stays a line of its own.
        out.write('\n');
      }
    }

    /** Opens a new or an existing file. */
    static KeptReplies open(Path file, Configuration hadoop) throws IOException {
      FileSystem fs = file.getFileSystem(hadoop);
      // Files with checksums cannot be appended to.
      return new KeptReplies(
          file, fs instanceof LocalFileSystem ? ((LocalFileSystem) fs).getRawFileSystem() : fs);
    }

    private void read(FileSystem fs) throws IOException {
      List<String> lines;
      try (InputStream in = fs.open(file)) {
        lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          read(lines.get(i), i + 1);
        }
      }
    }

    private void read(String line, int number) {
      try {
        Kept kept = Json.read(line, Kept.class);
        replies.put(kept.asked(), kept.reply());
      } catch (IllegalArgumentException e) {
        if (line.endsWith("}")) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s:%d: not a judge's reply: %s; correct or delete the line",
                  file,
                  number,
                  e.getMessage()),
              e);
        }
        // An incomplete line: the request is sent again.
      }
    }

    /** Returns the kept reply, or asks the judge and keeps the new one. */
    String reply(Judge judge, Asked asked, JudgeRequest request) throws IOException {
      synchronized (this) {
        String kept = replies.get(asked);
        if (kept != null) {
          return kept;
        }
      }
      String reply = judge.reply(request);
      synchronized (this) {
        replies.put(asked, reply);
        try {
          out.write((Json.line(new Kept(asked, reply)) + "\n").getBytes(StandardCharsets.UTF_8));
          out.hflush();
        } catch (IOException | FSError e) {
          throw WriteException.of(file, e);
        }
      }
      return reply;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}

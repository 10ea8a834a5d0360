package io.prumerge.score;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;

import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.prepare.LineFiles;
import io.prumerge.prepare.StagedQuestion;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.store.Json;
import io.prumerge.store.SparkInput;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.CoGroupFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Answers from files, each with its question as {@link QuestionsOfKey} finds it. The driver matches
 * them if it holds the questions, and so no more answers than those. Else it streams them into
 * files as those of the questions are, and executors match them.
 *
 * @param rows {@code question_id}, {@code answer}, and what files say of it: {@code error} in the
 *     place of an answer, {@code prompt}, {@code generated_tokens} and {@code logged_score}, each
 *     null if unknown
 * @param model the first that a file names
 */
record MatchedAnswers(Dataset<Row> rows, long count, Optional<String> model) {

  private static final StructType MATCHED =
      StructType.fromDDL(
          "question_id STRING, answer STRING, error STRING, prompt STRING, generated_tokens INT,"
              + " logged_score DOUBLE");

  /** Of an answer that is refused. */
  private static final Object[] NOTHING = new Object[MATCHED.size()];

  /** Rows travel inside the tasks that read them, whose size is limited. */
  private static final int ROWS_PER_TASK = 4096;

  /** Streams answers. */
  interface Reading {

    /**
     * @return the answers that cannot be read
     * @throws DataException naming the place where a file is invalid
     */
    LeftOutRows read(Consumer<GivenAnswer> sink) throws IOException;
  }

  /**
   * Reads answers.
   *
   * @param key what the answers' keys are
   * @param set tells this set from others to the same questions
   * @param leftOut takes those to questions that were left out
   * @throws DataException for the first answer that is invalid or that {@link QuestionsOfKey#next}
   *     refuses; or if an answer cannot be read, so that it is not certain whose the next ones are
   */
  static MatchedAnswers read(
      SparkSession spark,
      QuestionSet asked,
      QuestionKey key,
      int set,
      Reading reading,
      LeftOutAnswers leftOut)
      throws IOException {
    Optional<Path> folder = asked.folder();
    return folder.isPresent()
        ? new Staged(spark, asked, key, new Path(folder.get(), "set-" + set)).read(reading, leftOut)
        : held(spark, asked, key, reading, leftOut);
  }

  private static MatchedAnswers held(
      SparkSession spark,
      QuestionSet asked,
      QuestionKey key,
      Reading reading,
      LeftOutAnswers leftOut)
      throws IOException {
    Function<String, QuestionsOfKey> questions =
        QuestionsOfKey.all(asked.benchmark(), key, asked.inOrder());
    FirstModel model = new FirstModel();
    List<Row> rows = new ArrayList<>();
    Set<String> open = new TreeSet<>();
    LeftOutRows unread =
        reading.read(
            model.andThen(
                answer -> {
                  QuestionsOfKey asking = questions.apply(answer.key());
                  if (asking.isNone() && leftOut.mayAnswer(answer.key())) {
                    leftOut.ignore(1);
                    return;
                  }
                  rows.add(row(asking.next(answer).id(), answer));
                  if (asking.isOpen()) {
                    open.add(answer.key());
                  } else {
                    open.remove(answer.key());
                  }
                }));
    requireCertain(unread, () -> open.stream().findFirst());
    Dataset<Row> table =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(rows, rows.size() / ROWS_PER_TASK + 1),
            MATCHED);
    return new MatchedAnswers(table, rows.size(), model.first);
  }

  /** Returns these answers as those of a model, if it is known. */
  MatchedAnswers of(Optional<String> known) {
    return new MatchedAnswers(rows, count, known.or(() -> model));
  }

  /** Returns a row of {@link #MATCHED}. */
  private static Row row(String question, GivenAnswer answer) {
    return RowFactory.create(matched(question, answer));
  }

  private static Object[] matched(String question, GivenAnswer answer) {
    AnswerFacts facts = answer.facts();
    return new Object[] {
      question,
      facts.failure().isPresent() ? null : answer.text(),
      facts.failure().map(ErrorKind.LOGGED_FAILURE::with).orElse(null),
      answer.prompt().orElse(null),
      Optionals.orNull(facts.generated()),
      Optionals.orNull(facts.score())
    };
  }

  /**
   * Refuses answers of one key that are told apart by their order, if one of them may be missing.
   *
   * @param open gives a key with questions after the last one that is answered; asked only if
   *     answers are missing, as it may read all of them
   */
  private static void requireCertain(LeftOutRows unread, Supplier<Optional<String>> open) {
    if (unread.count() == 0) {
      return;
    }
    Optional<String> key = open.get();
    if (key.isPresent()) {
      throw new DataException(
          Text.format(
              "Several questions are called '%s', so answers belong to them in their order, but %s",
              key.get(), unread.reasons()));
    }
  }

  /** Remembers the first model that answers name. */
  private static final class FirstModel implements Consumer<GivenAnswer> {

    private Optional<String> first = Optional.empty();

    @Override
    public void accept(GivenAnswer answer) {
      first = first.or(answer::model);
    }
  }

  /** Answers that lie in files until executors have matched them. */
  static final class Staged {

    /** Answers in their order, as they were given. */
    private static final StructType GIVEN =
        StructType.fromDDL(
            "position BIGINT, key STRING, text STRING, prompt STRING, truth STRING, place STRING,"
                + " failure STRING, generated INT, score DOUBLE");

    /**
     * {@link #MATCHED}, or why an answer is refused; the key of an answer to no question, and one
     * that is {@link QuestionsOfKey#isOpen open} after its last answer.
     */
    private static final StructType CHECKED =
        MATCHED
            .add("position", "bigint")
            .add("refused_in_code", "string")
            .add("refused_on_command_line", "string")
            .add("foreign_key", "string")
            .add("open_key", "string");

    /** A line of {@link #GIVEN}; what is not known is null. */
    private record Line(
        long position,
        String key,
        String text,
        String prompt,
        String truth,
        String place,
        String failure,
        Integer generated,
        Double score) {

      static Line of(long position, GivenAnswer answer) {
        return new Line(
            position,
            answer.key(),
            answer.text(),
            answer.prompt().orElse(null),
            answer.truth().orElse(null),
            answer.where(),
            answer.facts().failure().orElse(null),
            Optionals.orNull(answer.facts().generated()),
            Optionals.orNull(answer.facts().score()));
      }

      /** Returns the answer of a row of {@link #GIVEN}. */
      static GivenAnswer read(Row row) {
        return new GivenAnswer(
            row.getString(1),
            row.getString(2),
            Optional.empty(),
            Optional.ofNullable(row.getString(3)),
            Optional.ofNullable(row.getString(4)),
            row.getString(5),
            new AnswerFacts(
                Optional.ofNullable(row.getString(6)),
                Optionals.ofNullable((Integer) row.get(7)),
                Optionals.ofNullable((Double) row.get(8))));
      }
    }

    private final SparkSession spark;
    private final QuestionSet asked;
    private final QuestionKey key;
    private final Path given;
    private final Path checked;

    /**
     * @param folder of the files, which has no answers yet
     */
    Staged(SparkSession spark, QuestionSet asked, QuestionKey key, Path folder) {
      this.spark = spark;
      this.asked = asked;
      this.key = key;
      this.given = new Path(folder, "answers");
      this.checked = new Path(folder, "checked");
    }

    MatchedAnswers read(Reading reading, LeftOutAnswers leftOut) throws IOException {
      FirstModel model = new FirstModel();
      FileSystem fs = given.getFileSystem(spark.sparkContext().hadoopConfiguration());
      fs.mkdirs(given);
      LineFiles files = new LineFiles(fs, given);
      Optional<DataException> invalid = Optional.empty();
      LeftOutRows unread = new LeftOutRows();
      try (files) {
        unread =
            reading.read(
                model.andThen(
                    answer ->
                        files.add(
                            Json.line(Line.of(files.count(), answer))
                                .getBytes(StandardCharsets.UTF_8))));
      } catch (DataException e) {
        invalid = Optional.of(e); // an answer before that place may be refused
      }
      Dataset<Row> matched = check();
      WriteException.naming(checked.toString(), () -> matched.write().parquet(checked.toString()));
      Dataset<Row> table = SparkInput.parquet(spark, CHECKED, checked.toString());
      Object[] ignored = ignored(table, leftOut);
      requireNoneRefused(
          table.where(
              ignored.length == 0
                  ? lit(true)
                  : coalesce(not(col("foreign_key").isin(ignored)), lit(true))));
      if (invalid.isPresent()) {
        throw invalid.get();
      }
      requireCertain(
          unread,
          () ->
              table
                  .where("open_key IS NOT NULL")
                  .orderBy("open_key")
                  .limit(1)
                  .select("open_key")
                  .as(Encoders.STRING())
                  .collectAsList()
                  .stream()
                  .findFirst());
      long foreign =
          ignored.length == 0 ? 0 : table.where(col("foreign_key").isin(ignored)).count();
      leftOut.ignore(foreign);
      return new MatchedAnswers(
          table.where("question_id IS NOT NULL").selectExpr(MATCHED.fieldNames()),
          files.count() - foreign,
          model.first);
    }

    /** Returns the keys of answers to questions that were left out. */
    private static Object[] ignored(Dataset<Row> table, LeftOutAnswers leftOut) {
      if (leftOut.isNone()) {
        return new Object[0];
      }
      Dataset<Row> foreign =
          table
              .where("foreign_key IS NOT NULL")
              .groupBy("foreign_key")
              .agg(min("position").as("position"))
              .orderBy("position")
              .limit(leftOut.mostKeys());
      return foreign.collectAsList().stream()
          .map(row -> row.getString(0))
          .filter(leftOut::mayAnswer)
          .toArray();
    }

    /** Returns rows of {@link #CHECKED}; of the refused answers of a key only the first. */
    private Dataset<Row> check() {
      String name = asked.benchmark().name();
      Benchmarks benchmarks = Benchmarks.with(asked.benchmark());
      QuestionKey of = key; // a task needs no more of this
      Column[] order = {col("position")};
      return SparkInput.reader(spark)
          .schema(GIVEN)
          .option("mode", "FAILFAST")
          .json(SparkInput.named(given.toString()))
          .groupByKey((MapFunction<Row, String>) row -> row.getString(1), Encoders.STRING())
          .cogroupSorted(
              asked
                  .rows()
                  .groupByKey(
                      (MapFunction<Row, String>)
                          row -> of.of(benchmarks.named(name), StagedQuestion.question(row)),
                      Encoders.STRING()),
              order,
              order,
              (CoGroupFunction<String, Row, Row, Row>)
                  (one, answers, questions) ->
                      checked(benchmarks.named(name), of, answers, questions),
              Encoders.row(CHECKED));
    }

    private static Iterator<Row> checked(
        Benchmark benchmark, QuestionKey key, Iterator<Row> answers, Iterator<Row> staged) {
      QuestionsOfKey questions =
          new QuestionsOfKey(
              benchmark,
              key,
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  return staged.hasNext();
                }

                @Override
                public BenchmarkQuestion next() {
                  return StagedQuestion.question(staged.next());
                }
              });
      return new Iterator<>() {
        private boolean refused;
        private String open;

        @Override
        public boolean hasNext() {
          return !refused && (answers.hasNext() || open != null);
        }

        @Override
        public Row next() {
          if (!answers.hasNext()) {
            Row last = checked(NOTHING, null, null, null, null, open);
            open = null;
            return last;
          }
          Row row = answers.next();
          long position = row.getLong(0);
          GivenAnswer answer = Line.read(row);
          String foreign = questions.isNone() ? answer.key() : null;
          try {
            String question = questions.next(answer).id();
            open = questions.isOpen() ? answer.key() : null;
            return checked(matched(question, answer), position, null, null, null, null);
          } catch (DataException e) {
            refused = foreign == null; // all answers to no question count
            open = null;
            Wording why = e.wording();
            return checked(NOTHING, position, why.inCode(), why.onCommandLine(), foreign, null);
          }
        }
      };
    }

    /** Returns a row of {@link #CHECKED}, from the values of {@link #MATCHED} and the others. */
    private static Row checked(Object[] matched, Object... more) {
      return RowFactory.create(Stream.of(matched, more).flatMap(Arrays::stream).toArray());
    }

    private static void requireNoneRefused(Dataset<Row> table) {
      List<Row> first =
          table.where("refused_in_code IS NOT NULL").orderBy("position").limit(1).collectAsList();
      if (!first.isEmpty()) {
        Row row = first.get(0);
        throw new DataException(
            new Wording(
                row.<String>getAs("refused_in_code"),
                row.<String>getAs("refused_on_command_line")));
      }
    }
  }

  /**
   * The questions that have one {@link QuestionKey}. The n-th answer with that key belongs to the
   * n-th of them.
   */
  static final class QuestionsOfKey {

    private static final int SHOWN = 200;

    private final Benchmark benchmark;
    private final QuestionKey key;
    private final Iterator<BenchmarkQuestion> questions;
    private Optional<String> before = Optional.empty();

    /**
     * @param questions in the order of the benchmark's files
     */
    QuestionsOfKey(Benchmark benchmark, QuestionKey key, Iterator<BenchmarkQuestion> questions) {
      this.benchmark = benchmark;
      this.key = key;
      this.questions = questions;
    }

    /** Returns all questions by their keys. A key that no question has gives none. */
    static Function<String, QuestionsOfKey> all(
        Benchmark benchmark, QuestionKey kind, Iterator<BenchmarkQuestion> questions) {
      Map<String, List<BenchmarkQuestion>> lists = new HashMap<>();
      questions.forEachRemaining(
          question ->
              lists
                  .computeIfAbsent(kind.of(benchmark, question), key -> new ArrayList<>(1))
                  .add(question));
      Map<String, QuestionsOfKey> keys = new HashMap<>();
      return key ->
          keys.computeIfAbsent(
              key,
              one ->
                  new QuestionsOfKey(
                      benchmark,
                      kind,
                      lists.getOrDefault(one, Collections.emptyList()).iterator()));
    }

    /** Returns whether no question has this key. */
    boolean isNone() {
      return before.isEmpty() && !questions.hasNext();
    }

    /** Returns whether some of the questions, but not all, have been answered. */
    boolean isOpen() {
      return before.isPresent() && questions.hasNext();
    }

    /**
     * Returns the question of the next answer.
     *
     * @param answer one with these questions' key, in the order of the answer files
     * @throws DataException with the place of an answer that belongs to no question, is a
     *     duplicate, or has another prompt or right answer than the source
     */
    BenchmarkQuestion next(GivenAnswer answer) {
      try {
        return matched(answer);
      } catch (DataException e) {
        throw e.ofFile(); // the answer can be read
      }
    }

    private BenchmarkQuestion matched(GivenAnswer answer) {
      if (!questions.hasNext()) {
        throw before
            .map(
                place ->
                    new DataException(
                        Text.format(
                            "%s: question '%s' is answered in %s already",
                            answer.where(), answer.key(), place)))
            .orElseGet(
                () ->
                    new DataException(
                        Text.format(
                            "%s: '%s' is no question of the %s files",
                            answer.where(), answer.key(), benchmark.name())));
      }
      BenchmarkQuestion question = questions.next();
      if (key == QuestionKey.OF_FILES) {
        requireSame(question, answer);
      }
      before = Optional.of(answer.where());
      return question;
    }

    /** Refuses answers to another benchmark or release whose ids happen to be the same. */
    private void requireSame(BenchmarkQuestion question, GivenAnswer answer) {
      if (answer.prompt().isPresent() && !benchmark.asks(answer.prompt().get(), question)) {
        throw new DataException(
            Text.format(
                "%s: its prompt is '%s', but question '%s' of the %s files is '%s';"
                    + " are these answers to other questions?",
                answer.where(),
                shortened(answer.prompt().get()),
                answer.key(),
                benchmark.name(),
                shortened(question.question())));
      }
      Optional<String> truth = question.answers().stream().findFirst();
      if (answer.truth().isPresent()
          && truth.isPresent()
          && !answer.truth().get().strip().equalsIgnoreCase(truth.get().strip())) {
        throw new DataException(
            Text.format(
                "%s: the right answer to '%s' is '%s' here, but '%s' in the %s files;"
                    + " are they of one release?",
                answer.where(), answer.key(), answer.truth().get(), truth.get(), benchmark.name()));
      }
    }

    private static String shortened(String text) {
      return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
  }
}

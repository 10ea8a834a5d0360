package io.prumerge.score;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.not;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.Submission;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.Result;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Scores answers against a benchmark's files, without a model. */
public final class ScoreAnswers {

  /** Stands in for what answer files do not tell. */
  private static final String ANSWER_FILES = "answers";

  /** Ends the name of the file with a judge's replies. */
  static final String REPLIES = ".judged.jsonl";

  /** Rows travel inside the tasks that read them, whose size is limited. */
  private static final int ROWS_PER_TASK = 4096;

  /**
   * Answers, or a judge's words about them.
   *
   * @param rows of {@link Scores#ANSWERS}
   * @param otherSplits the same, of splits that were not asked about
   */
  private record Given(Dataset<Row> rows, boolean judged, Dataset<Row> otherSplits) {}

  private final SparkSession spark;
  private final Folders folders;

  public ScoreAnswers(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * The metrics of the asked profile; a question without an answer counts as missing. Where no
   * question has a reference, as in test splits, answers can only be exported.
   */
  public ScoredAnswers run(ScoreOptions options) throws IOException {
    Optional<Path> output = absent(Setting.OUTPUT, options.output());
    Optional<Path> export = absent(Setting.EXPORT, options.export());
    SourceFiles sources = folders.sources(options.sources(), options.split());
    QuestionSet asked = QuestionSet.read(options.benchmark(), sources);
    Given answers = answers(options, asked);
    Dataset<Row> given = answers.rows();
    List<Row> results = Coverage.of(given, asked.positions(spark));
    if (results.isEmpty()) {
      throw none(answers, options);
    }
    Dataset<Row> scores = Table.SCORES.of(spark, List.of());
    Optional<JudgedAnswers.Judged> comparable = comparable(answers, options, asked);
    if (comparable.isPresent()) {
      scores =
          Scores.of(
              complete(comparable.get().rows(), given, results, asked),
              asked.references(spark, options.splitName()),
              options.profile());
    }
    if (output.isPresent()) {
      Path table = new Path(output.get(), Table.SCORES.folder());
      Table.SCORES.write(scores, table.toString());
      scores = Table.SCORES.written(spark, List.of(table.toString()));
    }
    Measurements measurements = Metrics.of(scores, Inference.against(Inference.BASELINE));
    List<Result> scored = measurements.results();
    if (scored.isEmpty() && export.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "There is nothing to score with: no question in %s has a reference answer",
              String.join(", ", options.sources())));
    }
    if (output.isPresent()) {
      List<Row> metrics = measurements.metrics().stream().map(Metric::row).toList();
      Table.METRICS.write(
          Table.METRICS.of(spark, metrics).coalesce(1),
          new Path(output.get(), Table.METRICS.folder()).toString());
    }
    List<Submitted> submissions = new ArrayList<>();
    if (export.isPresent()) {
      Submission submission = options.benchmark().submission().orElseThrow().of(sources);
      submissions.addAll(
          new SubmissionExport(spark, asked, submission).write(given, results, export.get()));
    }
    return new ScoredAnswers(
        options,
        scored,
        scores,
        submissions,
        empty(results),
        comparable.map(JudgedAnswers.Judged::failures).orElse(List.of()));
  }

  /** The methods none of whose answers has a word. */
  private static List<String> empty(List<Row> results) {
    return results.stream()
        .filter(result -> result.<Long>getAs("texts") == 0)
        .map(result -> result.<String>getAs("method"))
        .toList();
  }

  private static DataException none(Given answers, ScoreOptions options) {
    List<String> splits =
        answers.otherSplits().select("split").distinct().as(Encoders.STRING()).collectAsList();
    return new DataException(
        Wording.of(
            "There are no answers to %s, split %s, in %s%s",
            options.benchmark().name(),
            options.splitName(),
            String.join(", ", options.answers()),
            splits.isEmpty()
                ? ""
                : Wording.of(
                    "; they are of split %s: name it by %s",
                    String.join(", ", splits.stream().sorted().toList()), Setting.SPLIT)));
  }

  private Optional<Path> absent(Setting setting, Optional<String> folder) throws IOException {
    return folder.isPresent()
        ? Optional.of(folders.absent(setting, folder.get()))
        : Optional.empty();
  }

  /**
   * The answers, and rows without one for the questions that a set of answers does not cover. Which
   * image such a question is about is known by name only, so then all images go by their names.
   */
  private Dataset<Row> complete(
      Dataset<Row> answers, Dataset<Row> given, List<Row> results, QuestionSet asked) {
    List<Row> partial =
        results.stream()
            .filter(result -> result.<Long>getAs("questions") < asked.list().size())
            .toList();
    if (partial.isEmpty()) {
      return answers;
    }
    StructType schema = partial.get(0).schema();
    String[] key = Arrays.copyOf(Coverage.RESULT, Coverage.RESULT.length + 1);
    key[Coverage.RESULT.length] = "question_id";
    Dataset<Row> missing =
        asked
            .positions(spark)
            .select("question_id")
            .crossJoin(
                broadcast(spark.createDataFrame(partial, schema).selectExpr(Coverage.RESULT)))
            .join(given, key, "left_anti")
            .withColumn("answer", expr("CAST(NULL AS STRING)"))
            .withColumn("error", expr("CAST(NULL AS STRING)"))
            .withColumn("image_sha256", expr("CAST(NULL AS STRING)"));
    return answers.withColumn("image_sha256", expr("CAST(NULL AS STRING)")).unionByName(missing);
  }

  /**
   * What scoring takes: the answers, or a judge's words where no rule can score answers. Nothing
   * where there is no judge but answers can be exported.
   */
  private Optional<JudgedAnswers.Judged> comparable(
      Given given, ScoreOptions options, QuestionSet asked) throws IOException {
    if (given.judged() && options.judge().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s: what %s names are a judge's words already", Setting.JUDGE, Setting.ANSWERS));
    }
    if (given.judged() && options.export().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s: what %s names are a judge's words about answers, not the answers",
              Setting.EXPORT, Setting.ANSWERS));
    }
    if (given.judged() || options.benchmark().judging().isEmpty()) {
      return Optional.of(new JudgedAnswers.Judged(given.rows(), List.of()));
    }
    if (options.judge().isPresent()) {
      return Optional.of(judged(given.rows(), options.judge().get(), asked, repliesOf(options)));
    }
    if (options.export().isPresent()) {
      return Optional.empty();
    }
    throw new UsageException(
        Wording.of(
            "No rule can score answers to %s: give the files with a judge's grades or reviews as %s, or ask one with %s URL",
            options.benchmark().name(), Setting.ANSWERS, Setting.JUDGE));
  }

  /** Where a judge's replies are kept: beside what is written. */
  private Path repliesOf(ScoreOptions options) {
    return options.output().isPresent()
        ? folders.qualified(Setting.OUTPUT, options.output().get()).suffix(REPLIES)
        : folders.qualified(Setting.EXPORT, options.export().orElseThrow()).suffix(REPLIES);
  }

  private JudgedAnswers.Judged judged(
      Dataset<Row> given, JudgeOptions options, QuestionSet asked, Path file) throws IOException {
    String model = options.model(asked.benchmark());
    Judge judge = options.judge(asked.benchmark());
    try (KeptReplies replies = KeptReplies.open(file, folders.hadoop())) {
      return new JudgedAnswers(spark, asked, options.prompt(folders))
          .of(
              given,
              (question, request) ->
                  replies.reply(judge, KeptReplies.Asked.of(model, question, request), request));
    }
  }

  private Given answers(ScoreOptions options, QuestionSet asked) throws IOException {
    List<String> tables = new ArrayList<>();
    List<AnswerFiles.Place> files = new ArrayList<>();
    for (String answers : options.answers()) {
      Path path = folders.present(Setting.ANSWERS, answers);
      Optional<Path> table = predictions(path);
      if (table.isPresent()) {
        tables.add(table.get().toString());
      } else {
        files.add(new AnswerFiles.Place(answers, path));
      }
    }
    if (!tables.isEmpty() && !files.isEmpty()) {
      throw new UsageException(
          Wording.of("%s takes answer files or predictions, not both together", Setting.ANSWERS));
    }
    if (files.isEmpty()) {
      Dataset<Row> predictions =
          Table.PREDICTIONS
              .read(spark, tables)
              .where(col("benchmark").equalTo(options.benchmark().name()))
              .selectExpr(Scores.ANSWERS.fieldNames());
      Column own = col("split").equalTo(options.splitName());
      return new Given(predictions.where(own), false, predictions.where(not(own)));
    }
    AnswerFiles reader = new AnswerFiles(asked);
    Dataset<Row> rows = fromFiles(reader.read(files, folders.hadoop()), options);
    return new Given(rows, reader.judged(), rows.limit(0));
  }

  /** The table of predictions at {@code path}: a run's, a folder of Parquet files, or one file. */
  private Optional<Path> predictions(Path path) throws IOException {
    FileSystem fs = folders.fileSystem(path);
    Path inRun = new Path(path, Table.PREDICTIONS.folder());
    if (fs.getFileStatus(path).isDirectory() && fs.exists(inRun)) {
      return Optional.of(inRun);
    }
    for (FileStatus file : fs.listStatus(path)) {
      if (file.isFile() && file.getPath().getName().endsWith(".parquet")) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private Dataset<Row> fromFiles(List<AnswerFiles.Matched> answers, ScoreOptions options) {
    List<Row> rows = new ArrayList<>(answers.size());
    String model =
        answers.stream()
            .flatMap(matched -> matched.answer().model().stream())
            .findFirst()
            .orElse(ANSWER_FILES);
    for (AnswerFiles.Matched matched : answers) {
      rows.add(
          RowFactory.create(
              ANSWER_FILES,
              model,
              options.benchmark().name(),
              options.splitName(),
              ANSWER_FILES,
              matched.question().id(),
              matched.answer().text(),
              null,
              null));
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size() / ROWS_PER_TASK + 1),
        Scores.ANSWERS);
  }
}

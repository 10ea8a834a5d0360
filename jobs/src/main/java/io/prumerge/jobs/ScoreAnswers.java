package io.prumerge.jobs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.DataException;
import io.prumerge.benchmark.SourceFiles;
import io.prumerge.benchmark.Submission;
import io.prumerge.report.Inference;
import io.prumerge.report.Measurements;
import io.prumerge.report.Metric;
import io.prumerge.report.Metrics;
import io.prumerge.report.Result;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Scores answers against a benchmark's files, without a model. */
final class ScoreAnswers {

  /** Stands in for what answer files do not tell. */
  private static final String ANSWER_FILES = "answers";

  private static final StructType ANSWERS =
      StructType.fromDDL(
          "run_id STRING, model STRING, benchmark STRING, split STRING, method STRING,"
              + " question_id STRING, answer STRING, error STRING");

  /** Rows travel inside the tasks that read them, whose size is limited. */
  private static final int ROWS_PER_TASK = 4096;

  /**
   * Answers, or a judge's words about them.
   *
   * @param rows of {@link #ANSWERS}
   */
  private record Given(Dataset<Row> rows, boolean judged) {}

  private final SparkSession spark;
  private final Folders folders;

  ScoreAnswers(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * The metrics of the asked profile; a question without an answer counts as missing. Where no
   * question has a reference, as in test splits, answers can only be exported.
   */
  ScoredAnswers run(ScoreOptions options) throws IOException {
    Optional<Path> output = absent("--output", options.output());
    Optional<Path> export = absent("--export", options.export());
    SourceFiles sources = folders.sources(options.sources(), options.split());
    AskedQuestions asked = AskedQuestions.read(options.benchmark(), sources);
    Given answers = answers(options, asked);
    Dataset<Row> given = answers.rows();
    List<Row> results = Coverage.of(given, asked.positions(spark));
    if (results.isEmpty()) {
      throw new DataException(
          "There are no answers to %s in %s"
              .formatted(options.benchmark().name(), String.join(", ", options.answers())));
    }
    Dataset<Row> scores = Table.SCORES.of(spark, List.of());
    Optional<Dataset<Row>> comparable = comparable(answers, options, asked);
    if (comparable.isPresent()) {
      scores =
          Scores.of(
              comparable.get().unionByName(missing(given, results, asked)),
              asked.references(spark, splits(results)),
              options.profile());
    }
    if (output.isPresent()) {
      Path table = new Path(output.get(), Table.SCORES.folder());
      Table.SCORES.write(scores, table.toString());
      scores = Table.SCORES.read(spark, List.of(table.toString()));
    }
    Measurements measurements = Metrics.of(scores, Inference.against(Evaluate.BASELINE));
    List<Result> scored = measurements.results();
    if (scored.isEmpty() && export.isEmpty()) {
      throw new DataException(
          "There is nothing to score with: no question in %s has a reference answer"
              .formatted(String.join(", ", options.sources())));
    }
    if (output.isPresent()) {
      List<Row> metrics = measurements.metrics().stream().map(Metric::row).toList();
      Table.METRICS.write(
          Table.METRICS.of(spark, metrics).coalesce(1),
          new Path(output.get(), Table.METRICS.folder()).toString());
    }
    List<Path> submissions = new ArrayList<>();
    if (export.isPresent()) {
      Submission submission = options.benchmark().submission().orElseThrow().of(sources);
      submissions.addAll(
          new SubmissionExport(spark, asked, submission).write(given, results, export.get()));
    }
    return new ScoredAnswers(options, scored, submissions);
  }

  private Optional<Path> absent(String option, Optional<String> folder) throws IOException {
    return folder.isPresent()
        ? Optional.of(folders.absent(option, folder.get()))
        : Optional.empty();
  }

  private static List<String> splits(List<Row> results) {
    return results.stream().map(result -> result.<String>getAs("split")).distinct().toList();
  }

  /** Rows without an answer for the questions that a set of answers does not cover. */
  private Dataset<Row> missing(Dataset<Row> given, List<Row> results, AskedQuestions asked) {
    List<Row> partial =
        results.stream()
            .filter(result -> result.<Long>getAs("questions") < asked.list().size())
            .toList();
    if (partial.isEmpty()) {
      return spark.createDataFrame(List.of(), ANSWERS);
    }
    StructType schema = partial.get(0).schema();
    String[] key = Arrays.copyOf(Coverage.RESULT, Coverage.RESULT.length + 1);
    key[Coverage.RESULT.length] = "question_id";
    return asked
        .positions(spark)
        .select("question_id")
        .crossJoin(broadcast(spark.createDataFrame(partial, schema).selectExpr(Coverage.RESULT)))
        .join(given, key, "left_anti")
        .withColumn("answer", expr("CAST(NULL AS STRING)"))
        .withColumn("error", expr("CAST(NULL AS STRING)"));
  }

  /**
   * What scoring takes: the answers, or a judge's words where no rule can score answers. Nothing
   * where there is no judge but answers can be exported.
   */
  private Optional<Dataset<Row>> comparable(Given given, ScoreOptions options, AskedQuestions asked)
      throws IOException {
    if (given.judged() && options.judge().isPresent()) {
      throw new UsageException("--judge: what --answers names are a judge's words already");
    }
    if (given.judged() && options.export().isPresent()) {
      throw new UsageException(
          "--export: what --answers names are a judge's words about answers, not the answers");
    }
    if (given.judged() || options.benchmark().judging().isEmpty()) {
      return Optional.of(given.rows());
    }
    if (options.judge().isPresent()) {
      JudgeOptions judge = options.judge().get();
      return Optional.of(
          new JudgedAnswers(spark, asked, judge.prompt(folders))
              .of(given.rows(), judge.judge(asked.benchmark())));
    }
    if (options.export().isPresent()) {
      return Optional.empty();
    }
    throw new UsageException(
        "No rule can score answers to %s: give the files with a judge's grades or reviews as --answers, or ask one with --judge URL"
            .formatted(options.benchmark().name()));
  }

  private Given answers(ScoreOptions options, AskedQuestions asked) throws IOException {
    List<String> tables = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (String answers : options.answers()) {
      Path path = folders.present("--answers", answers);
      Optional<Path> table = predictions(path);
      if (table.isPresent()) {
        tables.add(table.get().toString());
      } else {
        files.add(path);
      }
    }
    if (!tables.isEmpty() && !files.isEmpty()) {
      throw new UsageException("--answers takes answer files or predictions, not both together");
    }
    if (files.isEmpty()) {
      return new Given(
          Table.PREDICTIONS
              .read(spark, tables)
              .where(col("benchmark").equalTo(options.benchmark().name()))
              .selectExpr(ANSWERS.fieldNames()),
          false);
    }
    AnswerFiles reader = new AnswerFiles(asked);
    return new Given(fromFiles(reader.read(files, folders.hadoop()), options), reader.judged());
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
              options.benchmark().defaultSplit(),
              ANSWER_FILES,
              matched.question().id(),
              matched.answer().text(),
              null));
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size() / ROWS_PER_TASK + 1),
        ANSWERS);
  }
}

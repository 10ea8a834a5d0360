package io.prumerge.jobs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.DataException;
import io.prumerge.benchmark.ImagePlace;
import io.prumerge.benchmark.JsonLines;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.report.Metric;
import io.prumerge.report.Metrics;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final StructType QUESTIONS =
      StructType.fromDDL(
          "question_id STRING, image_id STRING, category STRING, answers ARRAY<STRING>");
  private static final StructType ANSWERS =
      StructType.fromDDL(
          "run_id STRING, model STRING, benchmark STRING, split STRING, method STRING,"
              + " question_id STRING, answer STRING, error STRING");
  private static final String[] RESULT = {"run_id", "model", "benchmark", "split", "method"};

  private final SparkSession spark;
  private final Folders folders;

  ScoreAnswers(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /** The metrics of the asked profile; a question without an answer counts as missing. */
  ScoredAnswers run(ScoreOptions options) throws IOException {
    Optional<Path> output = Optional.empty();
    if (options.output().isPresent()) {
      output = Optional.of(folders.absent("--output", options.output().get()));
    }
    Map<String, BenchmarkQuestion> questions = new LinkedHashMap<>();
    options
        .benchmark()
        .read(
            folders.sources(options.sources()),
            PromptProfile.LLAVA,
            question -> questions.put(question.id(), question));
    Dataset<Row> asked = table(rows(questions), QUESTIONS);
    Dataset<Row> given = answers(options, questions);
    requireAsked(given, asked, options);
    Dataset<Row> predictions =
        asked
            .crossJoin(broadcast(given.selectExpr(RESULT).distinct()))
            .join(
                given,
                new String[] {"run_id", "model", "benchmark", "split", "method", "question_id"},
                "left");
    Dataset<Row> scores =
        Scores.of(
                predictions,
                predictions.select("benchmark", "split", "question_id", "answers").distinct())
            .where(col("profile").equalTo(options.profile()));
    List<Metric> metrics = Metrics.of(predictions, scores);
    if (metrics.isEmpty()) {
      throw new DataException(
          "There is nothing to score with: no question in %s has a reference answer"
              .formatted(String.join(", ", options.sources())));
    }
    if (output.isPresent()) {
      Table.SCORES.write(scores, new Path(output.get(), Table.SCORES.folder()).toString());
      Table.METRICS.write(
          Table.METRICS.of(spark, Metrics.rows(metrics, Evaluate.BASELINE)).coalesce(1),
          new Path(output.get(), Table.METRICS.folder()).toString());
    }
    return new ScoredAnswers(metrics);
  }

  /** Rows as an RDD: as a local relation Spark would copy them into every plan it makes. */
  private Dataset<Row> table(List<Row> rows, StructType schema) {
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows), schema);
  }

  private static List<Row> rows(Map<String, BenchmarkQuestion> questions) {
    return questions.values().stream()
        .map(
            question ->
                RowFactory.create(
                    question.id(),
                    question.image().map(ImagePlace::id).orElse(null),
                    question.category(),
                    question.answers().toArray(String[]::new)))
        .toList();
  }

  private Dataset<Row> answers(ScoreOptions options, Map<String, BenchmarkQuestion> questions)
      throws IOException {
    List<String> tables = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (String answers : options.answers()) {
      Path path = folders.present("--answers", answers);
      if (folders.fileSystem(path).getFileStatus(path).isFile()) {
        files.add(path);
      } else {
        Path inRun = new Path(path, Table.PREDICTIONS.folder());
        tables.add((folders.fileSystem(path).exists(inRun) ? inRun : path).toString());
      }
    }
    if (!tables.isEmpty() && !files.isEmpty()) {
      throw new UsageException("--answers takes answer files or predictions, not both together");
    }
    return files.isEmpty()
        ? Table.PREDICTIONS
            .read(spark, tables)
            .where(col("benchmark").equalTo(options.benchmark().name()))
            .selectExpr(ANSWERS.fieldNames())
        : table(fromFiles(files, options, questions), ANSWERS);
  }

  /** Lines {@code question_id}, {@code text} and whatever else; several files are one set. */
  private List<Row> fromFiles(
      List<Path> files, ScoreOptions options, Map<String, BenchmarkQuestion> questions)
      throws IOException {
    QuestionIds ids = new QuestionIds();
    Map<String, String> places = new HashMap<>();
    List<Row> rows = new ArrayList<>();
    for (Path file : files) {
      JsonLines.read(
          file,
          folders.hadoop(),
          line -> {
            String fileId = line.id("question_id").asText();
            String before = places.put(fileId, line.where());
            String id = ids.next(fileId);
            if (!questions.containsKey(id)) {
              throw line.error(
                  before == null
                      ? "question_id %s is none of this benchmark's files".formatted(fileId)
                      : "question_id %s is answered in %s already".formatted(fileId, before));
            }
            rows.add(
                RowFactory.create(
                    ANSWER_FILES,
                    line.optionalText("model_id").orElse(ANSWER_FILES),
                    options.benchmark().name(),
                    options.benchmark().defaultSplit(),
                    ANSWER_FILES,
                    id,
                    line.text("text"),
                    null));
          });
    }
    return rows;
  }

  private static void requireAsked(Dataset<Row> given, Dataset<Row> asked, ScoreOptions options) {
    List<Row> foreign =
        given.join(asked, new String[] {"question_id"}, "left_anti").limit(1).collectAsList();
    if (!foreign.isEmpty()) {
      throw new DataException(
          "The answers hold question %s, which is not in %s"
              .formatted(
                  foreign.get(0).<String>getAs("question_id"),
                  String.join(", ", options.sources())));
    }
    if (given.isEmpty()) {
      throw new DataException(
          "There are no answers to %s in %s"
              .formatted(options.benchmark().name(), String.join(", ", options.answers())));
    }
  }
}

package io.prumerge.score;

import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.DistinctIds;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.spark.NamedRow;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.ScalaMaps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A benchmark's questions, in the order of its files.
 *
 * @param list on the driver: a benchmark has far fewer questions than answers
 */
record QuestionSet(Benchmark benchmark, List<BenchmarkQuestion> list) {

  /** Column of a question's position in the files, from 0. */
  static final String POSITION = "position";

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "position BIGINT, question_id STRING, image_id STRING, question STRING, category STRING,"
              + " answers ARRAY<STRING>, options ARRAY<STRING>, extra MAP<STRING, STRING>");

  /** Rows travel inside the tasks that read them, whose size is limited. */
  private static final int ROWS_PER_TASK = 4096;

  /**
   * Reads the questions, with the ids that {@code prepare} gives them.
   *
   * @throws DataException as {@link DistinctIds#next}
   */
  static QuestionSet read(Benchmark benchmark, SourceFiles source) throws IOException {
    List<BenchmarkQuestion> list = new ArrayList<>();
    DistinctIds ids = new DistinctIds(benchmark.repeatsIds());
    benchmark.read(
        source,
        PromptProfile.LLAVA,
        question -> list.add(question.withId(ids.next(question.id()))));
    return new QuestionSet(benchmark, List.copyOf(list));
  }

  /** Returns the same with the images' sizes, if the benchmark needs them. */
  QuestionSet sized(SparkSession spark) {
    return benchmark.needsImageSize()
        ? new QuestionSet(benchmark, ImageSizes.added(spark, list))
        : this;
  }

  /** Returns {@link #POSITION} and {@code question_id}. */
  Dataset<Row> positions(SparkSession spark) {
    return table(spark).select(POSITION, "question_id");
  }

  /**
   * Returns rows of {@link QuestionTable#SCHEMA}.
   *
   * @param split the answers' name of the split of these questions
   */
  Dataset<Row> references(SparkSession spark, String split) {
    return table(spark)
        .withColumn("benchmark", lit(benchmark.name()))
        .withColumn("split", lit(split))
        .selectExpr(QuestionTable.SCHEMA.fieldNames());
  }

  /** As an RDD: a local relation would be copied into every plan that Spark makes. */
  private Dataset<Row> table(SparkSession spark) {
    List<Row> rows = new ArrayList<>(list.size());
    for (BenchmarkQuestion question : list) {
      rows.add(
          new NamedRow(SCHEMA)
              .with(POSITION, (long) rows.size())
              .with("question_id", question.id())
              .with("image_id", question.image().map(ImagePlace::id).orElse(null))
              .with("question", question.question())
              .with("category", question.category())
              .with("answers", question.answers().toArray(String[]::new))
              .with("options", question.options().toArray(String[]::new))
              .with("extra", ScalaMaps.of(question.extra()))
              .row());
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size() / ROWS_PER_TASK + 1),
        SCHEMA);
  }
}

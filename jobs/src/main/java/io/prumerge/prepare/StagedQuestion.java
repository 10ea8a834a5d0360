package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.ExampleQuestion;
import io.prumerge.store.SparkInput;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A question that was read but not yet grouped by image.
 *
 * @param position in the files, from 0
 * @param textOnly whether the question has no image
 * @param id the id of the image, or of several; the question's own id if it has no image
 * @param place of the image as {@link ImagePlace#json}; null for a text-only question
 */
public record StagedQuestion(
    long position, boolean textOnly, String id, String place, ExampleQuestion question) {

  /** SQL of whether a row of {@link #SCHEMA} has a video. */
  static final String IS_VIDEO = ImagePlace.sql(ImagePlace.Video.KIND);

  /** SQL of the name of the video of a row of {@link #SCHEMA}; null without one. */
  public static final String VIDEO = "if(" + IS_VIDEO + ", get_json_object(place, '$.name'), NULL)";

  /** Stands between a repeated id and its number. */
  private static final String MARK = "#";

  /** Escapes everything but ASCII, because a lone surrogate cannot be written as UTF-8. */
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build()
          .writerFor(StagedQuestion.class);

  /** Schema of the staged files. */
  public static final StructType SCHEMA =
      StructType.fromDDL("position BIGINT, text_only BOOLEAN, id STRING, place STRING")
          .add("question", ExampleQuestion.COLUMNS.schema());

  public static StagedQuestion of(long position, BenchmarkQuestion question) {
    Optional<ImagePlace> image = question.image();
    return new StagedQuestion(
        position,
        image.isEmpty(),
        image.map(ImagePlace::id).orElse(question.id()),
        image.map(ImagePlace::json).orElse(null),
        row(question));
  }

  /** Returns a question as the examples table has it. */
  static ExampleQuestion row(BenchmarkQuestion question) {
    return new ExampleQuestion(
        question.id(),
        question.prompt(),
        question.question(),
        question.category(),
        question.answers(),
        question.options(),
        Optionals.orNull(question.maxNewTokens()),
        question.extra());
  }

  /**
   * Reads staged questions.
   *
   * @param source reads lines of {@link #json}
   * @return rows of {@link #SCHEMA}
   */
  public static Dataset<Row> read(
      SparkSession spark, Function<DataFrameReader, Dataset<Row>> source) {
    return source.apply(SparkInput.reader(spark).schema(SCHEMA).option("mode", "FAILFAST"));
  }

  /**
   * Makes the ids of questions distinct: if ids may repeat, the n-th question with an id gets
   * {@code id#n}.
   *
   * @param staged rows of {@link #SCHEMA}, and others
   */
  public static Dataset<Row> distinct(Dataset<Row> staged) {
    return staged
        .withColumn(
            "nth", expr("row_number() OVER (PARTITION BY question.question_id ORDER BY position)"))
        .withColumn(
            "new_id",
            expr(
                Text.format(
                    "concat(question.question_id, if(nth = 1, '', concat('%s', CAST(nth AS"
                        + " STRING))))",
                    MARK)))
        .withColumn("question", col("question").withField("question_id", col("new_id")))
        .withColumn("id", expr("if(text_only, new_id, id)"))
        .drop("nth", "new_id");
  }

  /**
   * Checks that no two questions have the same id.
   *
   * @param questions columns {@code id} and {@code position}
   * @throws DataException naming an id and where it stands
   */
  public static void requireUnique(Dataset<Row> questions) {
    List<Row> twice =
        questions
            .groupBy("id")
            .agg(expr("min(position)"), expr("max(position)"))
            .where("min(position) < max(position)")
            .limit(1)
            .collectAsList();
    if (!twice.isEmpty()) {
      Row one = twice.get(0);
      throw new DataException(
          Text.format(
              "The questions %d and %d, counted from 1, have the same id %s; each question needs"
                  + " its own",
              one.getLong(1) + 1, one.getLong(2) + 1, one.getString(0)));
    }
  }

  /** Returns the question of a row of {@link #SCHEMA}. */
  public static BenchmarkQuestion question(Row staged) {
    ExampleQuestion text = ExampleQuestion.COLUMNS.record(staged.getStruct(4));
    return new BenchmarkQuestion(
        text.questionId(),
        staged.getBoolean(1)
            ? Optional.empty()
            : Optional.of(ImagePlace.parse(staged.getString(3))),
        text.prompt(),
        Optionals.ofNullable(text.maxNewTokens()),
        new Reference(
            text.question(), text.category(), text.answers(), text.options(), text.extra()));
  }

  /** Returns this question as a line of JSON. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write question " + id + " as JSON", e);
    }
  }
}

package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.DistinctIds;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Staged questions grouped by image, in parts. Images are in the order in which they first appear;
 * the part of an image depends only on the questions.
 */
final class QuestionGroups {

  /** Columns of an image with its questions, which are in no order. */
  static final StructType SCHEMA =
      new StructType()
          .add("first", DataTypes.LongType)
          .add("text_only", DataTypes.BooleanType)
          .add("id", DataTypes.StringType)
          .add("place", StagedQuestion.SCHEMA.apply("place").dataType())
          .add(
              "questions",
              DataTypes.createArrayType(
                  new StructType()
                      .add("position", DataTypes.LongType)
                      .add("question", StagedQuestion.SCHEMA.apply("question").dataType())));

  private static final String PART = "part";

  /**
   * One of the parts.
   *
   * @param number of the part; empty parts are left out
   * @param images number of its images and text-only questions
   */
  record Part(int number, long images) {}

  private final SparkSession spark;
  private final Path folder;

  /**
   * @param folder for the groups; must not exist
   */
  QuestionGroups(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Groups the staged questions and writes the parts.
   *
   * @param staged folder of JSON lines
   * @param repeatsIds whether ids repeat and become {@code id#n}
   * @param limit at least so many questions, images kept whole
   * @param perPart a part has the images that first appear among so many questions
   */
  void write(Path staged, boolean repeatsIds, OptionalLong limit, long perPart) {
    Dataset<Row> questions =
        spark
            .read()
            .schema(StagedQuestion.SCHEMA)
            .option("mode", "FAILFAST")
            .json(staged.toString());
    Dataset<Row> groups =
        (repeatsIds ? distinct(questions) : questions)
            .groupBy("text_only", "id")
            .agg(
                expr("min(position) AS first"),
                expr("min_by(place, position) AS place"),
                expr("collect_list(struct(position, question)) AS questions"));
    if (limit.isPresent()) {
      // The questions before an image are at least as many as its first position says.
      groups = groups.where(col("first").lt(limit.getAsLong()));
      groups = groups.where(col("first").leq(last(groups, limit.getAsLong())));
    }
    groups
        .withColumn(PART, expr(String.format(Locale.ROOT, "CAST(first div %d AS INT)", perPart)))
        .select("first", "text_only", "id", "place", "questions", PART)
        .repartition(col(PART))
        .sortWithinPartitions(PART, "first")
        .write()
        .partitionBy(PART)
        .parquet(folder.toString());
  }

  /** Makes ids distinct by the rule of {@link DistinctIds}. */
  private static Dataset<Row> distinct(Dataset<Row> questions) {
    return questions
        .withColumn(
            "nth", expr("row_number() OVER (PARTITION BY question.question_id ORDER BY position)"))
        .withColumn(
            "new_id",
            expr(
                String.format(
                    Locale.ROOT,
                    "concat(question.question_id, if(nth = 1, '', concat('%s', CAST(nth AS STRING))))",
                    DistinctIds.MARK)))
        .withColumn("question", col("question").withField("question_id", col("new_id")))
        .withColumn("id", expr("if(text_only, new_id, id)"))
        .drop("nth", "new_id");
  }

  /**
   * Checks that no two questions have the same id.
   *
   * @throws DataException naming an id and where it stands, as {@link DistinctIds#repeated}
   */
  void requireUnique() {
    Dataset<Row> groups = spark.read().schema(SCHEMA).parquet(folder.toString());
    List<Row> twice =
        groups
            .selectExpr("explode(questions.question.question_id) AS id")
            .groupBy("id")
            .count()
            .where("count > 1")
            .limit(1)
            .collectAsList();
    if (!twice.isEmpty()) {
      String id = twice.get(0).getString(0);
      Row positions =
          groups
              .selectExpr("explode(questions) AS q")
              .where(col("q.question.question_id").equalTo(id))
              .agg(expr("min(q.position)"), expr("max(q.position)"))
              .first();
      throw DistinctIds.repeated(id, positions.getLong(0), positions.getLong(1));
    }
  }

  /** Returns where the last image begins that a limit leaves. */
  private static long last(Dataset<Row> groups, long limit) {
    Iterator<Row> sizes =
        groups.selectExpr("first", "size(questions)").orderBy("first").toLocalIterator();
    long questions = 0;
    long last = -1;
    while (sizes.hasNext() && questions < limit) {
      Row image = sizes.next();
      last = image.getLong(0);
      questions += image.getInt(1);
    }
    return last;
  }

  /** Returns the parts in their order. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (Row part :
        spark
            .read()
            .schema(SCHEMA.add(PART, DataTypes.IntegerType))
            .parquet(folder.toString())
            .groupBy(PART)
            .count()
            .orderBy(PART)
            .collectAsList()) {
      parts.add(new Part(part.getInt(0), part.getLong(1)));
    }
    return parts;
  }

  /** Returns one part's images in their order, split into a number of tasks. */
  Dataset<Row> of(Part part, int tasks) {
    Dataset<Row> images =
        spark.read().schema(SCHEMA).parquet(folder + "/" + PART + "=" + part.number());
    return (tasks == 1 ? images.coalesce(1) : images.repartitionByRange(tasks, col("first")))
        .sortWithinPartitions("first");
  }

  /**
   * A question that was read but not yet grouped by image.
   *
   * @param position in the files, from 0
   * @param textOnly whether the question has no image
   * @param id the id of the image, or of several; the question's own id if it has no image
   * @param place location of the image; null for a text-only question
   */
  record StagedQuestion(long position, boolean textOnly, String id, Place place, Text question) {

    /** Schema of the staged files. */
    static final StructType SCHEMA =
        StructType.fromDDL(
                "position BIGINT, text_only BOOLEAN, id STRING,"
                    + " place STRUCT<file: STRING, start: BIGINT, length: BIGINT, column: STRING,"
                    + " item: INT>")
            .add(
                "question",
                ((ArrayType) Table.EXAMPLES.schema().apply("questions").dataType()).elementType());

    /**
     * An {@link ImagePlace} without its id.
     *
     * @param file empty if the image is a file of its own
     * @param start row of a cell, offset of base64 text
     * @param length of base64 text in bytes
     * @param column of a cell; else empty
     */
    record Place(String file, long start, long length, String column, int item) {

      static Place of(ImagePlace image) {
        if (image instanceof ImagePlace.ParquetCell cell) {
          return new Place(cell.file(), cell.row(), 0, cell.column(), cell.item());
        }
        if (image instanceof ImagePlace.Base64Range range) {
          return new Place(range.file(), range.offset(), range.length(), "", 0);
        }
        return new Place("", 0, 0, "", 0);
      }

      /** Returns the place in the {@code place} column of {@link #SCHEMA}. */
      static ImagePlace of(String id, Row place) {
        String file = place.getString(0);
        String column = place.getString(3);
        if (file.isEmpty()) {
          return id.startsWith(ImagePlace.Several.START)
              ? ImagePlace.Several.of(id)
              : new ImagePlace.InFolder(id);
        }
        return column.isEmpty()
            ? new ImagePlace.Base64Range(id, file, place.getLong(1), place.getLong(2))
            : new ImagePlace.ParquetCell(id, file, place.getLong(1), column, place.getInt(4));
      }
    }

    /** A question as in the examples table. */
    record Text(
        String questionId,
        String prompt,
        String question,
        String category,
        List<String> answers,
        List<String> options,
        Integer maxNewTokens,
        Map<String, String> extra) {}

    static StagedQuestion of(long position, BenchmarkQuestion question) {
      Optional<ImagePlace> image = question.image();
      return new StagedQuestion(
          position,
          image.isEmpty(),
          image.map(ImagePlace::id).orElse(question.id()),
          image.map(Place::of).orElse(null),
          new Text(
              question.id(),
              question.prompt(),
              question.question(),
              question.category(),
              question.answers(),
              question.options(),
              question.maxNewTokens().isPresent()
                  ? (Integer) question.maxNewTokens().getAsInt()
                  : null,
              question.extra()));
    }
  }
}

package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.store.SparkInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Checks that one name stands for one picture, and for one video: questions with one name share a
 * row of the examples table.
 */
final class PictureNames {

  private static final StructType HASHED =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("sha256", DataTypes.StringType)
          .add("place", DataTypes.StringType);

  /** The order of places in their files. */
  private static final Column[] ORDER = {
    expr("get_json_object(place, '$.file')"),
    expr(
        "CAST(coalesce(get_json_object(place, '$.row'), get_json_object(place, '$.offset')) AS"
            + " BIGINT)"),
    col("place")
  };

  private final SparkSession spark;
  private final NamedSplit table;

  /**
   * @param table says how pictures are read
   */
  PictureNames(SparkSession spark, NamedSplit table) {
    this.spark = spark;
    this.table = table;
  }

  /**
   * Checks that all places of a picture, or of the pictures of one prompt, have the same bytes:
   * rows may repeat it. Those that are missing do not count. Reads them in the order of their
   * places.
   *
   * @param places of {@link QuestionGroups#severalPlaces}
   * @throws DataException naming two places
   */
  void requireOnePicture(
      Dataset<Row> places, ImageFolder folder, Broadcast<SerializableConfiguration> hadoop) {
    Dataset<Row> pictures = places.where("NOT " + StagedQuestion.IS_VIDEO);
    if (pictures.isEmpty()) {
      return;
    }
    NamedSplit read = table; // tasks get it without this
    List<Row> two =
        pictures
            .repartitionByRange(spark.sparkContext().defaultParallelism(), ORDER)
            .sortWithinPartitions(ORDER)
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>)
                    rows -> hashed(rows, read, folder, hadoop.value()),
                Encoders.row(HASHED))
            .where("sha256 IS NOT NULL")
            .groupBy("id")
            .agg(
                expr("min(struct(sha256, place)) AS one"),
                expr("max(struct(sha256, place)) AS two"))
            .where("one.sha256 < two.sha256")
            .orderBy("id")
            .selectExpr("id", "one.place", "two.place")
            .limit(1)
            .collectAsList();
    if (!two.isEmpty()) {
      throw new DataException(
          Text.format(
              "Two pictures have the name '%s' and other bytes: that of %s and that of %s."
                  + " Questions with one name are asked about one picture: give each picture a name"
                  + " of its own, in a benchmark's file by columns.image_name or without it",
              two.get(0).getString(0), two.get(0).getString(1), two.get(0).getString(2)));
    }
  }

  private static Iterator<Row> hashed(
      Iterator<Row> rows, NamedSplit table, ImageFolder folder, SerializableConfiguration hadoop) {
    List<Row> hashes = new ArrayList<>();
    try (ImageReader reader = new ImageReader(folder, RowPictures.MAX_BYTES, hadoop.value());
        RowMemory memory = RowMemory.ofTask(RowMemory.OF_PICTURES)) {
      while (rows.hasNext()) {
        Row row = rows.next();
        ImagePlace place = ImagePlace.parse(row.getString(1));
        RowPictures pictures = RowPictures.read(place.single(), table, reader, memory);
        hashes.add(
            RowFactory.create(row.getString(0), pictures.sha256().orElse(null), place.where()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hashes.iterator();
  }

  /**
   * Checks that rows do not disagree about a video's frames per second: those of one clip tell the
   * same, or none of them any; those of its other parts no others.
   *
   * @param staged folder of JSON lines
   * @throws DataException naming a question of each rate
   */
  void requireOneRate(Path staged) {
    List<Row> several =
        StagedQuestion.read(spark, reader -> reader.json(SparkInput.named(staged.toString())))
            .where(StagedQuestion.IS_VIDEO)
            .selectExpr(
                "id",
                StagedQuestion.VIDEO + " AS name",
                "get_json_object(place, '$.fps') AS fps",
                "position",
                "question.question_id AS question")
            .selectExpr(
                "*",
                "explode(array(struct(name, id), struct(name, CAST(NULL AS STRING) AS id))) AS"
                    + " clip")
            .where("clip.id IS NOT NULL OR fps IS NOT NULL")
            .groupBy("clip", "fps")
            .agg(expr("min(position) AS first"), expr("min_by(question, position) AS question"))
            .groupBy("clip")
            .agg(expr("sort_array(collect_list(struct(first, fps, question))) AS rates"))
            .where("size(rates) > 1")
            .orderBy("rates")
            .selectExpr("clip.name", "rates")
            .limit(1)
            .collectAsList();
    if (!several.isEmpty()) {
      throw new DataException(
          Text.format(
              "The rows of the video '%s' disagree about its frames per second: %s. A video has one"
                  + " rate: make the column fps say it in all of its rows, or in none",
              several.get(0).getString(0),
              several.get(0).<Row>getList(1).stream()
                  .map(
                      rate ->
                          Text.format(
                              "%s (question %s)",
                              rate.isNullAt(1) ? "none" : rate.getString(1), rate.getString(2)))
                  .collect(Collectors.joining(", "))));
    }
  }
}

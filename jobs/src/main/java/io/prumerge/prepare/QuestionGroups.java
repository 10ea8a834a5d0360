package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.SparkInput;
import io.prumerge.store.WriteException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Staged questions grouped by image, in parts. Images are in the order in which they first appear;
 * the part of an image depends only on the questions.
 */
final class QuestionGroups {

  /**
   * Columns of an image with its questions, which are in no order, and the other places that rows
   * name for it.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("first", DataTypes.LongType)
          .add("text_only", DataTypes.BooleanType)
          .add("id", DataTypes.StringType)
          .add("place", DataTypes.StringType)
          .add(
              "questions",
              DataTypes.createArrayType(
                  new StructType()
                      .add("position", DataTypes.LongType)
                      .add("question", StagedQuestion.SCHEMA.apply("question").dataType())))
          .add("others", DataTypes.createArrayType(DataTypes.StringType));

  private static final String PART = "part";

  /** SQL of the number of pictures of a group, whose id names them if they are several. */
  private static final String PICTURES =
      Text.format(
          "if(text_only, 0, if(%s, json_array_length(id), 1))",
          ImagePlace.sql(ImagePlace.Several.KIND));

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
   * @param options whose limit is kept to; images stay whole, and units that join them
   * @param perPart a part has the images that first appear among so many questions
   */
  void write(Path staged, PrepareOptions options, long perPart) {
    OptionalLong limit = options.limit();
    Dataset<Row> questions =
        StagedQuestion.read(spark, reader -> reader.json(SparkInput.named(staged.toString())));
    Dataset<Row> groups =
        (options.benchmark().repeatsIds() ? StagedQuestion.distinct(questions) : questions)
            .groupBy("text_only", "id")
            .agg(
                expr("min(position) AS first"),
                expr("min_by(place, position) AS place"),
                expr("collect_list(struct(position, question)) AS questions"),
                expr("array_except(collect_set(place), array(min_by(place, position))) AS others"));
    if (limit.isPresent()) {
      String order = options.order() == LimitOrder.FILES ? "first" : ExampleKeys.STAGED_KEY;
      groups =
          groups.where(
              options.benchmark().joinsImages()
                  ? withUnits(groups, order, limit.getAsLong())
                  : upTo(groups, order, limit.getAsLong()));
    }
    Dataset<Row> kept = groups;
    WriteException.naming(
        folder.toString(),
        () ->
            kept.withColumn(PART, expr(Text.format("CAST(first div %d AS INT)", perPart)))
                .select("first", "text_only", "id", "place", "questions", "others", PART)
                .repartition(col(PART))
                .sortWithinPartitions(PART, "first")
                .write()
                .partitionBy(PART)
                .parquet(folder.toString()));
  }

  /**
   * Checks that no two questions have the same id.
   *
   * @throws DataException as {@link StagedQuestion#requireUnique}
   */
  void requireUnique() {
    StagedQuestion.requireUnique(questions());
  }

  /**
   * Returns the condition on images that a limit leaves, with all that units join to them.
   *
   * @param order SQL by which images are in order
   */
  private static Column withUnits(Dataset<Row> groups, String order, long limit) {
    WholeUnits<Object> images = new WholeUnits<>();
    groups
        .selectExpr(
            order + " AS place", "size(questions)", WholeUnits.sql("question.question.extra"))
        .orderBy("place")
        .toLocalIterator()
        .forEachRemaining(row -> images.add(row.get(0), row.getInt(1), row.getList(2)));
    ChosenImages<Object> chosen = images.first(limit);
    return chosen
        .last()
        .map(last -> expr(order).leq(last))
        .orElse(lit(false))
        .or(expr(order).isin(chosen.others().toArray()));
  }

  /** Returns the condition on images that a limit leaves. */
  private static Column upTo(Dataset<Row> groups, String order, long limit) {
    Iterator<Row> sizes =
        groups
            .selectExpr(order + " AS place", "size(questions)")
            .orderBy("place")
            .limit((int) Math.min(limit, Integer.MAX_VALUE))
            .toLocalIterator();
    long questions = 0;
    Column all = lit(false);
    while (sizes.hasNext() && questions < limit) {
      Row image = sizes.next();
      all = expr(order).leq(image.get(0));
      questions += image.getInt(1);
    }
    return all;
  }

  /** Returns the id and each place of the images that have several. */
  Dataset<Row> severalPlaces() {
    return SparkInput.parquet(spark, SCHEMA, folder.toString())
        .where("size(others) > 0")
        .selectExpr("id", "explode(concat(array(place), others)) AS place");
  }

  /** Returns the ids of all questions. */
  List<String> ids() {
    return questions().select("id").as(Encoders.STRING()).collectAsList();
  }

  private Dataset<Row> questions() {
    return SparkInput.parquet(spark, SCHEMA, folder.toString())
        .selectExpr("inline(questions)")
        .selectExpr("question.question_id AS id", "position");
  }

  /** Returns the parts in their order. */
  List<GroupPart> parts() {
    return SparkInput.parquet(spark, SCHEMA.add(PART, DataTypes.IntegerType), folder.toString())
        .selectExpr(PART, "text_only", "size(questions) AS number", PICTURES + " AS pictures")
        .groupBy(PART)
        .agg(
            expr("count(1)"),
            expr("sum(number)"),
            expr("sum(if(text_only, number, 0))"),
            expr("sum(pictures)"))
        .collectAsList()
        .stream()
        .map(
            part ->
                new GroupPart(
                    part.getInt(0),
                    part.getLong(1),
                    new GroupCounts(part.getLong(2), part.getLong(3), part.getLong(4))))
        .sorted(Comparator.comparingInt(GroupPart::number))
        .toList();
  }

  /** Returns one part's images in their order, split into a number of tasks. */
  Dataset<Row> of(GroupPart part, int tasks) {
    Dataset<Row> images =
        SparkInput.parquet(spark, SCHEMA, folder + "/" + PART + "=" + part.number());
    return (tasks == 1 ? images.coalesce(1) : images.repartitionByRange(tasks, col("first")))
        .sortWithinPartitions("first");
  }
}

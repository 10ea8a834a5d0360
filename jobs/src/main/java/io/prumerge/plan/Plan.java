package io.prumerge.plan;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.prepare.CheckedExamples;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.prepare.ExampleProtocols;
import io.prumerge.prepare.SplitContents;
import io.prumerge.source.DataException;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.SparkInput;
import io.prumerge.store.Table;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which images a run covers. The driver streams their keys and hashes and holds a few prompts.
 *
 * @param rows all planned rows, of {@link Table#EXAMPLES}
 * @param files of the examples, which the chunks depend on in addition to the contents
 * @param tables that the examples come from
 * @param contents totals and hashes of the planned images and questions
 * @param limited whether the rows are only the first images of each benchmark
 */
public record Plan(
    Dataset<Row> rows,
    ExampleFiles files,
    PreparedTables tables,
    PlanContents contents,
    boolean limited) {

  private static final String DATA_FRAME = "the DataFrame";

  /**
   * Plans the examples at {@code paths}, in the order of their keys. Reads no example if every
   * table has a valid manifest, no two tables share a benchmark and split, and there is no limit.
   *
   * @param limit questions per benchmark, or slightly more: an image keeps all its questions
   * @throws DataException if an image or question occurs twice in the examples, or tables without a
   *     manifest have other flaws
   */
  static Plan of(SparkSession spark, List<String> paths, OptionalLong limit) throws IOException {
    PreparedTables tables = PreparedTables.at(spark, paths);
    String origin = String.join(", ", paths);
    Dataset<Row> all =
        ExampleKeys.named(
                tables.written()
                    ? Table.EXAMPLES.written(spark, paths)
                    : CheckedExamples.of(Table.EXAMPLES.read(spark, paths), origin))
            .withColumn(ExampleFiles.COLUMN, expr(ExampleFiles.NAME));
    return of(all, ExampleFiles.of(all), tables, limit, origin);
  }

  /** Plans rows of {@link Table#EXAMPLES} of any origin. Their chunks depend on their keys only. */
  static Plan of(Dataset<Row> rows, OptionalLong limit) {
    SparkInput.requireWhole(rows, DATA_FRAME);
    return of(
        ExampleKeys.named(CheckedExamples.of(rows, DATA_FRAME)),
        ExampleFiles.NONE,
        PreparedTables.NONE,
        limit,
        DATA_FRAME);
  }

  private static Plan of(
      Dataset<Row> all,
      ExampleFiles files,
      PreparedTables tables,
      OptionalLong limit,
      String origin) {
    Dataset<Row> rows = limit.isEmpty() ? all : FirstImages.in(all, tables, limit.getAsLong());
    if (!tables.isKnown()) {
      ExampleKeys.requireUnique(rows);
    }
    PlanContents contents = PlanContents.of(splits(rows, tables, limit));
    if (contents.images() == 0) {
      throw new DataException("There are no examples in " + origin);
    }
    return new Plan(rows, files, tables, contents, limit.isPresent());
  }

  private static List<SplitContents> splits(
      Dataset<Row> rows, PreparedTables tables, OptionalLong limit) {
    if (tables.isKnown() && limit.isEmpty()) {
      return tables.contents();
    }
    long most = tables.isKnown() ? tables.rows(limit.orElseThrow()) : rows.count();
    return SplitContents.all(ExampleKeys.sorted(rows, most));
  }

  /** Returns whether the manifests of the tables describe all that is planned. */
  private boolean isKnown() {
    return tables.isKnown() && !limited;
  }

  /** Returns the benchmarks that the examples are of, among others. */
  public Benchmarks benchmarks() {
    return tables.benchmarks();
  }

  /**
   * Returns the prompts of a sample of images, in proportion to the benchmarks' sizes and the same
   * at every call.
   */
  List<String> somePrompts() {
    return isKnown() ? tables.somePrompts() : ExampleKeys.somePrompts(rows, contents.images());
  }

  /** Returns the sizes of the contents, with the different images counted, which may be a job. */
  public List<BenchmarkSize> sizes() {
    if (isKnown()) {
      return contents.benchmarks();
    }
    Map<List<String>, Long> different = ExampleKeys.differentImages(rows);
    return contents.benchmarks().stream().map(size -> size.telling(different)).toList();
  }

  /**
   * Returns the protocols by which frames of the planned videos were chosen, in the order that
   * {@code prepare} was given; none without a video.
   *
   * @throws DataException if some rows have videos and others images
   */
  List<FrameProtocol> protocols() {
    return tables.isKnown() ? tables.protocols() : ExampleProtocols.of(rows);
  }

  /** Returns what the planned pictures and videos are like. */
  PlannedPictures pictures() {
    return new PlannedPictures(rows);
  }

  /** Returns the planned rows in chunks. */
  public ChunkedRows chunked(PlannedChunks chunks) {
    return new ChunkedRows(rows, files.count(), limited, chunks);
  }

  /**
   * Returns the distinct texts of questions about pictures, or some of them, the same at every
   * call.
   */
  public List<String> distinctPrompts(int most) {
    return rows
        .where("image_id IS NOT NULL")
        .selectExpr("inline(questions)")
        .select("prompt")
        .where("prompt IS NOT NULL")
        .distinct()
        .orderBy(expr("sha2(prompt, 256)"))
        .limit(most)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** Returns the first planned questions. */
  public List<PlannedQuestion> first(int most) {
    return rows
        .selectExpr(
            "benchmark",
            "split",
            "if(image_id IS NULL, 0, 1 + if(more_images IS NULL, 0, size(more_images))) AS images",
            "inline(questions)")
        .selectExpr("benchmark", "split", "question_id", "prompt", "images")
        .limit(most)
        .collectAsList()
        .stream()
        .map(
            row ->
                new PlannedQuestion(
                    row.getString(0),
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getInt(4)))
        .toList();
  }

  /** Returns the planned questions for scoring: rows of {@link QuestionTable#SCHEMA}. */
  public Dataset<Row> references() {
    return references(rows);
  }

  /** Returns the questions of examples for scoring, as {@link #references()}. */
  static Dataset<Row> references(Dataset<Row> examples) {
    return examples
        .selectExpr("benchmark", "split", "image_id", "inline(questions)")
        .selectExpr(QuestionTable.SCHEMA.fieldNames());
  }
}

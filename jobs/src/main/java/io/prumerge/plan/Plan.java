package io.prumerge.plan;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.lang.Text;
import io.prumerge.prepare.CheckedExamples;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.prepare.ExampleProtocols;
import io.prumerge.prepare.SplitContents;
import io.prumerge.source.DataException;
import io.prumerge.source.TableVersion;
import io.prumerge.store.CountsRow;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.SparkInput;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Which images a run covers. The driver streams their keys and hashes and holds a few prompts. */
public final class Plan {

  /** The column with the number of a row's chunk. */
  public static final String CHUNK = "chunk";

  /** The column with the name of a row's file; only rows of {@code prepare}'s folders have it. */
  public static final String FILE = ExampleFiles.COLUMN;

  private static final String DATA_FRAME = "the DataFrame";

  static final String[] KEY = ExampleKeys.columns();

  /**
   * With at least this many files per chunk, a chunk consists of whole files and reads no others.
   */
  static final int FILES_PER_CHUNK = 16;

  private final Dataset<Row> rows;
  private final ExampleFiles files;
  private final PlanContents contents;
  private final boolean limited;
  private final Supplier<List<String>> prompts;
  private final Supplier<List<BenchmarkSize>> sizes;
  private final Supplier<List<FrameProtocol>> protocols;
  private final Optional<String> flawed;
  private final List<LeftOut> leftOut;
  private final List<AskedPrompts> wordings;
  private final List<TableVersion> tables;
  private final List<String> counted;
  private final List<CountsRow> counts;
  private final Benchmarks benchmarks;

  private Plan(
      Dataset<Row> rows,
      ExampleFiles files,
      PlanContents contents,
      PreparedTables tables,
      boolean limited,
      Supplier<List<String>> prompts,
      Supplier<List<BenchmarkSize>> sizes) {
    this.rows = rows;
    this.files = files;
    this.contents = contents;
    this.flawed = tables.flawed();
    this.leftOut = tables.leftOut();
    this.wordings = tables.wordings();
    this.tables = tables.read();
    this.counted = tables.counted();
    this.counts = tables.counts();
    this.benchmarks = tables.benchmarkFiles();
    this.limited = limited;
    this.prompts = prompts;
    this.sizes = sizes;
    this.protocols = tables.isKnown() ? tables::protocols : () -> ExampleProtocols.of(rows);
  }

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
    Dataset<Row> examples = chosen(all, tables, limit);
    if (!tables.isKnown()) {
      ExampleKeys.requireUnique(examples);
    }
    ExampleFiles files = ExampleFiles.of(all);
    Plan plan =
        tables.isKnown() && limit.isEmpty()
            ? known(examples, files, tables)
            : counted(examples, files, tables, limit);
    return plan.ofSome(origin);
  }

  /** Plans rows of {@link Table#EXAMPLES} of any origin. Their chunks depend on their keys only. */
  static Plan of(Dataset<Row> rows, OptionalLong limit) {
    SparkInput.requireWhole(rows, DATA_FRAME);
    Dataset<Row> all = ExampleKeys.named(CheckedExamples.of(rows, DATA_FRAME));
    Dataset<Row> examples = chosen(all, PreparedTables.NONE, limit);
    ExampleKeys.requireUnique(examples);
    return counted(examples, ExampleFiles.NONE, PreparedTables.NONE, limit).ofSome(DATA_FRAME);
  }

  private Plan ofSome(String origin) {
    if (contents.images() == 0) {
      throw new DataException("There are no examples in " + origin);
    }
    return this;
  }

  private static Plan known(Dataset<Row> examples, ExampleFiles files, PreparedTables tables) {
    PlanContents contents = PlanContents.of(tables.contents());
    return new Plan(
        examples, files, contents, tables, false, tables::somePrompts, contents::benchmarks);
  }

  private static Plan counted(
      Dataset<Row> examples, ExampleFiles files, PreparedTables tables, OptionalLong limit) {
    // The manifests of a plan without a limit say everything: none gets here.
    long most = tables.isKnown() ? tables.rows(limit.orElseThrow()) : examples.count();
    PlanContents contents = PlanContents.of(SplitContents.all(ExampleKeys.sorted(examples, most)));
    return new Plan(
        examples,
        files,
        contents,
        tables,
        limit.isPresent(),
        () -> ExampleKeys.somePrompts(examples, contents.images()),
        () -> {
          Map<List<String>, Long> different = ExampleKeys.differentImages(examples);
          return contents.benchmarks().stream().map(size -> size.telling(different)).toList();
        });
  }

  private static Dataset<Row> chosen(
      Dataset<Row> examples, PreparedTables tables, OptionalLong limit) {
    if (limit.isEmpty()) {
      return examples;
    }
    List<String> benchmarks =
        tables.isKnown() ? tables.benchmarks() : FirstImages.benchmarks(examples);
    return examples.where(
        FirstImages.of(examples, benchmarks, tables.benchmarkFiles(), limit.getAsLong()));
  }

  /** Returns the files of the examples, which the chunks depend on in addition to the contents. */
  ExampleFiles files() {
    return files;
  }

  /** Returns the benchmarks that the examples are of, among others. */
  public Benchmarks benchmarks() {
    return benchmarks;
  }

  /** Returns totals and hashes of the planned images and questions. */
  public PlanContents contents() {
    return contents;
  }

  /**
   * Returns how many images {@code prepare} found to be of no use, and how many rows it left out,
   * as a sentence; none if none.
   */
  Optional<String> flawed() {
    return flawed;
  }

  /** Returns what {@code prepare} counted, a sentence for each table. */
  List<String> counted() {
    return counted;
  }

  /** Returns the rows that {@code prepare} left out, by benchmark and split, sorted. */
  public List<LeftOut> leftOut() {
    return leftOut;
  }

  /** Returns how the questions are worded, of those benchmarks and splits of which it is known. */
  public List<AskedPrompts> wordings() {
    return wordings;
  }

  /** Returns the tables of catalogs that the examples come from, with their versions. */
  public List<TableVersion> tables() {
    return tables;
  }

  /**
   * Returns where everything went that {@code prepare} read, for each benchmark's split whose
   * tables all say it.
   */
  public List<CountsRow> counts() {
    return counts;
  }

  /**
   * Returns the prompts of a sample of images, in proportion to the benchmarks' sizes and the same
   * at every call.
   */
  List<String> somePrompts() {
    return prompts.get();
  }

  /** Returns the sizes of the contents, with the different images counted, which may be a job. */
  public List<BenchmarkSize> sizes() {
    return sizes.get();
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

  /**
   * Returns the protocols by which frames of the planned videos were chosen, in the order that
   * {@code prepare} was given; none without a video.
   *
   * @throws DataException if some rows have videos and others images
   */
  List<FrameProtocol> protocols() {
    return protocols.get();
  }

  /**
   * Returns how many frames of a video a protocol chooses; where it says how many a second, the
   * mean of the planned videos that can be shown, rounded up, and at least 1.
   */
  int frames(FrameProtocol protocol) {
    if (protocol.number().rate().isEmpty()) {
      return protocol.number().frames();
    }
    Row mean =
        rows.where("image_sha256 IS NOT NULL")
            .selectExpr(framesOf(Optional.of(new ChosenFrames(protocol))))
            .where("frames > 0")
            .agg(expr("CAST(coalesce(ceil(avg(frames)), 1) AS INT)"))
            .first();
    return mean.getInt(0);
  }

  /**
   * Returns the sizes of the planned images or videos, but for those that are missing or of which
   * no frames can be chosen.
   *
   * @param frames what is seen of the videos; empty for pictures
   */
  List<PlannedSize> pictures(Optional<ChosenFrames> frames) {
    return rows
        .where("image_sha256 IS NOT NULL")
        .selectExpr(
            "coalesce(width, 0) AS width",
            "coalesce(height, 0) AS height",
            "1 + if(more_images IS NULL, 0, size(more_images)) AS images",
            framesOf(frames))
        .where(frames.isPresent() ? "frames > 0" : "true")
        .groupBy("width", "height", "images", "frames")
        .count()
        .collectAsList()
        .stream()
        .map(
            row ->
                new PlannedSize(
                    row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3), row.getLong(4)))
        .toList();
  }

  /** Returns how dense the chosen frames of the planned videos are that can be shown. */
  List<ChosenRate> rates(ChosenFrames chosen) {
    return rows
        .where("image_sha256 IS NOT NULL")
        .selectExpr(
            framesOf(Optional.of(chosen)),
            chosen.fps() + " AS fps",
            chosen.fpsAssumed() + " AS assumed")
        .where("frames > 0 AND fps IS NOT NULL")
        .groupBy("frames", "fps", "assumed")
        .count()
        .collectAsList()
        .stream()
        .map(
            row ->
                new ChosenRate(row.getInt(0), row.getDouble(1), row.getBoolean(2), row.getLong(3)))
        .toList();
  }

  private static String framesOf(Optional<ChosenFrames> frames) {
    return frames.map(ChosenFrames::count).orElse("0") + " AS frames";
  }

  /**
   * Returns the planned questions whose pictures or videos are of use, by the pictures' sizes.
   *
   * @param frames as of {@link #pictures}
   */
  List<SentQuestions> sent(Optional<ChosenFrames> frames) {
    return rows
        .where("image_id IS NULL OR width IS NOT NULL")
        .selectExpr(
            "coalesce(width, 0) AS width",
            "coalesce(height, 0) AS height",
            "if(image_id IS NULL, 0, 1 + if(more_images IS NULL, 0, size(more_images))) AS images",
            framesOf(frames),
            "inline(questions)")
        .where(frames.isPresent() ? "images = 0 OR frames > 0" : "true")
        .groupBy("width", "height", "images", "frames")
        .agg(
            expr("count(1)"),
            expr("sum(octet_length(prompt))"),
            expr("sum(coalesce(max_new_tokens, 0))"),
            expr("count_if(coalesce(max_new_tokens, 0) = 0)"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new SentQuestions(
                    new PlannedSize(
                        row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3), row.getLong(4)),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7)))
        .toList();
  }

  /** Returns the mean number of files per chunk; 0 if chunks do not consist of whole files. */
  public int filesPerChunk(int chunks) {
    return limited || !byFile(chunks) ? 0 : files.count() / chunks;
  }

  private boolean byFile(int chunks) {
    return files.count() >= (long) chunks * FILES_PER_CHUNK;
  }

  private String columns(PlannedChunks chunks) {
    return byFile(chunks.count()) ? ExampleFiles.COLUMN : chunks.columns();
  }

  /**
   * Returns the planned rows of a chunk: whole files if there are enough, otherwise rows of every
   * file. Every attempt gets the same rows as long as {@link #contents} and {@link #files} stay the
   * same.
   */
  public Dataset<Row> chunk(int chunk, PlannedChunks chunks) {
    return rows.where(number(chunks).equalTo(chunk));
  }

  /** Returns all planned rows with the number of their {@link #chunk}. */
  public Dataset<Row> numbered(PlannedChunks chunks) {
    return rows.withColumn(CHUNK, number(chunks).cast(DataTypes.IntegerType));
  }

  private Column number(PlannedChunks chunks) {
    return expr(Text.format("pmod(xxhash64(%s), %d)", columns(chunks), chunks.count()));
  }

  /** Returns all planned rows, of {@link Table#EXAMPLES}. */
  public Dataset<Row> rows() {
    return rows;
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

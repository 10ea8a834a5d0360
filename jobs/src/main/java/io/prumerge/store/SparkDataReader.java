package io.prumerge.store;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import io.prumerge.console.Problems;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource$;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Opens {@link SparkData}: by Spark's own reader and the options that are given, but for these.
 * Names are no patterns, files are read whole, columns that folders' names say are texts as they
 * spell them, CSV files have the same header if they have one, and a row that CSV's or JSON's
 * reader cannot read is kept with the reason, as {@link StagedTable#UNREADABLE} has it.
 */
final class SparkDataReader {

  /** Columns by which rows are ordered that have no ids. */
  private static final List<String> PLACES = List.of("_place file", "_place block", "_place row");

  /** Formats whose reader has a mode for rows that it cannot read. */
  private static final Set<String> OF_TEXTS = Set.of("csv", "json", "xml");

  private static final String MODE = "mode";
  private static final String PERMISSIVE = "PERMISSIVE";
  private static final String CORRUPT = "columnNameOfCorruptRecord";
  private static final String HEADER = "enforceSchema";

  /** Columns of folders' names are not guessed to be numbers or days. */
  private static final String INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled";

  /** What gives a format that is none of Spark's own, by its name. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "avro", "org.apache.spark:spark-avro",
          "delta", "io.delta:delta-spark",
          "hudi", "org.apache.hudi:hudi-spark-bundle",
          "iceberg", "org.apache.iceberg:iceberg-spark-runtime",
          "paimon", "org.apache.paimon:paimon-spark",
          "xml", "com.databricks:spark-xml, or Spark 4");

  /** Characters of a row that cannot be read, in a message. */
  private static final int SHOWN = 80;

  private final SparkSession spark;
  private final SparkData data;

  private SparkDataReader(SparkSession spark, SparkData data) {
    this.spark = spark;
    this.data = data;
  }

  /**
   * Opens the data.
   *
   * @throws UsageException if the session knows no such format
   * @throws DataException if it cannot be read
   */
  static NamedTable open(SparkSession spark, SparkData data) {
    try {
      return new SparkDataReader(session(spark), data).open();
    } catch (Exception e) { // Scala does not declare what it throws
      throw failed(data, e);
    }
  }

  /** Returns what to throw where the data cannot be read, as {@link #open} has it. */
  static RuntimeException failed(SparkData data, Exception e) {
    String line = Problems.line(e);
    if (e instanceof UsageException || e instanceof DataException) {
      return (RuntimeException) e;
    }
    if (line.contains("Failed to find") && line.contains("data source")) {
      return new UsageException(
          Text.format(
              "Cannot read %s: this session has no format '%s'; add the package that has it by"
                  + " Spark's --packages or --jars: %s",
              data,
              data.format(),
              PACKAGES.getOrDefault(
                  data.format().toLowerCase(Locale.ROOT), "the format's own page names it")),
          e);
    }
    Optional<String> headers = headers(e);
    return new DataException(
        Text.format(
            "Cannot read %s: %s",
            data,
            headers
                .map(
                    each ->
                        each
                            + "; the CSV files of one table have one header: write them so, or"
                            + " read them one by one")
                .orElse(line + failFast(data))),
        e);
  }

  private static String failFast(SparkData data) {
    return data.option(MODE).filter("FAILFAST"::equalsIgnoreCase).isPresent()
        ? "; by its mode FAILFAST Spark ends at the first row that it cannot read: without it such"
            + " rows are left out, with the reason"
        : "";
  }

  /** Returns what Spark says of CSV files with several headers, in a line. */
  private static Optional<String> headers(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof IllegalArgumentException && message.contains("CSV header")) {
        return Optional.of(message.strip().replaceAll("\\s*\n\\s*", "; "));
      }
    }
    return Optional.empty();
  }

  /** Returns a session with the same settings but one, which no other rows are read by. */
  private static SparkSession session(SparkSession spark) {
    SparkSession own = spark.newSession();
    Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
    while (settings.hasNext()) {
      Tuple2<String, String> setting = settings.next();
      // Those that are equal may be ones that no session can set.
      if (!own.conf().getOption(setting._1()).contains(setting._2())) {
        own.conf().set(setting._1(), setting._2());
      }
    }
    own.conf().set(INFERENCE, "false");
    return own;
  }

  private NamedTable open() {
    Dataset<Row> rows = load(reader());
    boolean files = SparkInput.areFiles(rows);
    if (!files) {
      return table(rows, Optional.empty());
    }
    boolean texts = OF_TEXTS.contains(data.format().toLowerCase(Locale.ROOT));
    if (!texts) {
      return table(load(SparkInput.whole(reader())), Optional.empty());
    }
    String corrupt =
        data.option(CORRUPT)
            .orElseGet(() -> spark.conf().get("spark.sql." + CORRUPT, "_corrupt_record"));
    StructType schema = rows.schema();
    boolean keeps = PERMISSIVE.equalsIgnoreCase(data.option(MODE).orElse(PERMISSIVE));
    StructType read =
        keeps && Arrays.stream(schema.fieldNames()).noneMatch(corrupt::equals)
            ? schema.add(corrupt, DataTypes.StringType)
            : schema;
    DataFrameReader reader = SparkInput.whole(reader()).schema(read);
    // All columns are looked at, so that a row is unreadable whatever is asked of it.
    reader.option("columnPruning", false);
    if (data.option(HEADER).isEmpty()) {
      reader.option(HEADER, false);
    }
    return table(load(reader), keeps ? Optional.of(corrupt) : Optional.empty());
  }

  private DataFrameReader reader() {
    return spark.read().format(data.format()).options(data.options());
  }

  private Dataset<Row> load(DataFrameReader reader) {
    if (data.paths().isEmpty()) {
      return reader.load();
    }
    if (data.paths().stream().anyMatch(SparkInput::isPattern)) {
      // Not by escapes, with which Spark looks for no sink's log.
      reader.option(DataSource$.MODULE$.GLOB_PATHS_KEY(), false);
    }
    return reader.load(data.paths().toArray(String[]::new));
  }

  private NamedTable table(Dataset<Row> rows, Optional<String> corrupt) {
    StructType own = new StructType();
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      if (!field.name().equals(corrupt.orElse(null))) {
        own = own.add(field);
        columns.add(col(TableName.quoted(field.name())));
      }
    }
    corrupt.ifPresent(name -> columns.add(unreadable(rows, name).as(StagedTable.UNREADABLE)));
    Map<String, Column> places = places(rows);
    places.forEach((name, place) -> columns.add(place.as(name)));
    return NamedTable.of(
        data, rows.select(columns.toArray(Column[]::new)), own, List.copyOf(places.keySet()));
  }

  /** Returns where rows lie: in files of Spark's or of Iceberg's; none of others. */
  private static Map<String, Column> places(Dataset<Row> rows) {
    Map<String, Column> places = new LinkedHashMap<>();
    Optional<Column> spark = metadata(rows, "_metadata");
    if (spark.isPresent() && SparkInput.areParquet(rows)) {
      places.put(StagedTable.FILE, spark.get().getField("file_path"));
      places.put(StagedTable.ROW, spark.get().getField("row_index"));
    } else if (spark.isPresent()) {
      places.put(PLACES.get(0), spark.get().getField("file_path"));
      places.put(PLACES.get(1), spark.get().getField("file_block_start"));
      places.put(PLACES.get(2), monotonically_increasing_id());
    } else {
      metadata(rows, "_file").ifPresent(file -> places.put(PLACES.get(0), file));
      metadata(rows, "_pos").ifPresent(row -> places.put(PLACES.get(2), row));
    }
    return places;
  }

  private static Optional<Column> metadata(Dataset<Row> rows, String name) {
    try {
      return Optional.of(rows.metadataColumn(name));
    } catch (Exception e) { // Scala does not declare what it throws
      if (e instanceof AnalysisException) { // the source has none of this name
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns why a row cannot be read; null of one that can. */
  private Column unreadable(Dataset<Row> rows, String corrupt) {
    Column text = col(TableName.quoted(corrupt));
    boolean lines = !Boolean.parseBoolean(data.option("multiLine").orElse("false"));
    Column quotes = length(regexp_replace(text, "[^\"]", "")).mod(lit(2)).equalTo(lit(1));
    Column hint =
        lines && data.format().equalsIgnoreCase("csv")
            ? when(quotes, lit(" (its quotation ends in another line: multiLine: true)"))
                .otherwise(lit(""))
            : lit("");
    Column line = regexp_replace(text, "\\s+", " ");
    Column shown =
        when(length(line).gt(lit(SHOWN)), concat(substring(line, 1, SHOWN), lit("...")))
            .otherwise(line);
    return when(
        text.isNotNull(),
        concat(
            expr("regexp_extract(input_file_name(), '[^/]*$', 0)"),
            lit(": Spark's reader of " + data.format() + " cannot read '"),
            shown,
            lit("'"),
            hint));
  }
}

package io.prumerge.benchmark.file;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.console.Problems;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.TableName;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Tries the options by which Spark may read CSV and JSON, on the first rows. Options that are given
 * stay as they are.
 */
final class SparkTrials {

  /** Rows that each try reads, at most. */
  private static final int ROWS = 10_000;

  /** Bytes by which an encoding is told. */
  private static final int FIRST = 1 << 16;

  private static final String CORRUPT = "_corrupt_record";

  /** What is left of quotes in a cell that is read by another rule than it was written by. */
  private static final String MARKS = "\"\"|\\\\\"|^\"";

  private static final String HEADER = "header";
  private static final String ENCODING = "encoding";

  /** An option that is tried, with its values, Spark's default first. */
  private record Tried(String option, List<String> values) {}

  private static final Tried LINES = new Tried("multiLine", List.of("false", "true"));

  private static final List<Tried> OF_CSV =
      List.of(
          new Tried("escape", List.of("\\", "\"")),
          LINES,
          new Tried("sep", List.of(",", ";", "\t", "|")));

  private final SparkSession spark;

  private SparkTrials(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * What one try found.
   *
   * @param odd rows with marks of another rule in a cell
   */
  private record Trial(SparkData data, int columns, long rows, long unreadable, long odd) {

    @Override
    public String toString() {
      return Text.format(
          "%s, %s, %,d unreadable",
          Texts.count(columns, "column"), Texts.count(rows, "row"), unreadable);
    }
  }

  /**
   * What reads the data best.
   *
   * @param said what was tried, and found, for a comment; empty if the format has no such options
   */
  record Found(SparkData data, Optional<String> said) {}

  /**
   * Tries them: among those with several columns, the fewest rows that cannot be read or have marks
   * of another rule win; then the most columns, then Spark's defaults. CSV has a header unless its
   * files begin differently.
   *
   * @throws UsageException if no options read the data
   */
  static Found best(SparkSession spark, SparkData data) throws IOException {
    SparkTrials trials = new SparkTrials(spark);
    return switch (data.format().toLowerCase(Locale.ROOT)) {
      case "csv" -> trials.ofCsv(data);
      case "json" -> trials.found(data, trials.each(List.of(trials.encoded(data)), List.of(LINES)));
      default -> new Found(data, Optional.empty());
    };
  }

  private Found ofCsv(SparkData data) throws IOException {
    SparkData encoded = encoded(data);
    if (has(data, HEADER)) {
      return found(data, each(List.of(encoded), OF_CSV));
    }
    try {
      return found(data, each(List.of(encoded.with(HEADER, "true")), OF_CSV));
    } catch (UsageException e) {
      return found(data, each(List.of(encoded.with(HEADER, "false")), OF_CSV));
    }
  }

  private Found found(SparkData data, List<SparkData> all) {
    List<Trial> trials = new ArrayList<>();
    String problem = "";
    for (SparkData one : all) {
      try {
        trials.add(trial(one));
      } catch (Exception e) { // Scala does not declare what it throws
        problem = Problems.line(e);
      }
    }
    if (trials.isEmpty()) {
      throw new UsageException(
          Text.format(
              "Cannot read %s by any of %d sets of options; by the last one: %s",
              data, all.size(), problem));
    }
    Trial best =
        Collections.min(
            trials,
            Comparator.comparing((Trial one) -> one.columns() == 1)
                .thenComparing(one -> one.unreadable() + one.odd())
                .thenComparing(Trial::columns, Comparator.reverseOrder()));
    return new Found(
        best.data(),
        Optional.of(
            Text.format(
                "Of %d sets of options that were tried on the first rows these read them best: %s",
                all.size(), best)));
  }

  private static boolean has(SparkData data, String option) {
    return data.options().keySet().stream().anyMatch(option::equalsIgnoreCase);
  }

  /** Returns data with each value of each option that they have not. */
  private List<SparkData> each(List<SparkData> data, List<Tried> options) {
    List<SparkData> all = data;
    for (Tried tried : options) {
      List<SparkData> next = new ArrayList<>();
      for (SparkData one : all) {
        next.add(one);
        if (!has(one, tried.option())) {
          tried.values().stream()
              .skip(1)
              .forEach(value -> next.add(one.with(tried.option(), value)));
        }
      }
      all = next;
    }
    return all;
  }

  /** Returns data with their encoding, if they are not UTF-8 by their first bytes. */
  private SparkData encoded(SparkData data) throws IOException {
    if (has(data, ENCODING) || has(data, "charset")) {
      return data;
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    for (String file : load(spark.read().format("text"), data).inputFiles()) {
      Path path = new Path(URI.create(file));
      CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
      InputStream bytes = path.getFileSystem(hadoop).open(path);
      try (InputStream in = codec == null ? bytes : codec.createInputStream(bytes)) {
        byte[] first = in.readNBytes(FIRST);
        if (first.length > 0) {
          return encoding(first).map(one -> data.with(ENCODING, one)).orElse(data);
        }
      }
    }
    return data;
  }

  private static Optional<String> encoding(byte[] first) {
    int start = first.length < 2 ? 0 : (first[0] & 0xFF) << 8 | first[1] & 0xFF;
    if (start == 0xFEFF || start == 0xFFFE) { // byte order marks
      return Optional.of("UTF-16");
    }
    boolean utf8 =
        !StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(first), CharBuffer.allocate(first.length), false)
            .isError();
    return utf8 ? Optional.empty() : Optional.of("windows-1252");
  }

  private static Dataset<Row> load(DataFrameReader reader, SparkData data) {
    return reader.load(data.paths().stream().map(SparkInput::named).toArray(String[]::new));
  }

  private DataFrameReader reader(SparkData data) {
    return SparkInput.reader(spark).format(data.format()).options(data.options());
  }

  private Trial trial(SparkData data) {
    StructType schema = load(reader(data), data).schema();
    boolean known = List.of(schema.fieldNames()).contains(CORRUPT); // JSON's, where a row is none
    StructType read = known ? schema : schema.add(CORRUPT, DataTypes.StringType);
    Dataset<Row> rows =
        load(
            reader(data)
                .schema(read)
                .option("columnNameOfCorruptRecord", CORRUPT)
                .option("enforceSchema", false)
                .option("columnPruning", false),
            data);
    Column odd = lit(false);
    Column any = lit(true);
    for (StructField field : schema.fields()) {
      any = any.and(col(TableName.quoted(field.name())).isNull()); // so that Spark reads it
      if (!field.name().equals(CORRUPT) && field.dataType() instanceof StringType) {
        odd = odd.or(coalesce(col(TableName.quoted(field.name())).rlike(MARKS), lit(false)));
      }
    }
    long unreadable = 0;
    long marked = 0;
    List<Row> found = rows.select(col(CORRUPT).isNotNull(), odd, any).limit(ROWS).collectAsList();
    for (Row row : found) {
      unreadable += row.getBoolean(0) ? 1 : 0;
      marked += !row.getBoolean(0) && row.getBoolean(1) ? 1 : 0;
    }
    return new Trial(data, schema.size() - (known ? 1 : 0), found.size(), unreadable, marked);
  }
}

package io.prumerge;

import io.prumerge.RandomTable.Holding;
import io.prumerge.RandomTable.Meanings;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * A random table that Spark wrote, as a benchmark's file names it and as Spark reads it.
 *
 * @param how for messages
 * @param data what a benchmark's file says under {@code data}
 * @param meanings by the names that Spark reads
 * @param rows what Spark reads
 * @param pictures the folder of the pictures that the rows name; empty = they hold them
 */
record WrittenTable(
    String how, Object data, Meanings meanings, Dataset<Row> rows, Optional<Path> pictures) {

  /** The ways to write a table. The last two need seconds each. */
  enum Way {
    CSV,
    JSON,
    FOLDER,
    PARQUET,
    TABLE,
    HUB,
    ORC,
    REPEATED,
    PICTURES,
    ICEBERG,
    SINK,
    DELTA;

    /** Returns the way of a seed: of 22, all twice but the last two, which come once. */
    static Way of(int seed) {
      int quick = values().length - 2;
      int number = (seed - 1) % (2 * quick + 2);
      return values()[number < 2 * quick ? number % quick : number - quick];
    }
  }

  private static final String HEADER = "header";
  private static final String YES = "true";

  /** Options with which CSV is written and read. */
  private static final List<Map<String, String>> CSV =
      List.of(
          Map.of(HEADER, YES),
          Map.of(HEADER, YES, "sep", "\t"),
          Map.of(HEADER, YES, "sep", ";"),
          Map.of(HEADER, YES, "sep", "|", "quoteAll", YES),
          Map.of(HEADER, YES, "sep", "||"),
          Map.of(HEADER, YES, "escape", "\""),
          Map.of(HEADER, YES, "quote", "'"),
          Map.of(HEADER, YES, "multiLine", YES),
          Map.of(HEADER, YES, "multiLine", YES, "escape", "\"", "sep", ";"),
          Map.of(),
          Map.of(HEADER, YES, "nullValue", "NA", "emptyValue", "(none)"),
          Map.of(
              HEADER, YES, "ignoreLeadingWhiteSpace", "false", "ignoreTrailingWhiteSpace", "false"),
          Map.of(HEADER, YES, "encoding", "ISO-8859-1"),
          Map.of(HEADER, YES, "compression", "gzip"),
          Map.of(HEADER, YES, "compression", "bzip2", "sep", ";"),
          Map.of(HEADER, YES, "inferSchema", YES),
          Map.of(HEADER, YES, "lineSep", "\u0001"),
          Map.of(HEADER, YES, "comment", "#"));

  /** Options with which JSON is written and read. */
  private static final List<Map<String, String>> JSON =
      List.of(
          Map.of(),
          Map.of("multiLine", YES, "maxRecordsPerFile", "1"),
          Map.of("compression", "gzip"),
          Map.of("compression", "bzip2"),
          Map.of("ignoreNullFields", "false"),
          Map.of("dateFormat", "dd/MM/yyyy", "timestampFormat", "yyyy-MM-dd HH:mm:ss"),
          Map.of("primitivesAsString", YES),
          Map.of("allowComments", YES),
          Map.of("inferTimestamp", YES),
          Map.of("encoding", "UTF-16LE", "lineSep", "\n"),
          Map.of("lineSep", ";;"),
          Map.of("dropFieldIfAllNull", YES));

  /** Options with which Parquet and ORC are written and read. */
  private static final List<Map<String, String>> COLUMNAR =
      List.of(
          Map.of(),
          Map.of("compression", "zstd"),
          Map.of("compression", "none"),
          Map.of("mergeSchema", YES),
          Map.of("recursiveFileLookup", YES));

  /** Settings under which Spark writes Parquet otherwise. */
  private static final List<Map<String, String>> SETTINGS =
      List.of(
          Map.of(),
          Map.of("spark.sql.parquet.writeLegacyFormat", YES),
          Map.of("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"),
          Map.of("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS"));

  /** Names that Databricks, Spark 1, Spark's task 100,000, Hive and people give a part. */
  private static final List<String> OTHER_NAMES =
      List.of(
          "part-0000%d-tid-7208-0a1b2c3d-0000-4000-8000-123456789abc-1-1-c000%s",
          "part-r-0000%d-0a1b2c3d-0000-4000-8000-123456789abc%s",
          "part-10000%d-0a1b2c3d-0000-4000-8000-123456789abc-c000%s",
          "00000%d_0",
          "answers %d%s");

  private static final String TEXT = " binary %s (STRING); ";

  /** Writes a table below a folder; the same for the same random numbers. */
  static WrittenTable of(Way way, SparkSession spark, Path folder, Random random)
      throws IOException {
    return new Writer(spark, folder, random).table(way);
  }

  private static final class Writer {

    private final SparkSession spark;
    private final Path folder;
    private final Path data;
    private final Random random;

    Writer(SparkSession spark, Path folder, Random random) {
      this.spark = spark;
      this.folder = folder;
      this.data = folder.resolve("data");
      this.random = random;
    }

    WrittenTable table(Way way) throws IOException {
      return switch (way) {
        case CSV -> declared("csv", pick(CSV));
        case JSON -> declared("json", pick(JSON));
        case PARQUET -> declared("parquet", pick(COLUMNAR));
        case ORC -> declared("orc", pick(COLUMNAR));
        case FOLDER -> folder();
        case TABLE -> saved();
        case HUB -> ofTheHub();
        case REPEATED -> repeated();
        case PICTURES -> besidePictures();
        case ICEBERG -> changed("lake.random.t", "iceberg");
        case SINK -> sink();
        case DELTA -> changed("random.t", "delta");
      };
    }

    private static Holding holding(String format, Map<String, String> options) {
      boolean text = format.equals("csv");
      boolean lines = !text || options.containsKey("multiLine");
      return new Holding(!text, lines, !text && !format.equals("json"), RandomTable.ODD_NAMES);
    }

    /** A folder whose format and options a benchmark's file says. */
    private WrittenTable declared(String format, Map<String, String> options) throws IOException {
      RandomTable table = RandomTable.of(random, holding(format, options));
      Map<String, String> settings = pick(SETTINGS);
      settings.forEach(spark.conf()::set);
      try {
        write(table, format, options);
      } finally {
        settings.keySet().forEach(spark.conf()::unset);
      }
      String names = "as Spark calls them";
      if (!options.containsKey("compression") && random.nextInt(3) == 0) {
        names = renamed(pick(OTHER_NAMES));
      }
      Map<String, String> reading = new TreeMap<>(options);
      reading.remove("maxRecordsPerFile");
      Dataset<Row> rows = read(format, reading);
      boolean named = !format.equals("csv") || options.containsKey(HEADER);
      return new WrittenTable(
          String.join(", ", format, options.toString(), settings.toString(), "parts " + names),
          Map.of("format", format, "path", data.toString(), "options", reading),
          named ? table.meanings() : table.meanings().renamed(numbered(table, rows)),
          rows,
          Optional.empty());
    }

    /** Writes parts, maybe an empty one, maybe some below the values of columns. */
    private void write(RandomTable table, String format, Map<String, String> options) {
      boolean below = options.containsKey("recursiveFileLookup");
      boolean named = !format.equals("csv") || options.containsKey(HEADER);
      String place = (below ? data.resolve("below/it") : data).toString();
      List<String> keys = new ArrayList<>();
      for (String column : table.simple()) {
        if (!below && named && random.nextInt(4) == 0) {
          keys.add(column);
        }
      }
      Dataset<Row> rows = table.in(spark, 1 + random.nextInt(3));
      if (keys.isEmpty() && options.containsKey("mergeSchema")) {
        int half = table.rows().size() / 2;
        String lacked = quoted(table.simple().get(0));
        writer(table.from(0, half).in(spark, 1), format, options).save(place);
        rows = table.from(half, table.rows().size()).in(spark, 1);
        rows = rows.drop(rows.col(lacked));
      }
      writer(rows, format, options)
          .partitionBy(keys.toArray(String[]::new))
          .mode(SaveMode.Append)
          .save(place);
      if (keys.isEmpty() && random.nextInt(3) == 0) {
        writer(rows.limit(0), format, options).mode(SaveMode.Append).save(place);
      }
    }

    private static DataFrameWriter<Row> writer(
        Dataset<Row> rows, String format, Map<String, String> options) {
      return rows.write().format(format).options(options);
    }

    /** Gives the parts other names. */
    private String renamed(String name) throws IOException {
      List<Path> parts = parts();
      for (int i = 0; i < parts.size(); i++) {
        String former = parts.get(i).getFileName().toString();
        String ending = former.substring(former.indexOf('.'));
        Files.move(parts.get(i), parts.get(i).resolveSibling(name.formatted(i, ending)));
      }
      return name;
    }

    /** Returns the files of rows, after deleting their check sums. */
    private List<Path> parts() throws IOException {
      List<Path> parts = new ArrayList<>();
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".crc")) {
            Files.delete(file);
          } else if (name.startsWith("part-")) {
            parts.add(file);
          }
        }
      }
      return parts;
    }

    /** Reads the folder; what folders' names say are texts, as the product has them. */
    private Dataset<Row> read(String format, Map<String, String> options) {
      String inference = "spark.sql.sources.partitionColumnTypeInference.enabled";
      spark.conf().set(inference, "false");
      try {
        return spark.read().format(format).options(options).load(data.toString());
      } finally {
        spark.conf().unset(inference);
      }
    }

    private static Map<String, String> numbered(RandomTable table, Dataset<Row> read) {
      Map<String, String> names = new HashMap<>();
      String[] written = table.schema().fieldNames();
      for (int i = 0; i < written.length; i++) {
        names.put(written[i], read.columns()[i]);
      }
      return names;
    }

    /**
     * A folder without a word about its format, with copies of a part where Spark does not look.
     */
    private WrittenTable folder() throws IOException {
      String format = pick(List.of("csv", "json", "parquet", "orc"));
      Map<String, String> options = format.equals("csv") ? Map.of(HEADER, YES) : Map.of();
      RandomTable table = RandomTable.of(random, holding(format, options));
      write(table, format, options);
      hide(parts().get(0));
      return named("folder of " + format, table, read(format, options));
    }

    private WrittenTable named(String how, RandomTable table, Dataset<Row> rows) {
      return new WrittenTable(how, data.toString(), table.meanings(), rows, Optional.empty());
    }

    private void hide(Path file) throws IOException {
      for (String hidden : List.of("_temporary/0", ".ipynb_checkpoints", ".cache/a")) {
        Path copy = data.resolve(hidden).resolve(file.getFileName());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }

    /** A shard as Hugging Face's hub calls it. */
    private WrittenTable ofTheHub() throws IOException {
      RandomTable table = RandomTable.of(random, holding("parquet", Map.of()));
      writer(table.in(spark, 1), "parquet", Map.of()).save(data.toString());
      Path shard = data.resolve("test-00000-of-00001.parquet");
      Files.move(parts().get(0), shard);
      Files.delete(data.resolve("_SUCCESS"));
      hide(shard);
      return named("shard of the hub", table, read("parquet", Map.of()));
    }

    /** A file as protobuf's writers make it: repeated fields without a list around them. */
    private WrittenTable repeated() throws IOException {
      Path file = Files.createDirectories(data).resolve("t.parquet");
      String fields =
          "required int64 id; required binary q (STRING); repeated binary answers (STRING);"
              + " repeated group people { optional binary name (STRING); repeated int32 n; }"
              + " optional group one { repeated float f; } repeated binary photo;";
      RandomTable pictures = RandomTable.of(random, holding("json", Map.of()));
      try (ParquetFixture parquet = ParquetFixture.file(file, fields)) {
        for (int i = 0; i < pictures.rows().size(); i++) {
          int number = i;
          parquet.row(row -> repeat(row, number));
        }
      }
      Meanings meanings =
          new Meanings(
              Optional.of("id"),
              "q",
              pick(List.of("answers", "people.name", "people.n", "one.f")),
              "id",
              List.of("id"),
              "photo");
      return new WrittenTable(
          "repeated fields, answers " + meanings.answers(),
          file.toString(),
          meanings,
          spark.read().parquet(file.toString()),
          Optional.empty());
    }

    private void repeat(Group row, int number) {
      row.append("id", (long) number).append("q", "Q" + number);
      for (int i = random.nextInt(3); i >= 0; i--) {
        row.append("answers", "a" + i);
        Group person = row.addGroup("people");
        person.append("name", "n" + i);
        for (int n = random.nextInt(3); n > 0; n--) {
          person.append("n", n);
        }
        row.add("photo", Binary.fromConstantByteArray(RandomTable.png(4 + number, 3 + i)));
      }
      row.addGroup("one").append("f", random.nextInt(1000) / 10f);
    }

    /** A folder beside one of pictures, in which there is an older table, too. */
    private WrittenTable besidePictures() throws IOException {
      RandomTable table =
          RandomTable.of(random, new Holding(false, false, false, RandomTable.ODD_NAMES));
      Path pictures = Files.createDirectories(folder.resolve("pictures"));
      int image = table.schema().fieldIndex(table.meanings().image());
      List<Row> rows = new ArrayList<>();
      for (Row row : table.rows()) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.get(i);
        }
        if (values[image] != null) {
          String name = rows.size() + " é.png";
          Files.write(pictures.resolve(name), Base64.getDecoder().decode((String) values[image]));
          values[image] = name;
        }
        rows.add(RowFactory.create(values));
      }
      RandomTable named = new RandomTable(table.schema(), rows, table.meanings());
      String format = pick(List.of("csv", "json", "parquet", "orc"));
      Map<String, String> options = format.equals("csv") ? Map.of(HEADER, YES) : Map.of();
      writer(named.in(spark, 1), format, options).save(data.toString());
      Files.copy(parts().get(0), pictures.resolve("old." + format));
      return new WrittenTable(
          "folder of " + format + " beside pictures",
          data.toString(),
          table.meanings(),
          read(format, options),
          Optional.of(pictures));
    }

    /** The folder of a stream's sink, with the file of a batch that never ended. */
    private WrittenTable sink() throws IOException {
      String format = pick(List.of("json", "parquet"));
      RandomTable table = RandomTable.of(random, holding(format, Map.of()));
      String input = folder.resolve("input").toString();
      table.in(spark, 2).write().parquet(input);
      try {
        spark
            .readStream()
            .schema(table.schema())
            .parquet(input)
            .writeStream()
            .format(format)
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start(data.toString())
            .awaitTermination();
      } catch (StreamingQueryException e) {
        throw new IllegalStateException("A stream of files", e);
      }
      Path part = parts().get(0);
      Files.copy(
          part, data.resolve("part-00000-dead" + part.getFileName().toString().substring(14)));
      return new WrittenTable(
          "sink of " + format,
          Map.of("format", format, "path", data.toString()),
          table.meanings(),
          read(format, Map.of()),
          Optional.empty());
    }

    /** A table of the session's own catalog, whose short texts are CHAR or VARCHAR. */
    private WrittenTable saved() {
      RandomTable table = withIds();
      String format = pick(List.of("parquet", "orc"));
      create("random.t", format, table, field -> declared(field, table));
      table.in(spark, 2).write().insertInto("random.t");
      Dataset<Row> rows = spark.table("random.t");
      for (StructField field : rows.schema().fields()) {
        if (field.metadata().contains("__CHAR_VARCHAR_TYPE_STRING")
            && field.metadata().getString("__CHAR_VARCHAR_TYPE_STRING").startsWith("char")) {
          // Trailing blanks of CHAR are no part of a value.
          rows = rows.withColumn(field.name(), functions.rtrim(rows.col(quoted(field.name()))));
        }
      }
      return new WrittenTable(
          "table of " + format, "table:random.t", table.meanings(), rows, Optional.empty());
    }

    /** Only a table whose rows have ids can be read by name. */
    private RandomTable withIds() {
      Holding holding = new Holding(true, true, true, RandomTable.PLAIN_NAMES);
      RandomTable table = RandomTable.of(random, holding);
      while (table.meanings().id().isEmpty()) {
        table = RandomTable.of(random, holding);
      }
      return table;
    }

    private String declared(StructField field, RandomTable table) {
      return field.dataType().equals(DataTypes.StringType)
              && !field.name().equals(table.meanings().image())
          ? pick(List.of("STRING", "CHAR(90)", "VARCHAR(90)"))
          : field.dataType().sql();
    }

    /** A table with versions, whose rows and columns are changed after they were written. */
    private WrittenTable changed(String name, String format) {
      RandomTable table = withIds();
      String id = table.meanings().id().orElseThrow();
      create(name, format, table, field -> field.dataType().sql());
      table.in(spark, 2).write().insertInto(name);
      boolean former = format.equals("iceberg") && random.nextInt(4) == 0;
      String version = former ? ".snapshot_id_" + snapshot(name) : "";
      List<String> extra = new ArrayList<>(table.meanings().extra());
      List<String> simple = new ArrayList<>(table.simple());
      List<String> steps = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        String step = pick(List.of("delete", "rename", "drop and add", "swap"));
        String column = pick(simple);
        steps.add(step + " " + column);
        switch (step) {
          case "delete" ->
              spark.sql(
                  "DELETE FROM " + name + " WHERE " + quoted(id) + " = :id",
                  Map.<String, Object>of(
                      "id", table.rows().get(i).get(table.schema().fieldIndex(id))));
          case "rename" -> {
            rename(name, column, "new" + i);
            extra.set(extra.indexOf(column), "new" + i);
            simple.set(simple.indexOf(column), "new" + i);
          }
          case "drop and add" -> {
            String type = spark.table(name).schema().apply(column).dataType().sql();
            alter(name, "DROP COLUMN " + quoted(column));
            alter(name, "ADD COLUMN " + quoted(column) + " " + type);
          }
          default -> {
            // The column has what another had, which is under a new name.
            rename(name, column, "former" + i);
            rename(name, table.meanings().category(), column);
            rename(name, "former" + i, table.meanings().category());
          }
        }
      }
      Meanings meanings = former ? table.meanings() : table.meanings().with(extra);
      return new WrittenTable(
          format + ", " + steps + ", read at " + (former ? "the first version" : "the last"),
          "table:" + name + version,
          meanings,
          spark.table(name + version),
          Optional.empty());
    }

    private void rename(String table, String column, String name) {
      alter(table, "RENAME COLUMN " + quoted(column) + " TO " + quoted(name));
    }

    private void alter(String table, String change) {
      spark.sql("ALTER TABLE " + table + " " + change);
    }

    private String snapshot(String table) {
      return spark.sql("SELECT snapshot_id FROM " + table + ".snapshots").first().get(0).toString();
    }

    private void create(
        String name, String format, RandomTable table, Function<StructField, String> type) {
      spark.sql("DROP TABLE IF EXISTS " + name);
      spark.sql(
          String.format(
              Locale.ROOT,
              "CREATE TABLE %s (%s) USING %s%s",
              name,
              Arrays.stream(table.schema().fields())
                  .map(field -> quoted(field.name()) + " " + type.apply(field))
                  .collect(Collectors.joining(", ")),
              format,
              format.equals("delta")
                  ? " TBLPROPERTIES ('delta.columnMapping.mode' = 'name')"
                  : ""));
    }

    private <T> T pick(List<T> some) {
      return some.get(random.nextInt(some.size()));
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}

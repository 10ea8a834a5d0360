package io.prumerge;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.RandomTable.Holding;
import io.prumerge.RandomTable.Meanings;
import io.prumerge.WrittenTable.Way;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.source.TableName;
import io.prumerge.source.TableVersion;
import io.prumerge.store.NamedTable;
import io.prumerge.text.PythonFloat;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prepares random tables that Spark wrote, and compares each value, picture and count of the
 * examples with what {@code spark.read} or {@code spark.table} gives.
 *
 * <p>Other seeds are {@code -Dtables.first=SEED -Dtables.number=1} of the slow test, hundreds
 * {@code -Dtables.number=200}, which need 4 seconds each.
 */
@Tag("spark")
class SparkReadingTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final ObjectMapper YAML = new ObjectMapper(); // all JSON is YAML

  /** In all ways but the two that need seconds each. */
  private static final int FEW = 10;

  /** The first table in one of these two; between them each of the others comes again. */
  private static final int DEAR = 2 * FEW + 1;

  /** Types of which each value is one of another type, too. */
  private static final Map<String, String> WIDER =
      Map.of(
          "tinyint", "smallint",
          "smallint", "int",
          "int", "bigint",
          "float", "double",
          "date", "timestamp",
          "decimal(5,2)", "decimal(6,2)");

  private static final int FIRST = Integer.getInteger("tables.first", DEAR);
  private static final int NUMBER = Integer.getInteger("tables.number", 2);

  @TempDir private static Path folder;

  /** What a row asks. */
  private record Asked(
      String id,
      String question,
      List<String> answers,
      String category,
      Map<String, String> extra,
      List<String> pictures) {}

  /** Says that no question can be made of a row. */
  private static final class LeftOut extends Exception {
    private static final long serialVersionUID = 1L;
  }

  @BeforeAll
  static void create() {
    LocalLake.in(folder);
    SPARK.sql("CREATE DATABASE random LOCATION '" + folder.resolve("random").toUri() + "'");
  }

  @AfterAll
  static void drop() {
    SPARK.sql("DROP DATABASE random CASCADE");
    SPARK.sql("DROP TABLE IF EXISTS lake.random.t");
    SPARK.catalog().dropTempView("typed");
  }

  @Test
  void aFewTablesAreReadAsSparkReadsThem() throws IOException {
    compare(1, FEW);
  }

  @Test
  @Tag("slow")
  void tablesInOtherWaysAreReadAsSparkReadsThem() throws IOException {
    compare(FIRST, NUMBER);
  }

  /** The digest of a table without versions is also of its types. */
  @Test
  @Tag("slow")
  void aDigestTellsWiderColumnsApart() {
    for (int seed = 1; seed <= 10; seed++) {
      RandomTable table =
          RandomTable.of(
              new Random(new SplittableRandom(seed).nextLong()),
              new Holding(false, true, true, RandomTable.PLAIN_NAMES));
      Dataset<Row> rows = table.in(SPARK, 1);
      TableVersion digest = digest(rows);
      assertThat(digest(rows)).isEqualTo(digest);
      for (String column : table.simple()) {
        String wider = WIDER.get(table.schema().apply(column).dataType().simpleString());
        if (wider != null) {
          assertThat(digest(rows.withColumn(column, rows.col("`" + column + "`").cast(wider))))
              .as("seed %d, '%s' as %s", seed, column, wider)
              .isNotEqualTo(digest);
        }
      }
    }
  }

  private static TableVersion digest(Dataset<Row> rows) {
    rows.createOrReplaceTempView("typed");
    NamedTable table = NamedTable.open(SPARK, TableName.of("table:typed"));
    return table.content(table.columns());
  }

  private static SparkSession delta() {
    SparkSession delta = LocalDelta.session();
    delta.sql(
        "CREATE DATABASE IF NOT EXISTS random LOCATION '" + folder.resolve("delta").toUri() + "'");
    return delta;
  }

  private static void compare(int first, int number) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (int seed = first; seed < first + number; seed++) {
      Way way = Way.of(seed);
      Path own = Files.createDirectories(folder.resolve("t" + seed));
      String how = "seed " + seed + ", " + way + ": ";
      try {
        SparkSession spark = way == Way.DELTA ? delta() : SPARK;
        WrittenTable table =
            WrittenTable.of(way, spark, own, new Random(new SplittableRandom(seed).nextLong()));
        how += table.how() + ": ";
        compare(spark, table, own);
      } catch (Exception | AssertionError e) {
        wrong.add(how + e);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void compare(SparkSession spark, WrittenTable table, Path folder)
      throws IOException {
    Meanings meanings = table.meanings();
    List<Asked> expected = new ArrayList<>();
    List<Row> rows = inOrder(table.rows(), meanings.id().isEmpty());
    for (int i = 0; i < rows.size(); i++) {
      try {
        expected.add(asked(rows.get(i), i + 1, table));
      } catch (LeftOut e) {
        continue; // and is counted
      }
    }
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("name", "own");
    file.put("data", table.data());
    table.pictures().ifPresent(pictures -> file.put("images", List.of(pictures.toString())));
    file.put("image_optional", true);
    file.put("columns", meanings.columns());
    file.put("score", Map.of("exact", Map.of("rule", "exact")));
    Path own = folder.resolve("own.yaml");
    Files.write(own, YAML.writeValueAsBytes(file));

    PreparationResult read =
        Preparation.of(spark)
            .benchmark(own.toString())
            .output(folder.resolve("examples").toString())
            .run();

    assertThat(differences(expected, prepared(read.examples(), meanings.extra()))).isEmpty();
    assertThat(read.leftOutRows()).as("rows left out").isEqualTo(rows.size() - expected.size());
    assertThat(read.unreadableImages() + read.missingImages()).as("pictures lost").isZero();
  }

  /** Returns the first two rows that Spark reads otherwise. */
  private static List<String> differences(List<Asked> expected, List<Asked> read) {
    List<String> differences = new ArrayList<>();
    Map<String, List<String>> others =
        read.stream().collect(groupingBy(Asked::id, mapping(Asked::toString, toList())));
    for (Asked one : expected) {
      List<String> same = others.getOrDefault(one.id(), List.of());
      if (!same.equals(List.of(one.toString()))) {
        differences.add("%n Spark: %s%n is read as %s".formatted(one, same));
      }
      others.remove(one.id());
    }
    others.values().forEach(rows -> differences.add("%n Spark has no %s".formatted(rows)));
    return differences.stream().limit(2).toList();
  }

  /** Returns rows in the order of their files' names, and in their files. */
  private static List<Row> inOrder(Dataset<Row> rows, boolean ordered) {
    if (!ordered) {
      return rows.collectAsList();
    }
    List<Row> all =
        new ArrayList<>(
            rows.withColumn("the file", functions.input_file_name())
                .withColumn("the place", functions.monotonically_increasing_id())
                .collectAsList());
    all.sort(
        Comparator.comparing((Row row) -> row.<String>getAs("the file"))
            .thenComparing(row -> row.<Long>getAs("the place")));
    return all;
  }

  private static List<Asked> prepared(Dataset<Row> examples, List<String> extra) {
    List<Asked> asked = new ArrayList<>();
    for (Row row : examples.collectAsList()) {
      List<String> pictures = new ArrayList<>();
      if (row.getAs("image") != null) {
        pictures.add(Sha256.hex(row.getAs("image")));
      }
      if (row.getAs("more_images") != null) {
        row.<byte[]>getList(row.fieldIndex("more_images"))
            .forEach(one -> pictures.add(Sha256.hex(one)));
      }
      for (Row question : row.<Row>getList(row.fieldIndex("questions"))) {
        Map<String, String> values =
            new TreeMap<>(question.getJavaMap(question.fieldIndex("extra")));
        values.keySet().retainAll(extra);
        asked.add(
            new Asked(
                question.getAs("question_id"),
                question.getAs("question"),
                question.getList(question.fieldIndex("answers")),
                question.getAs("category"),
                values,
                pictures));
      }
    }
    return asked;
  }

  private static Asked asked(Row row, int number, WrittenTable table) throws IOException, LeftOut {
    Meanings columns = table.meanings();
    List<String> answers = new ArrayList<>();
    for (Object answer : values(row, columns.answers())) {
      answers.add(text(answer).orElseThrow(LeftOut::new));
    }
    Map<String, String> extra = new TreeMap<>();
    for (String column : columns.extra()) {
      for (Object value : values(row, column)) {
        text(value).filter(text -> !text.isEmpty()).ifPresent(text -> extra.put(column, text));
      }
    }
    List<String> pictures = new ArrayList<>();
    for (Object picture : values(row, columns.image())) {
      Object bytes = picture instanceof Row struct ? struct.getAs("bytes") : picture;
      if (bytes instanceof String text) {
        bytes =
            table.pictures().isPresent()
                ? Files.readAllBytes(table.pictures().get().resolve(text))
                : Base64.getDecoder().decode(text);
      }
      if (bytes != null) {
        pictures.add(Sha256.hex((byte[]) bytes));
      }
    }
    return new Asked(
        columns.id().isPresent() ? one(row, columns.id().get()) : Integer.toString(number),
        one(row, columns.question()),
        answers.stream().allMatch(String::isEmpty) ? List.of() : answers,
        category(row, columns.category()),
        extra,
        pictures);
  }

  /** Returns a category, whose name stands on one line. */
  private static String category(Row row, String column) throws LeftOut {
    return values(row, column).isEmpty()
        ? "default"
        : one(row, column).replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private static String one(Row row, String column) throws LeftOut {
    List<Object> values = values(row, column);
    if (values.isEmpty()) {
      throw new LeftOut();
    }
    return text(values.get(0)).orElseThrow(LeftOut::new);
  }

  /** Returns what a column, or the field of structs in it, has: none of null, several of a list. */
  private static List<Object> values(Row row, String path) {
    for (int i = 0; i < row.size(); i++) {
      if (row.schema().fieldNames()[i].equals(path)) {
        Object value = row.get(i);
        return value == null || value.equals("")
            ? List.of()
            : value instanceof scala.collection.Seq<?> ? row.getList(i) : List.of(value);
      }
    }
    int dot = path.indexOf('.');
    assertThat(dot).as("'%s' among %s", path, row.schema().simpleString()).isPositive();
    List<Object> values = new ArrayList<>();
    for (Object struct : values(row, path.substring(0, dot))) {
      if (struct != null) {
        values.addAll(values((Row) struct, path.substring(dot + 1)));
      }
    }
    return values;
  }

  /** Returns the text of a value: a number's and a boolean's as Python's, a time's of ISO 8601. */
  private static Optional<String> text(Object value) throws LeftOut {
    if (value instanceof Number number && Double.isNaN(number.doubleValue())) {
      throw new LeftOut();
    }
    return Optional.ofNullable(value).map(SparkReadingTest::present);
  }

  private static String present(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof Float || value instanceof Double) {
      return PythonFloat.repr(
          value instanceof Float number ? shortest(number) : ((Double) value).doubleValue());
    }
    if (value instanceof Timestamp moment) {
      return DateTimeFormatter.ISO_INSTANT.format(moment.toInstant());
    }
    if (value instanceof LocalDateTime time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    }
    return value instanceof Date day
        ? day.toLocalDate().toString()
        : value instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.UTF_8)
            : value.toString();
  }

  /**
   * Returns the double whose digits are the fewest that tell a float from others, as numpy's: of
   * two that are as near, the even one.
   */
  private static double shortest(float number) {
    if (Float.isInfinite(number)) {
      return number;
    }
    for (int digits = 1; ; digits++) {
      BigDecimal rounded =
          new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.floatValue() == number) {
        return number == 0 ? number : rounded.doubleValue();
      }
    }
  }
}

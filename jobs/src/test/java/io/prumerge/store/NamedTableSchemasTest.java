package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalLake;
import io.prumerge.LocalSpark;
import io.prumerge.console.Failure;
import io.prumerge.source.DataException;
import io.prumerge.source.TableName;
import io.prumerge.source.TableVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A table is read by its schema of now, as {@code spark.table} reads it, at one snapshot. */
@Tag("spark")
class NamedTableSchemasTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final String TABLE = "lake.schemas.questions";
  private static final TableName NAME = TableName.of("table:" + TABLE);

  @TempDir private Path folder;

  @BeforeEach
  void create() {
    LocalLake.in(folder.resolve("lake"));
    SPARK.sql(
        "CREATE TABLE "
            + TABLE
            + " (id BIGINT, answer STRING, corrected STRING, n INT, s STRUCT<a: STRING, b: STRING>)"
            + " USING iceberg");
    insert(
        "(1, 'old1', 'new1', 7, struct('a1', 'b1')), (2, 'old2', 'new2', 8, struct('a2', 'b2'))");
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP TABLE " + TABLE);
  }

  private static void insert(String rows) {
    SPARK.sql("INSERT INTO " + TABLE + " VALUES " + rows);
  }

  private static void alter(String... changes) {
    for (String change : changes) {
      SPARK.sql("ALTER TABLE " + TABLE + " " + change);
    }
  }

  private static List<String> now() {
    return SPARK.table(TABLE).orderBy("id").toJSON().collectAsList();
  }

  private List<String> staged(NamedTable table) throws IOException {
    String to = folder.resolve("staged-" + UUID.randomUUID()).toString();
    table.stage(
        table.columns(),
        Optional.of("id"),
        ColumnSelection.WHOLE,
        new org.apache.hadoop.fs.Path(to));
    return SPARK.read().parquet(to).orderBy("id").toJSON().collectAsList();
  }

  private void requireAsSparkReads(String... changes) throws IOException {
    alter(changes);
    NamedTable table = NamedTable.open(SPARK, NAME);
    assertThat(table.schema()).isEqualTo(SPARK.table(TABLE).schema());
    assertThat(table.version().orElseThrow().schema()).isNotEmpty();
    assertThat(staged(table)).isEqualTo(now()).hasSize(2);
  }

  /** Iceberg for Spark 4.1 reads a snapshot by the schema that it was written with alone. */
  private static boolean readsTheSchemaOfNow() {
    return SPARK.version().startsWith("3.");
  }

  @Test
  @DisabledIf("readsTheSchemaOfNow")
  void aTableIsRefusedWhoseSchemaIsNotThatOfItsSnapshot() throws IOException {
    alter("RENAME COLUMN answer TO former");
    assertThatThrownBy(() -> NamedTable.open(SPARK, NAME))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read table:" + TABLE + " at snapshot-id ")
        .hasMessageContaining(" with the schema 1: this version of Iceberg reads a snapshot by")
        .hasMessageContaining("write to the table");

    insert("(3, 'old3', 'new3', 9, struct('a3', 'b3'))");
    assertThat(staged(NamedTable.open(SPARK, NAME))).isEqualTo(now()).hasSize(3);
  }

  @Test
  @EnabledIf("readsTheSchemaOfNow")
  void columnsAreThoseOfNow() throws IOException {
    requireAsSparkReads("RENAME COLUMN answer TO former", "RENAME COLUMN corrected TO answer");
    assertThat(now().get(0)).contains("\"answer\":\"new1\"");
    requireAsSparkReads("DROP COLUMN answer", "ADD COLUMN answer STRING");
    assertThat(now().get(0)).doesNotContain("answer");
    requireAsSparkReads(
        "ADD COLUMN more INT FIRST",
        "RENAME COLUMN s.a TO c",
        "ADD COLUMN s.d DOUBLE",
        "ALTER COLUMN n TYPE BIGINT");
    assertThat(NamedTable.open(SPARK, NAME).fields()).contains("more", "s.c", "s.d");

    insert("(9, 3, 'f3', 5, struct('c3', 'b3', 1.5D), 'a3')");
    NamedTable table = NamedTable.open(SPARK, NAME);
    assertThat(table.version().orElseThrow().schema()).isEmpty();
    assertThat(staged(table)).isEqualTo(now()).hasSize(3);
  }

  @Test
  @EnabledIf("readsTheSchemaOfNow")
  void rowsAreThoseOfTheSnapshotAndTheSchemaThatWereRead() throws IOException {
    alter("RENAME COLUMN answer TO former", "RENAME COLUMN corrected TO answer");
    NamedTable table = NamedTable.open(SPARK, NAME);
    TableVersion version = table.version().orElseThrow();
    List<String> then = now();
    assertThat(Json.read(Json.write(version), TableVersion.class)).isEqualTo(version);

    insert("(3, 'old3', 'new3', 9, struct('a3', 'b3'))");
    assertThat(now()).hasSize(3);
    assertThat(staged(table)).isEqualTo(then);
    assertThat(staged(NamedTable.open(SPARK, NAME, version))).isEqualTo(then);

    TableVersion former =
        Json.read(
            "{\"table\": \""
                + TABLE
                + "\", \"kind\": \"snapshot-id\", \"version\": \""
                + version.version()
                + "\"}",
            TableVersion.class);
    assertThat(staged(NamedTable.open(SPARK, NAME, former)).get(0))
        .contains("\"answer\":\"old1\"", "\"corrected\":\"new1\"");

    alter("DROP COLUMN answer", "ADD COLUMN answer STRING");
    assertThatThrownBy(() -> staged(table))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "The schema of table:" + TABLE + " was changed while its rows were read; begin again");
    TableVersion newest = NamedTable.open(SPARK, NAME).version().orElseThrow();
    assertThatThrownBy(() -> NamedTable.open(SPARK, NAME, version))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "Cannot read table:%s as it was when this was begun: it has no %s any more, but %s;"
                    .formatted(TABLE, version, newest)
                + " restore that, or begin anew");
    assertThat(List.of(version, newest)).extracting(TableVersion::schema).doesNotHaveDuplicates();
  }

  @Test
  void aDigestTellsTypesWhoseTextsAreEqual() {
    SPARK.sql("SELECT 1 AS id, CAST(2.5 AS FLOAT) AS x, 3 AS y").createOrReplaceTempView("typed");
    TableName name = TableName.of("table:typed");
    ColumnSelection asked = new ColumnSelection(Set.of("id", "x"), Set.of());
    TableVersion single = NamedTable.open(SPARK, name).content(asked);
    SPARK.sql("SELECT 1 AS id, 2.5D AS x, 'z' AS y").createOrReplaceTempView("typed");
    TableVersion wide = NamedTable.open(SPARK, name).content(asked);
    SPARK.sql("SELECT 1 AS id, 2.5D AS x, 3 AS y").createOrReplaceTempView("typed");

    assertThat(wide.isStill(single)).isFalse();
    assertThat(NamedTable.open(SPARK, name).content(asked)).isEqualTo(wide);
    TableVersion former = new TableVersion("typed", TableVersion.CONTENT, single.version(), "");
    assertThat(single.isStill(former)).isTrue();
    assertThat(wide.isStill(former)).isTrue();
    assertThat(former.isStill(single)).isFalse();
    SPARK.catalog().dropTempView("typed");
  }
}

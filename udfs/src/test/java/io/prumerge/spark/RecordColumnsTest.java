package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RecordColumnsTest {

  private enum Kind {
    SO_SO
  }

  private record Range(double low, double high) {}

  private record Part(String name, Optional<Range> range) {}

  private record Whole(
      String runId,
      @ColumnNames("is_main") boolean main,
      long nOnlyA,
      OptionalDouble pValue,
      OptionalInt count,
      @ColumnNames("ci_*") Optional<Range> interval,
      Part part,
      Optional<Kind> kind,
      Instant startedAt,
      List<String> names,
      List<Part> parts,
      byte[] image,
      @AddedLater Map<String, String> extra) {}

  private record Unknown(Thread thread) {}

  private record Misnamed(@ColumnNames({"low"}) Range range) {}

  private static final RecordColumns<Whole> COLUMNS = RecordColumns.of(Whole.class);

  private static Whole whole(OptionalDouble pValue, Optional<Range> range, Optional<Kind> kind) {
    return new Whole(
        "r",
        true,
        3,
        pValue,
        pValue.isPresent() ? OptionalInt.of(7) : OptionalInt.empty(),
        range,
        new Part("p", range),
        kind,
        Instant.EPOCH,
        List.of("a", "b"),
        List.of(new Part("q", range)),
        new byte[] {7},
        Map.of("key", "value"));
  }

  @Test
  void componentsAreColumnsInTheirOrder() {
    assertThat(COLUMNS.schema().toDDL())
        .isEqualTo(
            "run_id STRING,is_main BOOLEAN,n_only_a BIGINT,p_value DOUBLE,count INT,ci_low DOUBLE,"
                + "ci_high DOUBLE,name STRING,low DOUBLE,high DOUBLE,kind STRING,"
                + "started_at TIMESTAMP,names ARRAY<STRING>,"
                + "parts ARRAY<STRUCT<name: STRING, low: DOUBLE, high: DOUBLE>>,"
                + "image BINARY,extra MAP<STRING, STRING>");
    assertThat(COLUMNS.schema().fields()).allMatch(StructField::nullable);
  }

  @Test
  void valuesAreThoseOfTheColumns() {
    Optional<Range> range = Optional.of(new Range(1, 2));
    Row row = COLUMNS.row(whole(OptionalDouble.of(0.5), range, Optional.of(Kind.SO_SO)));

    assertThat(row.mkString(" "))
        .startsWith("r true 3 0.5 7 1.0 2.0 p 1.0 2.0 so_so " + Timestamp.from(Instant.EPOCH));
    assertThat((Object[]) row.get(12)).containsExactly("a", "b");
    assertThat((Object[]) row.get(13)).extracting(Object::toString).containsExactly("[q,1.0,2.0]");
    assertThat((byte[]) row.get(14)).containsExactly(7);
    assertThat(row.getJavaMap(15)).isEqualTo(Map.of("key", "value"));
  }

  private static Row internal(Row row) {
    StructType schema = COLUMNS.schema();
    Object read =
        CatalystTypeConverters.createToScalaConverter(schema)
            .apply(CatalystTypeConverters.createToCatalystConverter(schema).apply(row));
    return (Row) read;
  }

  @Test
  void aRecordIsReadAsItWasWritten() {
    for (Optional<Range> range : List.of(Optional.of(new Range(1, 2)), Optional.<Range>empty())) {
      Whole whole = whole(OptionalDouble.of(0.5), range, Optional.of(Kind.SO_SO));
      Whole read = COLUMNS.record(internal(COLUMNS.row(whole)));
      assertThat(read).usingRecursiveComparison().isEqualTo(whole);
    }
    Whole empty = whole(OptionalDouble.empty(), Optional.empty(), Optional.empty());
    assertThat(COLUMNS.record(internal(COLUMNS.row(empty))))
        .usingRecursiveComparison()
        .isEqualTo(empty);
  }

  @Test
  void whatIsNullIsReadAsNull() {
    Whole nulls =
        new Whole(
            null,
            false,
            0,
            OptionalDouble.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            new Part(null, Optional.empty()),
            Optional.empty(),
            null,
            null,
            Arrays.asList(null, new Part(null, Optional.empty())),
            null,
            null);
    assertThat(COLUMNS.record(internal(COLUMNS.row(nulls)))).isEqualTo(nulls);
  }

  @Test
  void aNumberThatIsNullIsNamed() {
    Object[] values = new Object[COLUMNS.schema().size()];
    values[1] = true;
    assertThatThrownBy(() -> COLUMNS.record(RowFactory.create(values)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The column n_only_a is null");
    values[2] = 3L;
    values[10] = "other";
    assertThatThrownBy(() -> COLUMNS.record(RowFactory.create(values)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("OTHER is no Kind");
  }

  private record Later(String first, @AddedLater Range range, String last) {}

  private record Within(@AddedLater @ColumnNames({"of", "least", "most"}) Part part, Later later) {}

  @Test
  void theColumnsOfAComponentWereAddedLaterWithIt() {
    assertThat(COLUMNS.addedLater()).containsExactly("extra");
    assertThat(RecordColumns.of(Later.class).addedLater()).containsExactlyInAnyOrder("low", "high");
    assertThat(RecordColumns.of(Within.class).addedLater())
        .containsExactlyInAnyOrder("of", "least", "most", "low", "high");
  }

  @Test
  void whatIsEmptyIsNullWithAllThatBelongsToIt() {
    Whole empty = whole(OptionalDouble.empty(), Optional.empty(), Optional.empty());

    assertThat(COLUMNS.row(empty).mkString(" "))
        .startsWith("r true 3 null null null null p null null");
    assertThat(COLUMNS.values(empty))
        .containsEntry("name", "p")
        .containsEntry("kind", null)
        .containsOnlyKeys(COLUMNS.schema().fieldNames());
  }

  @Test
  void aComponentWithoutAColumnsTypeIsNamed() {
    assertThatThrownBy(() -> RecordColumns.of(Unknown.class))
        .hasMessage("No column has the type class java.lang.Thread");
    assertThatThrownBy(() -> RecordColumns.of(Misnamed.class))
        .hasMessageContaining("Range range has other than 2 names");
  }

  private record Struct(String first, @AddedLater @StructColumn Part part) {}

  @Test
  void aStructIsOneColumnThatMayBeNull() {
    RecordColumns<Struct> columns = RecordColumns.of(Struct.class);
    assertThat(columns.schema().toDDL())
        .isEqualTo("first STRING,part STRUCT<name: STRING, low: DOUBLE, high: DOUBLE>");
    assertThat(columns.addedLater()).containsExactly("part");
    for (Part part : Arrays.asList(null, new Part("p", Optional.of(new Range(1, 2))))) {
      Struct struct = new Struct("f", part);
      assertThat(columns.record(columns.row(struct))).isEqualTo(struct);
    }
  }
}

package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists as protobuf's, Thrift's, Avro's and other writers of Parquet nest them, and floats. */
class ParquetListsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String FIELDS =
      "repeated binary answers (STRING); "
          + "repeated group pictures { optional binary bytes; } "
          + "optional group s { repeated float f; repeated group t { repeated binary u (STRING);"
          + " optional int32 v; } repeated binary one; } "
          + "optional group two (LIST) { repeated int32 element; } "
          + "optional group nested (LIST) { repeated group element { repeated int32 x; } } "
          + "optional group thrift (LIST) { repeated group thrift_tuple { required int32 a; } } "
          + "optional group avro (LIST) { repeated group array { required int32 a; } } "
          + "optional group three (LIST) { repeated group list { optional group element (LIST) {"
          + " repeated group list { optional float element; } } } } "
          + "optional float single; optional double wide; repeated double none; ";

  private static final List<String> COLUMNS =
      List.of(
          "answers",
          "pictures",
          "s",
          "two",
          "nested",
          "thrift",
          "avro",
          "three",
          "single",
          "wide",
          "none");

  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("a.parquet");
    try (ParquetFixture rows = ParquetFixture.file(file, FIELDS)) {
      rows.row(
          row -> {
            row.append("answers", "a").append("answers", "b");
            ParquetFixture.image(row, "pictures", bytes(1));
            row.addGroup("pictures");
            ParquetFixture.image(row, "pictures", bytes(3));
            Group s = row.addGroup("s");
            s.append("f", 0.1f).append("f", 2.5f).append("f", 1e20f);
            s.addGroup("t").append("u", "x").append("u", "y").append("v", 7);
            s.addGroup("t").append("v", 8);
            s.append("one", Binary.fromConstantByteArray(bytes(4)));
            s.append("one", Binary.fromConstantByteArray(bytes(5)));
            row.addGroup("two").append("element", 1).append("element", 2);
            Group nested = row.addGroup("nested");
            nested.addGroup(0).append("x", 1).append("x", 2);
            nested.addGroup(0).append("x", 3);
            row.addGroup("thrift").addGroup(0).append("a", 1);
            row.addGroup("avro").addGroup(0).append("a", 1);
            row.addGroup("three").addGroup(0).addGroup(0).addGroup(0).append("element", 0.7f);
            row.append("single", 0.1f).append("wide", 0.1);
          });
      rows.row(row -> row.addGroup("s").addGroup("t"));
    }
  }

  private static byte[] bytes(int value) {
    return new byte[] {(byte) value, (byte) 0xFF};
  }

  private List<HuggingFaceRow> rows() throws IOException {
    List<HuggingFaceRow> rows = new ArrayList<>();
    HuggingFaceTable.of(Reading.path(file), Reading.HADOOP)
        .read(Set.copyOf(COLUMNS), Set.of(), rows::add);
    return rows;
  }

  private List<JsonNode> read() throws IOException {
    List<JsonNode> read = new ArrayList<>();
    for (HuggingFaceRow row : rows()) {
      ObjectNode all = JSON.createObjectNode();
      COLUMNS.forEach(column -> row.json(column).ifPresent(value -> all.set(column, value)));
      read.add(JSON.readTree(all.toString()));
    }
    return read;
  }

  @Test
  void repeatedFieldsAreListsOfAllTheirValues() throws IOException {
    assertThat(read().get(0).toString())
        .isEqualTo(
            "{'answers':['a','b'],'pictures':[{'bytes':'Af8='},{},{'bytes':'A/8='}],"
                    .replace('\'', '"')
                + ("'s':{'f':[0.1,2.5,1.0E20],'t':[{'u':['x','y'],'v':7},{'u':[],'v':8}],"
                        + "'one':['BP8=','Bf8=']},'two':[1,2],"
                        + "'nested':[{'x':[1,2]},{'x':[3]}],'thrift':[{'a':1}],'avro':[{'a':1}],"
                        + "'three':[[0.7]],'single':0.1,'wide':0.1,'none':[]}")
                    .replace('\'', '"'));
    assertThat(read().get(1).toString())
        .isEqualTo(
            "{'answers':[],'pictures':[],'s':{'f':[],'t':[{'u':[]}],'one':[]},'none':[]}"
                .replace('\'', '"'));
    assertThat(rows().get(0).texts("answers")).containsExactly("a", "b");
    assertThat(HuggingFaceTable.of(Reading.path(file), Reading.HADOOP).fields())
        .contains("pictures.bytes", "s.t.u", "nested.x", "thrift.a", "avro.a", "three")
        .doesNotContain("three.list", "three.element", "nested.element");
  }

  @Test
  void allPicturesOfARepeatedFieldAreRead() throws IOException {
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, Reading.HADOOP)) {
      HuggingFaceRow row = rows().get(0);
      assertThat(reader.read(row.image("pictures", "a", 0))).contains(bytes(1));
      assertThat(reader.read(row.image("pictures", "b", 1))).isEmpty();
      assertThat(reader.read(row.image("pictures", "c", 2))).contains(bytes(3));
      assertThat(reader.read(row.image("s.one", "d", 0))).contains(bytes(4));
      assertThat(reader.read(row.image("s.one", "e", 1))).contains(bytes(5));
    }
  }

  @Test
  void listsOfAllWritersAreOfOneType() {
    Type text =
        Types.repeated(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("answers");
    Type listed =
        Types.optionalList()
            .optionalElement(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("answers");
    Type single =
        Types.optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("answers");
    assertThat(HuggingFaceTable.agree(text, listed)).isTrue();
    assertThat(HuggingFaceTable.agree(listed, text)).isTrue();
    assertThat(HuggingFaceTable.agree(text, text)).isTrue();
    assertThat(HuggingFaceTable.agree(text, single)).isFalse();
    assertThat(HuggingFaceTable.agree(single, listed)).isFalse();
  }

  /**
   * But for lists in elements without a second field, of which Spark 3.5 loses all but the first.
   */
  @Test
  @Tag("spark")
  void theyAreWhatSparkReads() throws IOException {
    List<JsonNode> spark = new ArrayList<>();
    for (String row :
        LocalSpark.session().read().parquet(file.toString()).toJSON().collectAsList()) {
      spark.add(JSON.readTree(row));
    }
    List<JsonNode> read = read();
    Stream.of(read, spark)
        .flatMap(List::stream)
        .forEach(row -> ((ObjectNode) row).remove("nested"));
    assertThat(read).containsExactlyElementsOf(spark);
  }
}

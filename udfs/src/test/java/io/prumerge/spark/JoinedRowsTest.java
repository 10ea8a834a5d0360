package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.spark.PredictPartition.Joined;
import io.prumerge.spark.PredictPartition.JoinedRows;
import io.prumerge.spark.version.Sequences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

final class JoinedRowsTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("image", DataTypes.BinaryType)
          .add("prompt", DataTypes.createArrayType(DataTypes.StringType));
  private static final PredictInput INPUT =
      new PredictInput(
          0,
          false,
          PredictInput.NO_COLUMN,
          1,
          PredictInput.NO_COLUMN,
          PredictInput.NO_COLUMN,
          0,
          false);

  private static Row row(byte[] image, int questions) {
    return new GenericRowWithSchema(
        new Object[] {image, Sequences.sequence(Collections.<Object>nCopies(questions, "Q?"))},
        SCHEMA);
  }

  private static List<Integer> sizes(boolean joins, Row... rows) {
    Iterator<Joined> joined = new JoinedRows(Arrays.asList(rows).iterator(), INPUT, joins);
    List<Integer> sizes = new ArrayList<>();
    List<Row> read = new ArrayList<>();
    joined.forEachRemaining(
        some -> {
          sizes.add(some.rows().size());
          read.addAll(some.rows());
        });
    assertThat(read).containsExactly(rows);
    return sizes;
  }

  @Test
  void neighboursWithTheSameBytesAreOneRequest() {
    byte[] cat = {1, 2, 3};
    byte[] dog = {1, 2, 4};
    Row[] rows = {row(cat, 1), row(cat.clone(), 2), row(dog, 1), row(cat, 1)};
    assertThat(sizes(true, rows)).containsExactly(2, 1, 1);
    assertThat(sizes(false, rows)).containsExactly(1, 1, 1, 1);
    assertThat(sizes(true)).isEmpty();
  }

  @Test
  void rowsWithoutAnImageStayApart() {
    assertThat(sizes(true, row(null, 1), row(null, 1), row(new byte[1], 1)))
        .containsExactly(1, 1, 1);
  }

  @Test
  void aRequestIsFullWithManyQuestions() {
    byte[] image = {7};
    Row[] rows = Collections.nCopies(300, row(image, 1)).toArray(Row[]::new);
    assertThat(sizes(true, rows)).containsExactly(256, 44);
    assertThat(sizes(true, row(image, 255), row(image, 300), row(image, 1))).containsExactly(2, 1);
  }

  @Test
  void aRequestIsFullWithManyBytes() {
    byte[] image = new byte[(8 << 20) / 3];
    Row[] rows = Collections.nCopies(6, row(image, 1)).toArray(Row[]::new);
    assertThat(sizes(true, rows)).containsExactly(4, 2);
  }
}

package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.source.ParquetFooter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that memory for examples depends on their bytes, however many rows have them. */
@Tag("spark")
class ImageParquetTest {

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "id INT, image BINARY, video STRUCT<frames: ARRAY<STRUCT<index: INT, image: BINARY>>>");

  private static final int MEGABYTE = 1 << 20;
  private static final int FRAMES = 5;
  private static final int FRAME = 4 * MEGABYTE;

  @TempDir private Path folder;

  /** Small pictures come first: a writer that expected more of them would hold all videos. */
  @Test
  void aRowGroupEndsWithTheRowThatFillsIt() throws IOException {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 20).forEach(i -> rows.add(RowFactory.create(i, bytes(i, 100), null)));
    IntStream.range(20, 25).forEach(i -> rows.add(RowFactory.create(i, null, video(i))));
    IntStream.range(25, 30).forEach(i -> rows.add(RowFactory.create(i, bytes(i, MEGABYTE), null)));
    String path = folder.resolve("table").toString();

    ImageParquet.write(LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(1), path);

    List<BlockMetaData> groups = groups(path);
    assertThat(groups).extracting(BlockMetaData::getRowCount).containsExactly(22L, 1L, 1L, 1L, 5L);
    assertThat(groups)
        .allSatisfy(
            group ->
                assertThat(group.getTotalByteSize())
                    .isLessThan(2L * FRAMES * FRAME + 2L * MEGABYTE));
    for (BlockMetaData group : groups) {
      assertThat(group.getColumns())
          .filteredOn(column -> column.getPath().toDotString().endsWith("image"))
          .hasSize(2)
          .flatExtracting(ColumnChunkMetaData::getEncodings)
          .noneMatch(Encoding::usesDictionary);
    }
    Dataset<Row> read =
        ImageParquet.reading(LocalSpark.session()).read().schema(SCHEMA).parquet(path);
    List<Row> back = read.orderBy("id").selectExpr("id", "video.frames.image").collectAsList();
    assertThat(back).hasSize(30);
    assertThat(back.get(22).<byte[]>getList(1).get(3)).isEqualTo(bytes(22 * FRAMES + 3, FRAME));
  }

  private static Row video(int number) {
    return RowFactory.create(
        (Object)
            IntStream.range(0, FRAMES)
                .mapToObj(i -> RowFactory.create(i, bytes(number * FRAMES + i, FRAME)))
                .toArray(Row[]::new));
  }

  /** As bytes of encoded pictures are: they do not shrink. */
  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static List<BlockMetaData> groups(String table) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(table))) {
      Path file =
          files.filter(one -> one.toString().endsWith(".parquet")).findFirst().orElseThrow();
      return ParquetFooter.read(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())
          .metadata()
          .getBlocks();
    }
  }
}

package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import io.prumerge.source.table.DataTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A later attempt of {@code prepare} takes the rows that an earlier one has read of a table. */
@Tag("spark")
class TableStageTest {

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;
  private int whole;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\ndata: table:staged\ncolumns: {id: id, question: asked}\n"
            + "score: {exact: {rule: exact}}\n");
    questions("What?");
  }

  @AfterEach
  void drop() {
    SPARK.catalog().dropTempView("staged");
  }

  private static void questions(String asked) {
    SPARK.sql(
        "CREATE OR REPLACE TEMP VIEW staged AS SELECT id, '"
            + asked
            + "' AS asked, uuid() AS unasked FROM range(4)");
  }

  private StagedTable staged() throws IOException {
    return staged(Optional.empty());
  }

  private StagedTable staged(Optional<TableVersion> version) throws IOException {
    return staged(version, OptionalLong.empty(), false);
  }

  private PrepareOptions options(OptionalLong limit) {
    Benchmark benchmark = NamedBenchmark.of(folder.resolve("own.yaml").toString());
    return new PrepareOptions(
        benchmark,
        benchmark.sources(),
        Optional.empty(),
        benchmark.prompts(Optional.empty()),
        limit,
        LimitOrder.FILES,
        FrameChoice.NONE,
        folder.resolve("out").toString());
  }

  private StagedTable staged(
      Optional<TableVersion> version, OptionalLong limit, boolean headersOnly) throws IOException {
    PrepareOptions options = options(limit);
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(output, "preparing", output.getFileSystem(new Configuration()))) {
      place.take(LeaseHolder.here("test"), LeasedWork.TABLE);
      return new TableStage(
              SPARK,
              new Console(
                  new PrintWriter(err, true), new PrintWriter(err, true), Console.UNLIMITED),
              TableSource.of(options.benchmark(), options.sources()).orElseThrow(),
              new PrepareRequest(options, version, headersOnly),
              new SourceFiles(List.of(), new Configuration()),
              place)
          .made();
    }
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".out.preparing"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("table-"))
          .toList();
    }
  }

  @Test
  void whatHasNotChangedIsNotWrittenAgainIfItIsWhole() throws IOException {
    StagedTable first = staged();

    assertThat(staged()).isEqualTo(first);
    assertThat(folders()).containsExactly(first.folder().getName());
    assertThat(err.toString()).doesNotContain("warning");

    Files.delete(Path.of(first.folder().toUri().getPath(), "_version.json"));
    StagedTable second = staged();
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(folders()).containsExactly(second.folder().getName());
  }

  @Test
  void ofAChangedTableWithoutVersionsAllIsReadAnew() throws IOException {
    StagedTable first = staged();
    questions("Where?");

    StagedTable second = staged();
    assertThat(second.version()).isNotEqualTo(first.version());
    assertThat(folders()).containsExactly(second.folder().getName());
    assertThat(err.toString())
        .contains("table:staged has changed since an earlier attempt to prepare it");
  }

  /** Five rows in another order than that of ids; each has a picture of more than 64 KiB. */
  private void pictures(String columns) throws IOException {
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\ndata: table:staged\ncolumns: {id: id, question: asked, "
            + columns
            + "}\nscore: {exact: {rule: exact}}\n");
    BufferedImage noise = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int pixel = 0; pixel < 300 * 200; pixel++) {
      noise.setRGB(pixel % 300, pixel / 300, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    ImageIO.write(noise, "png", picture);
    List<Row> rows = new ArrayList<>();
    for (long id : new long[] {4, 2, 5, 1, 3}) {
      byte[] bytes = picture.toByteArray();
      bytes[bytes.length - 1] = (byte) id;
      rows.add(
          RowFactory.create(
              id,
              "What?",
              id % 2 == 0 ? "even" : "odd",
              bytes,
              RowFactory.create(bytes, null),
              List.of(RowFactory.create(bytes, "a.png"), RowFactory.create(bytes, null))));
    }
    SPARK
        .createDataFrame(
            rows,
            StructType.fromDDL(
                "id BIGINT, asked STRING, part STRING, photo BINARY,"
                    + " struct STRUCT<bytes: BINARY, path: STRING>,"
                    + " list ARRAY<STRUCT<bytes: BINARY, path: STRING>>"))
        .createOrReplaceTempView("staged");
    whole = picture.size();
  }

  /** Returns the lengths of the pictures in the order of ids. */
  private List<Integer> lengths(StagedTable staged, String picture) {
    return SPARK
        .read()
        .parquet(staged.folder().toString())
        .orderBy("id")
        .selectExpr("length(" + picture + ")")
        .as(Encoders.INT())
        .collectAsList();
  }

  @Test
  void underALimitOnlyThePicturesOfItsRowsAreWritten() throws IOException {
    for (String column : List.of("photo", "struct", "list")) {
      pictures("image: " + column);
      StagedTable limited = staged(Optional.empty(), OptionalLong.of(2), false);

      String bytes = column.equals("list") ? "list[1].bytes" : column + ".bytes";
      assertThat(lengths(limited, bytes)).containsExactly(whole, whole, 1, 1, 1);
      if (column.equals("list")) {
        StagedTable all = staged();
        assertThat(lengths(all, bytes)).containsExactly(whole, whole, whole, whole, whole);
        assertThat(all.version()).isEqualTo(limited.version());
      }
    }
  }

  @Test
  void aLimitCountsRowsOfItsSplitAndKeepsUnitsWhole() throws IOException {
    pictures("image: photo, split: part");
    Files.writeString(
        folder.resolve("own.yaml"),
        Files.readString(folder.resolve("own.yaml")).replace("name: own", "name: own\nsplit: odd"));
    assertThat(lengths(staged(Optional.empty(), OptionalLong.of(2), false), "photo.bytes"))
        .containsExactly(whole, 1, whole, 1, 1);

    pictures("image: photo, unit: part");
    assertThat(lengths(staged(Optional.empty(), OptionalLong.of(1), false), "photo.bytes"))
        .containsExactly(whole, 1, whole, 1, whole);
  }

  @Test
  void aPlanReadsTheHeadersOfPictures() throws IOException {
    pictures("image: photo");
    List<Integer> lengths =
        lengths(staged(Optional.empty(), OptionalLong.empty(), true), "photo.bytes");
    assertThat(lengths).hasSize(5).containsOnly(RowPictures.HEADER_BYTES);
    assertThat(lengths(staged(Optional.empty(), OptionalLong.of(2), true), "photo.bytes"))
        .containsExactly(RowPictures.HEADER_BYTES, RowPictures.HEADER_BYTES, 1, 1, 1);
    new Prepare(SPARK, Console.SILENT)
        .prepare(new PrepareRequest(options(OptionalLong.empty()), Optional.empty(), true));
    assertThat(
            SPARK
                .read()
                .parquet(folder.resolve("out").toString())
                .where("width = 300 AND height = 200")
                .count())
        .isEqualTo(5);
  }

  /** Written once as images, they would be written twice with the rows. */
  @Test
  void picturesOfParquetFilesStayInThem() throws IOException {
    for (String column : List.of("struct.bytes", "list", "photo")) {
      pictures("image: " + column);
      Path rows = folder.resolve("rows of%41 é " + column);
      SPARK.table("staged").repartition(2).write().partitionBy("part").parquet(rows.toString());
      Path own = folder.resolve("own.yaml");
      Files.writeString(
          own,
          Files.readString(own)
              .replace("table:staged", "{format: parquet, path: '" + rows + "'}")
              .replace("id: id, ", "category: id, "));

      StagedTable staged = staged();

      String bytes = column.equals("list") ? "list[1].bytes" : "`" + column + "`.bytes";
      assertThat(lengths(staged, bytes)).containsExactly(1, 1, 1, 1, 1);
      assertThat(lastBytes(staged, column)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
    }
    new Prepare(SPARK, Console.SILENT).prepare(new PrepareRequest(options(OptionalLong.of(4))));
    assertThat(
            SPARK
                .read()
                .parquet(folder.resolve("out").toString())
                .where("questions[0].category = cast(hex(substr(image, -1)) AS int)")
                .count())
        .isEqualTo(4);
  }

  /** Returns the last byte of each row's last picture, after a check that it is the row's. */
  private List<Long> lastBytes(StagedTable staged, String column) throws IOException {
    Configuration hadoop = new Configuration();
    List<Long> last = new ArrayList<>();
    DataTable table =
        DataTable.open(new SourceFiles(List.of(), hadoop).with(staged), "test").get(0);
    assertThat(table.columns()).doesNotContain(StagedTable.FILE, StagedTable.ROW);
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, RowPictures.MAX_BYTES, hadoop)) {
      table.read(
          Set.of("id", column),
          row -> {
            List<Optional<ImagePlace>> places = row.images(column, false, "picture");
            try {
              byte[] picture = reader.read(places.get(places.size() - 1).get()).get();
              assertThat((long) picture[picture.length - 1]).isEqualTo(row.id("id").longValue());
              last.add(row.id("id").longValue());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return last;
  }

  @Test
  void aViewWithOtherRowsEachTimeCannotBeOfARun() throws IOException {
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\ndata: table:staged\ncolumns: {id: id, question: unasked}\n"
            + "score: {exact: {rule: exact}}\n");
    StagedTable first = staged();
    Files.delete(Path.of(first.folder().toUri().getPath(), "_version.json"));

    assertThatThrownBy(() -> staged(first.version()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is a view with other rows each time");
    assertThat(folder.resolve(".out.preparing")).doesNotExist();
  }
}

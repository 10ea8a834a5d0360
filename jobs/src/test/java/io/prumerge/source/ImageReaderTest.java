package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Setting;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {

  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private Optional<byte[]> read(ImagePlace place) throws IOException {
    return read(place, 1000);
  }

  private Optional<byte[]> read(ImagePlace place, int most) throws IOException {
    try (ImageReader reader = new ImageReader(images(folder, folder), most, HADOOP)) {
      return reader.read(place);
    }
  }

  private static ImageFolder images(Path folder, Path... sources) {
    return new ImageFolder(
        folder.toUri().toString(),
        Stream.of(sources).map(source -> source.toUri().toString()).toList(),
        Setting.SOURCE);
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void readsFiles() throws IOException {
    byte[] bytes = random(2000, 1);
    Files.write(folder.resolve("a b.jpg"), bytes);
    Files.write(folder.resolve("empty.jpg"), new byte[0]);

    assertThat(read(new ImagePlace.InFolder("a b.jpg"), 5000)).contains(bytes);
    assertThat(read(new ImagePlace.InFolder("a b.jpg"))).contains(Arrays.copyOf(bytes, 1000));
    assertThat(read(new ImagePlace.InFolder("empty.jpg"))).isEmpty();
    assertThat(read(new ImagePlace.InFolder("absent.jpg"))).isEmpty();
  }

  @Test
  void followsLinksOnlyBelowTheFoldersGiven() throws IOException {
    Path images = Files.createDirectories(folder.resolve("given/images"));
    Path inside = Files.write(folder.resolve("given/a.jpg"), new byte[] {1});
    Path outside = Files.createDirectories(folder.resolve("given-too"));
    Files.write(outside.resolve("secret"), new byte[] {2});
    Files.createSymbolicLink(images.resolve("in.jpg"), inside);
    Files.createSymbolicLink(images.resolve("out.jpg"), Path.of("../../given-too/secret"));
    Files.createSymbolicLink(images.resolve("folder"), outside);
    Files.createSymbolicLink(images.resolve("nowhere.jpg"), Path.of("none"));
    Files.createSymbolicLink(images.resolve("loop.jpg"), Path.of("loop.jpg"));
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), images.getParent());
    Path linkedImages = linked.resolve("images");

    try (ImageReader reader = new ImageReader(images(linkedImages, linked), 9, HADOOP)) {
      assertThat(reader.read(new ImagePlace.InFolder("in.jpg"))).contains(new byte[] {1});
      assertThat(reader.read(new ImagePlace.InFolder("nowhere.jpg"))).isEmpty();
      assertThat(reader.read(new ImagePlace.InFolder("loop.jpg"))).isEmpty();
      for (String name : List.of("out.jpg", "folder/secret")) {
        assertThatThrownBy(() -> reader.read(new ImagePlace.InFolder(name)))
            .isInstanceOf(DataException.class)
            .hasMessage(
                "image '%s' in %s is a symbolic link to %s, outside the given folders; to allow it, give its folder as one more source",
                name, linkedImages.toUri(), outside.resolve("secret").toRealPath());
      }
    }
    try (ImageReader reader = new ImageReader(images(images, images, outside), 9, HADOOP)) {
      assertThat(reader.read(new ImagePlace.InFolder("folder/secret"))).contains(new byte[] {2});
      assertThatThrownBy(() -> reader.read(new ImagePlace.InFolder("in.jpg")))
          .isInstanceOf(DataException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/../../b", "/etc/passwd", "file:/a", "", "a\0.jpg", "a\nb"})
  void noPlaceIsOutsideTheFolder(String name) {
    assertThatThrownBy(() -> new ImagePlace.InFolder(name))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("image '" + name + "' ")
        .hasMessageEndingWith("; expected a path below the image folder");
  }

  private ImagePlace.Base64Range range(String text) throws IOException {
    String before = "1\t";
    Path file = Files.writeString(folder.resolve("t.tsv"), before + text + "\tü\n");
    return new ImagePlace.Base64Range("1", file.toUri().toString(), before.length(), text.length());
  }

  @Test
  void decodesBase64() throws IOException {
    for (int length : new int[] {1, 2, 3, 4, 254, 255, 256, 1000}) {
      byte[] bytes = random(length, length);
      assertThat(read(range(Base64.getEncoder().encodeToString(bytes)))).contains(bytes);
      assertThat(read(range(Base64.getMimeEncoder().encodeToString(bytes)), 2000))
          .as("in lines")
          .contains(bytes);
    }
    byte[] longer = random(2000, 3);
    assertThat(read(range(Base64.getEncoder().encodeToString(longer))))
        .contains(Arrays.copyOf(longer, 1000));
    assertThat(read(range(""))).isEmpty();
  }

  /** As pages of the web hold pictures. */
  @Test
  void decodesDataUris() throws IOException {
    for (int length : new int[] {1, 2, 3, 254, 900, 2000}) {
      byte[] bytes = random(length, length);
      byte[] expected = Arrays.copyOf(bytes, Math.min(length, 1000));
      for (String start : List.of("data:image/png;base64,", "data:image/svg+xml;a=b;base64,")) {
        String text = start + Base64.getEncoder().encodeToString(bytes);
        assertThat(read(range(text))).as("%s of %d bytes", start, length).contains(expected);
        assertThat(read(range(text.replaceAll("(.{76})", "$1 ")))).contains(expected);
      }
    }
    for (String none : List.of("data:", "data:image/png;base64", "data:" + "x".repeat(300))) {
      assertThat(read(range(none))).contains(none.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void givesBrokenBase64AsItStands() throws IOException {
    for (String broken : List.of("QUJD!UJD", "QUJDQ", "QU=JD", "<html>")) {
      assertThat(read(range(broken))).contains(broken.getBytes(StandardCharsets.US_ASCII));
    }
    ImagePlace.Base64Range beyond =
        new ImagePlace.Base64Range("1", range("QUJD").file(), 2, 1_000_000);
    assertThatThrownBy(() -> read(beyond)).isInstanceOf(EOFException.class);
  }

  private List<byte[]> imageFile(Path file, int count) throws IOException {
    List<byte[]> images = new ArrayList<>();
    try (ParquetFixture parquet =
        ParquetFixture.smallGroups(file, "required int64 id; " + ParquetFixture.image("image"))) {
      for (int i = 0; i < count; i++) {
        byte[] bytes = random(1 + i % 7 * 20, i);
        images.add(bytes);
        parquet.row(
            row -> {
              row.append("id", 1L);
              ParquetFixture.image(row, "image", bytes);
            });
      }
    }
    return images;
  }

  private static ImagePlace cell(Path file, long row, int item) {
    return new ImagePlace.ParquetCell("x", file.toUri().toString(), row, "image", item);
  }

  /** Spark finds a column whatever its capitals; without its bytes it would be no picture. */
  @Test
  void bytesAreNotAbsentOfAColumnWithOtherCapitals() throws IOException {
    Path file = folder.resolve("a.parquet");
    imageFile(file, 3);
    try (AbsentBytes absent = new AbsentBytes(HADOOP)) {
      assertThat(absent.inAll(new ImagePlace.ParquetCell("x", file.toString(), 0, "image", 0)))
          .isFalse();
      assertThatThrownBy(
              () ->
                  absent.inAll(
                      new ImagePlace.ParquetCell("x", file.toString(), 0, "Image.bytes", 0)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("a.parquet has no column 'Image' written so, with these capitals");
    }
  }

  @Test
  void readsCellsInAnyOrder() throws IOException {
    List<Path> files = List.of(folder.resolve("a.parquet"), folder.resolve("b.parquet"));
    List<List<byte[]>> images = List.of(imageFile(files.get(0), 50), imageFile(files.get(1), 31));
    Random random = new Random(4);
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, HADOOP)) {
      for (int round = 0; round < 60; round++) {
        int file = random.nextInt(2);
        int[] rows =
            IntStream.range(0, random.nextInt(20))
                .map(i -> random.nextInt(images.get(file).size()))
                .toArray();
        if (round % 2 == 0) {
          Arrays.sort(rows);
        }
        for (int row : rows) {
          assertThat(reader.read(cell(files.get(file), row, 0)))
              .contains(images.get(file).get(row));
        }
      }
    }
    assertThatThrownBy(() -> read(cell(files.get(1), 31, 0)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "b.parquet: cannot read row 31: it has only 31 rows; was it replaced?");
  }

  /** Pictures of 0 to 2 in a row, of 60 kB, in pages of one and one row group of 15 MB. */
  private static List<List<byte[]>> lists(Path file) throws IOException {
    List<List<byte[]>> lists = new ArrayList<>();
    String fields =
        "required binary id (STRING); " + ParquetFixture.list("image", "optional binary element;");
    try (ParquetFixture parquet = ParquetFixture.largeGroup(file, fields)) {
      for (int i = 0; i < 250; i++) {
        int number = i;
        List<byte[]> list =
            IntStream.range(0, i % 3)
                .mapToObj(item -> random(60_000, 10L * number + item))
                .toList();
        lists.add(list);
        parquet.row(
            row -> {
              row.append("id", "q" + number);
              Group group = row.addGroup("image");
              list.forEach(
                  one -> group.addGroup(0).append("element", Binary.fromConstantByteArray(one)));
            });
      }
    }
    return lists;
  }

  /** By class: the global statistics of "file" are of the first such class in this JVM, any. */
  @SuppressWarnings("deprecation")
  private static long bytesRead() {
    return FileSystem.getStatistics("file", RawLocalFileSystem.class).getBytesRead();
  }

  @ParameterizedTest
  @ValueSource(strings = {"as Spark writes it", "none", "of another column", "of fewer rows"})
  void readsPagesByTheirIndexIfItIsRight(String index) throws IOException {
    Path file = folder.resolve("pages.parquet");
    List<List<byte[]>> lists = lists(file);
    ParquetFixture.change(
        file,
        footer -> {
          ColumnChunk id = footer.getRow_groups().get(0).getColumns().get(0);
          ColumnChunk image = footer.getRow_groups().get(0).getColumns().get(1);
          switch (index) {
            case "none" -> image.unsetOffset_index_offset();
            case "of another column" -> {
              image.setOffset_index_offset(id.getOffset_index_offset());
              image.setOffset_index_length(id.getOffset_index_length());
            }
            case "of fewer rows" -> footer.getRow_groups().get(0).setNum_rows(100);
            default -> {}
          }
        });
    int rows = index.equals("of fewer rows") ? 100 : 250;
    Random random = new Random(7);
    Configuration counted = new Configuration();
    // Else the file system is one that another test of this JVM has made, maybe of another class.
    counted.setBoolean("fs.file.impl.disable.cache", true);
    long before = bytesRead();
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 60_000, counted)) {
      assertThat(reader.read(cell(file, 98, 1))).contains(lists.get(98).get(1));
      assertThat(bytesRead() - before < Files.size(file) / 2)
          .as("not all is read")
          .isEqualTo(index.equals("as Spark writes it"));
      for (int row :
          IntStream.range(0, 256).map(i -> i < 250 ? i : random.nextInt(250)).toArray()) {
        for (int item = 0; row < rows && item < 3; item++) {
          Optional<byte[]> expected = lists.get(row).stream().skip(item).findFirst();
          Optional<byte[]> read = reader.read(cell(file, row, item));
          assertThat(read.isPresent()).isEqualTo(expected.isPresent());
          assertThat(read.orElse(new byte[0])).isEqualTo(expected.orElse(new byte[0]));
        }
      }
    }
  }

  @Test
  void readsListsAndNulls() throws IOException {
    Path file = folder.resolve("list.parquet");
    String image =
        "optional group element { optional binary bytes; optional binary path (STRING); }";
    try (ParquetFixture parquet = ParquetFixture.file(file, ParquetFixture.list("image", image))) {
      parquet.row(
          row -> {
            Group list = row.addGroup("image");
            ParquetFixture.image(list.addGroup(0), "element", new byte[] {1});
            list.addGroup(0);
            list.addGroup(0).addGroup(0).append("path", "only.jpg");
            ParquetFixture.image(list.addGroup(0), "element", new byte[] {2, 3});
            ParquetFixture.image(list.addGroup(0), "element", new byte[0]);
          });
      parquet.row(row -> {});
    }
    assertThat(read(cell(file, 0, 0))).contains(new byte[] {1});
    assertThat(read(cell(file, 0, 1))).isEmpty();
    assertThat(read(cell(file, 0, 2))).isEmpty();
    assertThat(read(cell(file, 0, 3))).contains(new byte[] {2, 3});
    assertThat(read(cell(file, 0, 4))).isEmpty();
    assertThat(read(cell(file, 0, 5))).isEmpty();
    assertThat(read(cell(file, 1, 0))).isEmpty();
  }

  @Test
  void refusesColumnsWithoutImagesAndDamagedPages() throws IOException {
    Path file = folder.resolve("a.parquet");
    imageFile(file, 5);
    ImagePlace id = new ImagePlace.ParquetCell("x", file.toUri().toString(), 0, "id", 0);
    assertThatThrownBy(() -> read(id))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Column 'id' of ")
        .hasMessageEndingWith("a.parquet holds no images");

    ImagePlace gone = new ImagePlace.ParquetCell("x", file.toUri().toString(), 0, "photograph", 0);
    assertThatThrownBy(() -> read(gone))
        .as("replaced since it was planned")
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Column 'photograph' of ")
        .hasMessageEndingWith("a.parquet holds no images");

    byte[] bytes = Files.readAllBytes(file);
    int footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    Arrays.fill(bytes, 4, bytes.length - 8 - footer, (byte) 0xFF);
    Files.delete(folder.resolve(".a.parquet.crc"));
    Files.write(file, bytes);
    assertThatThrownBy(
            () -> {
              for (int row = 0; row < 5; row++) {
                read(cell(file, row, 0));
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet: cannot read row 0: ");
  }
}

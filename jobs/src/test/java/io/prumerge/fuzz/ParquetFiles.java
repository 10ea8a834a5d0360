package io.prumerge.fuzz;

import static io.prumerge.source.ParquetFixture.image;
import static io.prumerge.source.ParquetFixture.list;

import io.prumerge.jobs.BenchmarkFixture;
import io.prumerge.source.DataException;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.ParquetReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;

/** Parquet files of data sets. */
final class ParquetFiles {

  private static final String TEXT = "optional binary %s (STRING); ";

  /**
   * The library allocates what a footer declares: texts and lists of up to 100 million bytes and
   * elements.
   */
  private static final Target.Heap HEAP = new Target.Heap(1 << 30, 300);

  private static final String ALL_TYPES =
      TEXT.formatted("text")
          + "optional int32 number (INTEGER(8,true)); "
          + list("texts", TEXT.formatted("element"))
          + list("structs", "optional group item { optional binary answer (STRING); }")
          + "optional group struct { optional binary type (STRING); } "
          + image("image");

  /** Writes a file by {@link ParquetFixture}. */
  private interface Form {
    ParquetFixture file(Path path, String fields) throws IOException;
  }

  private ParquetFiles() {}

  static List<Target> targets() {
    try {
      Path folder = Workplace.folder();
      Path file = folder.resolve("test-00000-of-00001.parquet");
      List<byte[]> seeds =
          List.of(
              written(ParquetFixture::file, ALL_TYPES, ParquetFiles::allTypes),
              written(ParquetFixture::compressed, ALL_TYPES, ParquetFiles::allTypes));
      return List.of(
          target("table", seeds, file, () -> ParquetReading.table(file)),
          target("images", seeds, file, () -> ParquetReading.images(file, 2)),
          scienceQa(),
          pope());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the file. */
  private interface Reading {
    void read() throws IOException;
  }

  private static Target target(String name, List<byte[]> seeds, Path file, Reading reading) {
    return new Target(
        "Parquet " + name,
        seeds,
        bytes -> {
          Files.write(file, bytes);
          reading.read();
        },
        List.of(DataException.class),
        HEAP);
  }

  private static byte[] written(Form form, String fields, Consumer<Group> row) throws IOException {
    Path file = Workplace.folder().resolve("seed.parquet");
    try (ParquetFixture parquet = form.file(file, fields)) {
      parquet.row(row).row(row);
    }
    return Workplace.bytes(file);
  }

  private static void allTypes(Group row) {
    row.append("text", "one").append("number", 7);
    Group texts = row.addGroup("texts");
    texts.addGroup(0).append("element", "a");
    texts.addGroup(0).append("element", "b");
    row.addGroup("structs").addGroup(0).addGroup(0).append("answer", "yes");
    row.addGroup("struct").append("type", "query");
    ParquetFixture.image(row, "image", new byte[] {1, 2, 3});
  }

  private static Target scienceQa() throws IOException {
    String fields =
        image("image")
            + TEXT.formatted("question")
            + list("choices", TEXT.formatted("element"))
            + "optional int32 answer (INTEGER(8,true)); "
            + TEXT.formatted("hint")
            + TEXT.formatted("grade")
            + TEXT.formatted("subject")
            + TEXT.formatted("topic");
    return benchmark(
        BenchmarkFixture.SCIENCEQA,
        fields,
        row -> {
          ParquetFixture.image(row, "image", new byte[] {1});
          row.append("question", "Where?").append("answer", 1).append("hint", "A  map.");
          row.append("grade", "grade6").append("subject", "social science");
          row.append("topic", "geography");
          Group choices = row.addGroup("choices");
          choices.addGroup(0).append("element", "here");
          choices.addGroup(0).append("element", "there");
        });
  }

  private static Target pope() throws IOException {
    String fields =
        TEXT.formatted("question_id")
            + TEXT.formatted("question")
            + TEXT.formatted("answer")
            + TEXT.formatted("image_source")
            + TEXT.formatted("category")
            + image("image");
    return benchmark(
        BenchmarkFixture.POPE,
        fields,
        row -> {
          row.append("question_id", "1").append("question", "Is there a dog?");
          row.append("answer", "no").append("image_source", "COCO_1").append("category", "random");
          ParquetFixture.image(row, "image", new byte[] {1});
        });
  }

  private static Target benchmark(BenchmarkFixture fixture, String fields, Consumer<Group> row)
      throws IOException {
    Path root = Workplace.folder();
    Path folder = Files.createDirectories(root.resolve(fixture.toString()));
    return target(
        fixture.toString(),
        List.of(written(ParquetFixture::file, fields, row)),
        folder.resolve("test-00000-of-00001.parquet"),
        () -> BenchmarkFiles.questions(fixture, root));
  }
}

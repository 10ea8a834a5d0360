package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are counted by what they show, where each question has a name of its own for its one. */
@Tag("spark")
class DifferentImagesTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path PHOTOS = ROOT.resolve("jobs/src/test/resources/questions/photos");

  @TempDir private Path folder;

  private static byte[] bytes(int number) throws IOException {
    return Files.readAllBytes(PHOTOS.resolve(number + ".png"));
  }

  private static String base64(int number) throws IOException {
    return Base64.getEncoder().encodeToString(bytes(number));
  }

  /** Returns what is said of the images when a benchmark is prepared, before its questions. */
  private String prepared(String data) throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(
        file,
        "name: own\n%s\ncolumns: {id: id, image: image, question: question}\n".formatted(data));
    CommandLineRun run =
        CommandLineRun.of(
            "prepare", "--benchmark=" + file, "--output=" + folder.resolve("examples"));
    assertThat(run.code()).as(run.err()).isZero();
    String said = run.out().lines().filter(line -> line.startsWith("own/")).findFirst().get();
    return said.replaceAll("^own/test: |, \\d+ questions? -> .*", "");
  }

  /** Returns the line of the benchmark in the plan of a run. */
  private String planned(String... more) {
    List<String> all =
        new ArrayList<>(List.of("evaluate", "--model", ROOT.resolve("conf/mini-llava").toString()));
    all.addAll(List.of("--method", "none", "--examples", folder.resolve("examples").toString()));
    all.addAll(List.of("--output", folder.resolve("run").toString(), "--dry-run"));
    all.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run.out()
        .lines()
        .filter(line -> line.startsWith("own "))
        .findFirst()
        .map(line -> line.replaceAll("\\s+", " ").strip())
        .orElseThrow();
  }

  @Test
  void texts() throws IOException {
    StringBuilder rows = new StringBuilder("id,image,question\n");
    for (int i = 0; i < 6; i++) {
      rows.append("q%d,%s,What %d?\n".formatted(i, base64(i % 2), i));
    }
    Files.writeString(folder.resolve("own.csv"), rows);

    assertThat(prepared("data: own.csv")).isEqualTo("2 images under 6 names");
    assertThat(planned()).isEqualTo("own test 2 6 0");
    assertThat(planned("--limit", "1")).isEqualTo("own test 1 1 0");
  }

  @Test
  void bytesOfParquetAndQuestionsWithoutOne() throws IOException {
    LocalSpark.session()
        .createDataFrame(
            List.of(
                RowFactory.create("a", RowFactory.create(bytes(3), "a.png"), "Q"),
                RowFactory.create("b", RowFactory.create(bytes(3), "b.png"), "Q"),
                RowFactory.create("c", RowFactory.create(bytes(4), null), "Q"),
                RowFactory.create("d", null, "Q"),
                RowFactory.create("e", null, "Q")),
            StructType.fromDDL(
                "id STRING, image STRUCT<bytes: BINARY, path: STRING>, question STRING"))
        .coalesce(1)
        .write()
        .parquet(folder.resolve("own").toString());

    assertThat(prepared("data: own")).isEqualTo("2 images under 3 names");
    assertThat(planned()).isEqualTo("own test 2 3 2");
  }

  /** Of those that are not there nobody knows what they show. */
  @Test
  void filesOfOneContentAndMissingOnes() throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    Files.write(folder.resolve("photos/a.png"), bytes(5));
    Files.write(folder.resolve("photos/b.png"), bytes(5));
    Files.writeString(
        folder.resolve("own.csv"),
        "id,image,question\n1,a.png,Q\n2,b.png,Q\n3,gone.png,Q\n4,away.png,Q\n5,a.png,R\n");

    assertThat(prepared("data: own.csv\nimages: [photos]")).isEqualTo("3 images under 4 names");
    assertThat(planned()).isEqualTo("own test 3 5 0");
  }

  @Test
  void nothingIsSaidOfNamesWhereEachHasItsOwn() throws IOException {
    Files.writeString(
        folder.resolve("own.csv"),
        "id,image,question\n1,%s,Q\n2,%s,Q\n".formatted(base64(6), base64(7)));

    assertThat(prepared("data: own.csv")).isEqualTo("2 images");
  }
}

package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that {@code prepare} reads goes uncounted. */
@Tag("spark")
class PrepareCountsTest {

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    TicketFiles.write(folder);
  }

  private CommandLineRun prepare(String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "prepare",
                    "--benchmark",
                    folder.resolve("tickets.yaml").toString(),
                    "--output",
                    folder.resolve("out").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private ExampleCounts counts() throws IOException {
    org.apache.hadoop.fs.Path table = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
    return ExamplesManifest.read(FileSystem.get(table.toUri(), new Configuration()), table)
        .orElseThrow()
        .counted()
        .orElseThrow();
  }

  @Test
  void eachRowAndPictureHasItsOutcome() throws IOException {
    CommandLineRun run = prepare();

    assertThat(run.code()).as(run.err()).isZero();
    ExampleCounts counts = counts();
    assertThat(counts.rows().rows()).isEqualTo(TicketFiles.ROWS);
    assertThat(counts.rows().asQuestions()).isEqualTo(10);
    assertThat(counts.rows().ofOtherSplits()).isEqualTo(2);
    assertThat(counts.rows().lacking()).isEqualTo(1);
    assertThat(counts.rows().leftOut()).isEqualTo(2);
    assertThat(counts.rows().reasons()).hasSize(2).containsValue(1L);
    assertThat(counts.questions()).isEqualTo(10);
    assertThat(counts.questionsBeyondLimit()).isZero();
    assertThat(counts.questionsWithoutPicture()).isEqualTo(1);
    assertThat(counts.pictures())
        .isEqualTo(
            new PictureCounts(
                8,
                3,
                1,
                new java.util.TreeMap<>(Map.of("image_corrupt", 1L, "image_unsupported", 3L))));
    assertThat(run.err().lines())
        .contains(
            "Counted 15 rows of the benchmark: 10 became questions, 2 of other splits, 1 without what the layout asks"
                + " for, 2 left out; 10 questions, 1 without a picture; 8 pictures: 3 found, 1"
                + " missing, 1 image_corrupt, 3 image_unsupported");
    assertThat(run.problems())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("phone.heic")
                    .endsWith("it is HEIC (a telephone's): save it as JPEG"))
        .anySatisfy(
            line -> assertThat(line).contains("scan.tiff").endsWith("it is TIFF: save it as PNG"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("page.png")
                    .endsWith("it is a web page: download the picture itself"))
        .anySatisfy(line -> assertThat(line).contains("cut.png").contains("image_corrupt"))
        .anySatisfy(line -> assertThat(line).contains("gone.png").contains("image_missing"));
  }

  @Test
  void questionsBeyondTheLimitAreCounted() throws IOException {
    CommandLineRun run = prepare("--limit", "3");

    assertThat(run.code()).as(run.err()).isZero();
    ExampleCounts counts = counts();
    assertThat(counts.rows().asQuestions()).isEqualTo(10);
    // Two about good.png, with which a limit of 3 does not end, and the next one.
    assertThat(counts.questionsBeyondLimit()).isEqualTo(7);
    assertThat(counts.pictures().named()).isEqualTo(2);
    assertThat(counts.pictures().missing()).isEqualTo(1);
  }

  /** A few rows are named in one warning, more each in its own. */
  @Test
  void ownRowsThatCannotBeReadAreNamedOnce() throws IOException {
    assertThat(prepare().problems().stream().filter(line -> line.contains("tickets.csv:")))
        .singleElement()
        .asString()
        .startsWith("warning: 2 rows cannot be read and are left out, so scores are over fewer")
        .contains("tickets.csv:6: ", "tickets.csv:7: ");

    Files.writeString(
        folder.resolve("tickets.csv"),
        "\n16,,a,good.png,test,x\n17,,a,good.png,test,x\n",
        StandardOpenOption.APPEND);
    FileUtils.deleteDirectory(folder.resolve("out").toFile());
    CommandLineRun more = prepare();
    assertThat(more.problems().stream().filter(line -> line.contains("tickets.csv:"))).hasSize(4);
    for (int row : new int[] {6, 7, 17, 18}) {
      assertThat(more.err()).containsOnlyOnce("tickets.csv:" + row + ": ");
    }
    assertThat(more.problems())
        .contains(
            "warning: 4 rows cannot be read and are left out, so scores are over fewer questions");
  }
}

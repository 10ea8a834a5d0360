package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.Console;
import io.prumerge.console.Wording;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which column of a user's data is guessed to be that of videos, and what is said of it. */
class GuessedVideosTest {

  @TempDir private Path folder;

  private WrittenBenchmark written;

  /** Makes files without content: nobody looks into frames before they are prepared. */
  private void frames(String video, String... files) throws IOException {
    Path frames = Files.createDirectories(folder.resolve("clips").resolve(video));
    for (String file : files) {
      Files.createFile(frames.resolve(file));
    }
  }

  private String guess(Path data) throws IOException {
    Files.createDirectories(folder.resolve("clips"));
    Path output = folder.resolve("x.yaml");
    written =
        new InitialBenchmark(Folders.withoutSpark(Console.SILENT), LocalSpark.unused())
            .write(
                List.of(data.toString()),
                List.of(folder.resolve("clips").toString()),
                output.toString());
    return Files.readString(output);
  }

  private String guess(String... lines) throws IOException {
    return guess(Reading.write(folder, "x.csv", lines));
  }

  private String flags() {
    return written.frames().map(Wording::onCommandLine).orElse("");
  }

  /** Folders a and b have frames, c has none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clip,question | a.mp4,What? | b.mp4,Who? | clip",
        "where,question | a,What? | b,Who? | where",
        "video_id,videoID,question | 001,a,What? | 002,b,Who? | videoID",
        "videoID,video_id,question | 001,a,What? | 002,b,Who? | video_id",
        "video,video_name,question | http://x/a.mp4,a,What? | http://x/b.mp4,b,Who? | video_name",
        "file,question | a.mp4,What? | c.mp4,Who? | file",
        "video,frames,question | a,8,What? | b,8,Who? | video"
      })
  void namesOfFoldersAreOfVideos(String header, String first, String second, String column)
      throws IOException {
    frames("a", "1.png", "2.png");
    frames("b", "frame_00.jpg", "frame_01.jpg");

    assertThat(guess(header, first, second))
        .contains("  video: " + column + "  # folders of frames, below images\n")
        .doesNotContain("image:");

    assertThat(written.questions()).isEqualTo(2);
    assertThat(written.warnings())
        .containsExactly(
            "no column is called as right answers are: set columns.answers, or nothing is scored");
    assertThat(flags())
        .isEqualTo(
            "The questions are about videos: to prepare them, say which frames are shown, by"
                + " --frames-by and --frames, such as lmms-eval and 8; frames per second, which"
                + " some rules need, by --source-fps");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "video,question | v1,What? | video | v1",
        "videoID,question | 007,What? | videoID | 007",
        "path,question | x/a.mkv,What? | path | x/a.mkv"
      })
  void videosWithoutFoldersAreDoubted(String header, String row, String column, String name)
      throws IOException {
    assertThat(guess(header, row)).contains("  video: " + column + "  #");
    assertThat(written.doubts())
        .anyMatch(
            one ->
                one.startsWith(
                    "no folder of frames is there for videos such as '"
                        + name
                        + "', so none can be shown: "));
  }

  @Test
  void partsAndRatesAreGuessed() throws IOException {
    frames("a", "1.png", "2.png");
    assertThat(
            guess("video,start,end,fps,question", "a.mp4,0.5,2,30000/1001,What?", "a.mp4,,,3,Who?"))
        .contains("  start: start  #", "  end: end  #", "  fps: fps\n");
    assertThat(flags()).endsWith("such as lmms-eval and 8");
  }

  @Test
  void timesThatAreNoSecondsAreNoParts() throws IOException {
    frames("a", "1.png");
    Files.writeString(folder.resolve("clips/a/frames.json"), "{\"fps\": 3}");
    assertThat(guess("video,start,end,question", "a.mp4,00:01,00:02,What?"))
        .contains("video: video")
        .doesNotContain("start:");
    assertThat(flags()).endsWith("such as lmms-eval and 8");
  }

  @Test
  void chosenFramesAreTakenAsTheyAre() throws IOException {
    frames("a", "frame-1-of-2.jpg", "frame-2-of-2.jpg");
    guess("video,question", "a.mp4,What?");
    assertThat(flags()).endsWith("such as given and the number in the frames' names");
  }

  @Test
  void theCommandSaysWhichFlagsArePreparedWith() throws IOException {
    frames("a", "1.png", "2.png");
    CommandLineRun run =
        CommandLineRun.of(
            "init-benchmark",
            "--data",
            Reading.write(folder, "x.csv", "video,question,answer", "a.mp4,What?,a").toString(),
            "--images",
            folder.resolve("clips").toString(),
            "--output",
            folder.resolve("x.yaml").toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.problems()).isEmpty();
    assertThat(run.out().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("1 question can be read"))
        .anyMatch(line -> line.contains("by --frames-by and --frames, such as lmms-eval and 8"));
  }

  @Test
  void picturesStayPictures() throws IOException {
    frames("cat", "1.png", "2.png");
    assertThat(guess("image,category,question", "cat/1.png,cat,What?", "cat/2.png,cat,Who?"))
        .contains("  image: image\n", "  category: category")
        .doesNotContain("video:");
    assertThat(written.frames()).isEmpty();
    Files.delete(folder.resolve("x.yaml"));
    assertThat(guess("image,video,question", "cat/1.png,cat.mp4,What?"))
        .contains("  image: image\n")
        .doesNotContain("  video:");
    assertThat(written.doubts())
        .anyMatch(one -> one.startsWith("'video' names videos: to ask about these, write video:"));
  }

  @Test
  void listsOfFramesAreVideos() throws IOException {
    Path file = folder.resolve("x.parquet");
    try (ParquetFixture table =
        ParquetFixture.file(
            file,
            "required int64 id; optional binary question (STRING); optional binary film (STRING); "
                + ParquetFixture.list("frames", ParquetFixture.image("element"))
                + ParquetFixture.list("raw", "optional binary element;"))) {
      table.row(
          row -> {
            row.append("id", 1L).append("question", "What?").append("film", "a");
            ParquetFixture.image(
                row.addGroup("frames").addGroup(0), "element", new byte[] {(byte) 0x89});
            row.addGroup("raw")
                .addGroup(0)
                .add("element", Binary.fromConstantByteArray(new byte[] {(byte) 0x89}));
          });
    }
    assertThat(guess(file))
        .contains(
            "  id: id\n  video: frames  # a list of all frames\n",
            "  video_name: film  # rows of one name are of one video\n");
    assertThat(written.frames()).isNotEqualTo(Optional.empty());
    assertThat(written.warnings()).noneMatch(one -> one.contains("video"));
    assertThat(written.doubts()).isEmpty();
  }
}

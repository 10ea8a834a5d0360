package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.FaultyFileSystem;
import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.source.DataException;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
import io.prumerge.store.VideoProtocol;
import io.prumerge.video.ChosenFrames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prepare} of questions about videos, whose frames are in folders. */
@Tag("spark")
class PrepareVideosTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> rows = new ArrayList<>();

  private static byte[] frame(int number) {
    byte[] rgb = new byte[3 * 6 * 4];
    Arrays.fill(rgb, (byte) (number * 5));
    return PngWriter.write(new RgbImage(6, 4, rgb));
  }

  private void all(String video, int count) throws IOException {
    Path frames = Files.createDirectories(folder.resolve("frames").resolve(video));
    for (int i = 0; i < count; i++) {
      Files.write(frames.resolve(i + ".png"), frame(i));
    }
  }

  private void chosen(String video, int count) throws IOException {
    Path frames = Files.createDirectories(folder.resolve("frames").resolve(video));
    for (int i = 1; i <= count; i++) {
      Files.write(frames.resolve("frame-" + i + "-of-" + count + ".png"), frame(i));
    }
  }

  private void asked(String video) {
    asked(video, null, null, null);
  }

  private void asked(String video, Double start, Double end, Double fps) {
    rows.add(
        "{\"id\": %d, \"video\": \"%s\", \"q\": \"What?\", \"start\": %s, \"end\": %s, \"fps\": %s}"
            .formatted(rows.size(), video, start, end, fps));
  }

  private PreparationCall preparation() throws IOException {
    Files.write(folder.resolve("x.jsonl"), rows);
    Path yaml =
        Files.writeString(
            folder.resolve("x.yaml"),
            """
            name: clips
            data: x.jsonl
            images: frames
            columns: {id: id, video: video, start: start, end: end, fps: fps, question: q}
            """);
    Console console =
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), Console.UNLIMITED);
    return new PreparationCall(console)
        .benchmark(yaml.toString())
        .output(folder.resolve("out").toString());
  }

  private static List<ExampleRow> rows(Dataset<Row> prepared) {
    return Table.EXAMPLES.records(prepared).stream()
        .sorted(Comparator.comparing(ExampleRow::imageId))
        .toList();
  }

  private static VideoProtocol protocol(
      String rule, int frames, double fps, boolean assumed, Integer... chosen) {
    return new VideoProtocol(rule, frames, null, List.of(chosen), null, fps, assumed);
  }

  @Test
  void aRowHasTheUnionOfTheFramesThatProtocolsChoose() throws IOException {
    all("a", 9);
    all("b.mp4", 1);
    asked("a.mp4");
    asked("a.mp4");
    asked("a.mp4", 0.8, 1.2, 5.0);
    asked("b.mp4");

    Dataset<Row> prepared =
        preparation().framesBy("lmms-eval", "qwen3").frames("2", "3").sourceFps(3).run();

    List<ExampleRow> rows = rows(prepared);
    assertThat(rows)
        .extracting(ExampleRow::imageId)
        .containsExactly("a.mp4", "a.mp4#t=0.8,1.2", "b.mp4");
    ExampleRow whole = rows.get(0);
    assertThat(whole.image()).isNull();
    assertThat(whole.moreImages()).isNull();
    assertThat(whole.width()).isEqualTo(6);
    assertThat(whole.questions()).hasSize(2);
    ExampleVideo video = whole.video();
    assertThat(video.error()).isNull();
    assertThat(video.name()).isEqualTo("a.mp4");
    assertThat(video.sourceFrames()).isEqualTo(9);
    assertThat(video.sourceFps()).isEqualTo(3);
    assertThat(video.fpsAssumed()).isTrue();
    assertThat(video.frames()).extracting(VideoFrame::index).containsExactly(0, 4, 8);
    assertThat(video.frames())
        .extracting(VideoFrame::seconds)
        .containsExactly(0.0, 4 / 3.0, 8 / 3.0);
    assertThat(video.frames().get(1).image()).isEqualTo(frame(4));
    assertThat(video.protocols())
        .containsExactly(
            protocol("lmms-eval", 2, 2 / 9.0 * 3, true, 0, 2),
            protocol("lmms-eval", 3, 1, true, 0, 1, 2),
            protocol("qwen3", 2, 2 / 9.0 * 3, true, 0, 2),
            protocol("qwen3", 3, 1, true, 0, 1, 2));
    assertThat(whole.imageSha256())
        .isEqualTo(
            RowPictures.sha256OfAll(video.frames().stream().map(VideoFrame::image).toList()));

    ExampleVideo part = rows.get(1).video();
    assertThat(part.name()).isEqualTo("a.mp4");
    assertThat(part.fpsAssumed()).isFalse();
    assertThat(part.protocols().get(1)).isEqualTo(protocol("lmms-eval", 3, 5, false, 0, 1, 2));
    assertThat(part.frames()).extracting(VideoFrame::index).containsExactly(4, 5, 6);
    assertThat(part.start()).isEqualTo(0.8);
    ExampleVideo one = rows.get(2).video();
    assertThat(one.protocols().get(1)).isEqualTo(protocol("lmms-eval", 3, 9, true, 0, 0, 0));

    assertThat(out.toString())
        .startsWith(
            "clips/test: 3 videos, 7 frames, 2 at an assumed 3.0 a second by lmms-eval:2,"
                + " lmms-eval:3, qwen3:2, qwen3:3, 4 questions -> ");
    assertThat(err.toString()).contains("3 videos: 3 found").doesNotContain("warning");
    assertThat(CheckedExamples.of(prepared, "it").count()).isEqualTo(3);
    VideoContents contents = manifest().videos().get(0);
    assertThat(contents.protocols()).hasSize(4);
    assertThat(contents.ofAllFrames()).isEqualTo(3);
    assertThat(contents.assumedFps()).isEqualTo(3);
  }

  @Test
  void rowsOfOneVideoTellOneRate() throws IOException {
    all("a", 9);
    asked("a", null, null, 8.0);
    asked("a", 0.0, 1.0, null);
    asked("a");
    assertThatThrownBy(() -> preparation().framesBy("lmms-eval:2").run())
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The rows of the video 'a' disagree about its frames per second: 8.0 (question 0), none"
                + " (question 2). A video has one rate: make the column fps say it in all of its"
                + " rows, or in none");
    rows.clear();
    asked("a", null, null, 8.0);
    asked("a", 0.0, 1.0, 23.976);
    assertThatThrownBy(() -> preparation().framesBy("lmms-eval:2").run())
        .as("of two parts")
        .hasMessageContaining("8.0 (question 0), 23.976 (question 1)");
  }

  private ExamplesManifest manifest() throws IOException {
    org.apache.hadoop.fs.Path table =
        new org.apache.hadoop.fs.Path(folder.resolve("out").toString());
    return ExamplesManifest.read(
            FileSystem.get(
                table.toUri(), LocalSpark.session().sparkContext().hadoopConfiguration()),
            table)
        .orElseThrow();
  }

  @Test
  void chosenFramesAreTakenWholeFromTheirOnlySet() throws IOException {
    chosen("a.mp4", 3);
    asked("a.mp4", 1.0, null, null);

    ExampleVideo video = rows(preparation().framesBy("given-vlmevalkit").run()).get(0).video();

    assertThat(video.sourceFrames()).isNull();
    assertThat(video.frames()).extracting(VideoFrame::seconds).containsOnlyNulls();
    assertThat(video.protocols())
        .containsExactly(protocol("given-vlmevalkit", 3, 2, true, 0, 1, 2));
    assertThat(manifest().videos().get(0).ofChosenFrames()).isEqualTo(1);
  }

  @Test
  void whatIsAssumedOfTimesReachesTheModel() throws IOException {
    all("a", 9);
    asked("a");

    Dataset<Row> prepared = preparation().framesBy("lmms-eval", "qwen3").frames("2", "3").run();

    assertThat(told(prepared, "lmms-eval:3")).containsExactly("{[null, null, null], 2.0, true}");
    assertThat(told(prepared, "qwen3:2"))
        .as("of a video of 24 a second")
        .containsExactly("{[0.0, 0.3333333333333333], 5.333333333333333, true}");
    assertThat(told(prepared, "internvl:2"))
        .as("chosen by nobody")
        .containsExactly("{null, null, null}");
  }

  private static List<String> told(Dataset<Row> prepared, String protocol) {
    return prepared
        .selectExpr("CAST(" + ChosenFrames.of(protocol).orElseThrow().times() + " AS STRING)")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void severalSetsNeedANumber() throws IOException {
    chosen("a", 3);
    chosen("a", 2);
    asked("a.mp4");

    assertThatThrownBy(() -> preparation().framesBy("given").run())
        .isInstanceOf(UsageException.class)
        .hasMessage("The folder a has several sets of chosen frames, of 2, 3: say which by frames");
    assertThat(rows(preparation().framesBy("given").frames("2").run()).get(0).video().frames())
        .hasSize(2);
  }

  @Test
  void videosThatCannotBeShownHaveErrors() throws IOException {
    all("a", 5);
    all("cut", 5);
    Files.write(folder.resolve("frames/cut/4.png"), Arrays.copyOf(frame(4), 20));
    all("gap", 5);
    Files.delete(folder.resolve("frames/gap/2.png"));
    Files.createDirectory(folder.resolve("frames/empty"));
    all("few", 2);
    all("c", 3);
    Files.write(folder.resolve("frames/file.mp4"), new byte[9]);
    Files.createDirectory(folder.resolve("secret"));
    Files.write(folder.resolve("secret/0.png"), frame(0));
    Files.createSymbolicLink(folder.resolve("frames/link"), folder.resolve("secret"));
    Files.createDirectory(folder.resolve("frames/inner"));
    Files.createSymbolicLink(folder.resolve("frames/inner/0.png"), folder.resolve("secret/0.png"));
    for (String name : List.of("a", "cut", "gap", "empty", "few", "file.mp4", "gone", "link")) {
      asked(name);
    }
    asked("inner");
    asked("c", 1.0, null, null);

    List<ExampleRow> rows = rows(preparation().framesBy("lmms-eval:3", "internvl:3").run());

    assertThat(rows)
        .extracting(
            row ->
                row.imageId()
                    + " "
                    + Optional.ofNullable(row.video().error())
                        .map(error -> error.replaceFirst("(?s):.*", ""))
                        .orElseGet(
                            () ->
                                String.valueOf(row.video().protocols().get(1).error())
                                    .replaceFirst("(?s):.*", "")))
        .containsExactly(
            "a null",
            "c#t=1 frames_unavailable",
            "cut video_corrupt",
            "empty video_missing",
            "few frames_unavailable",
            "file.mp4 video_unsupported",
            "gap video_corrupt",
            "gone video_missing",
            "inner video_corrupt",
            "link video_missing");
    assertThat(rows.get(5).video().error())
        .contains("mkdir '" + folder.toRealPath() + "/frames/file' && ffmpeg -i '");
    assertThat(rows.get(2).imageSha256()).isNull();
    assertThat(rows.get(2).video().frames()).isNull();
    assertThat(err.toString())
        .contains("10 videos: 2 found")
        .contains("3 videos have the error video_missing")
        .contains("3 videos have the error video_corrupt")
        .contains("1 video has the error frames_unavailable")
        .contains(
            "By internvl:3, 1 video cannot be shown, such as few: frames_unavailable: internvl:3:"
                + " It takes no frame twice: it asks for 3 of 2 frames");
    assertThat(manifest().videos().get(0).clips()).isEqualTo(2);
  }

  @Test
  void videosLieOnAnotherFileSystem() throws IOException {
    FaultyFileSystem.register(LocalSpark.session().sparkContext().hadoopConfiguration());
    all("a", 5);
    Files.writeString(folder.resolve("frames/a/frames.json"), "{\"fps\": 5}");
    all("gap", 5);
    Files.delete(folder.resolve("frames/gap/2.png"));
    chosen("c.mp4", 2);
    Files.write(folder.resolve("frames/file.mp4"), new byte[9]);
    for (String name : List.of("a.mp4", "gap", "c.mp4", "file.mp4", "gone.mp4")) {
      asked(name);
    }
    asked("a.mp4", 0.2, 0.6, null);
    String there = "faulty:" + folder;
    PreparationCall elsewhere =
        preparation()
            .benchmark(there + "/x.yaml")
            .framesBy("lmms-eval")
            .frames("2")
            .output(there + "/out");
    FaultyFileSystem.fail(FaultyFileSystem.Fault.DISK_FULL, "written-");
    assertThatThrownBy(elsewhere::run).hasStackTraceContaining("No space left");

    List<ExampleRow> rows = rows(elsewhere.run());

    assertThat(rows)
        .extracting(
            row ->
                row.video().error() == null
                    ? row.video().protocols().get(0).error() == null
                        ? row.video().frames().stream().map(VideoFrame::index).toList().toString()
                        : "no protocol"
                    : row.video().error().replaceFirst("(?s):.*", ""))
        .containsExactly(
            "[0, 4]",
            "[1, 3]",
            "no protocol",
            "video_unsupported",
            "video_corrupt",
            "video_missing");
    assertThat(rows.get(0).video().frames().get(1).image()).isEqualTo(frame(4));
    assertThat(rows.get(0).video().sourceFps()).isEqualTo(5);
    assertThat(rows.get(3).video().error())
        .contains("'" + there + "/frames/file.mp4' is a file")
        .contains("of a copy on a disk, and copy it there: mkdir 'file' && ffmpeg -i 'file.mp4'");
  }

  @Test
  void aVideoWithTooManyFramesHasAnError() throws IOException {
    all("a", 1);
    Path frames = Files.createDirectories(folder.resolve("frames/long"));
    byte[] one = frame(1);
    for (int i = 0; i <= 1024; i++) {
      Files.write(frames.resolve(i + ".png"), one);
    }
    asked("a");
    asked("long");

    List<ExampleRow> rows = rows(preparation().framesBy("lmms-eval").frames("1025").run());

    assertThat(rows.get(0).video().frames()).hasSize(1);
    assertThat(rows.get(1).video().error())
        .isEqualTo("video_too_large: 1,025 frames are asked for, and a row has at most 1,024");
  }

  @Test
  void whatDoesNotFitTheBenchmarkIsRefused() throws IOException {
    all("a", 3);
    Files.write(folder.resolve("frames/b.mp4"), new byte[9]);
    asked("b.mp4");

    assertThatThrownBy(() -> preparation().run())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot prepare clips without a choice of its videos' frames")
        .hasMessageContaining("lmms-eval, qwen2");
    assertThatThrownBy(() -> preparation().framesBy("qwen2").run())
        .hasMessageContaining("framesBy qwen2 needs frames");
    assertThatThrownBy(() -> preparation().framesBy("qwen2").frames("x").run())
        .hasMessageContaining("not 'x'");
    assertThatThrownBy(() -> preparation().framesBy("qwen5").frames("2").run())
        .hasMessageContaining("did you mean qwen2 or qwen3");
    assertThatThrownBy(() -> preparation().framesBy("qwen2").frames("2").sourceFps(0).run())
        .hasMessage("sourceFps must be above 0, it is 0.0");
    assertThatThrownBy(() -> preparation().framesBy("qwen2").frames("2").run())
        .as("a file is no folder of frames")
        .isInstanceOf(DataException.class)
        .hasMessageContaining("None of the first 1 videos of clips can be shown, such as b.mp4:")
        .hasMessageContaining("ffmpeg -i");
    assertThatThrownBy(
            () ->
                preparation()
                    .benchmark("pope")
                    .sources(folder.toString())
                    .framesBy("qwen2")
                    .frames("2")
                    .run())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the questions of pope are about pictures");
  }
}

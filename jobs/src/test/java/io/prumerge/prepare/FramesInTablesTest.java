package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.source.DataException;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
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
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prepare} of questions about videos whose frames are lists in a table's rows. */
@Tag("spark")
class FramesInTablesTest {

  private static final byte[] BROKEN = {'n', 'o', ' ', 'P', 'N', 'G'};

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private static byte[] frame(int number) {
    byte[] rgb = new byte[3 * 6 * 4];
    Arrays.fill(rgb, (byte) (number * 5));
    return PngWriter.write(new RgbImage(6, 4, rgb));
  }

  private static List<byte[]> frames(int count) {
    return IntStream.range(0, count).mapToObj(FramesInTablesTest::frame).toList();
  }

  /**
   * A row: a list of frames, of which some may be null, or null; and frames per second, or null.
   */
  private record Clip(List<byte[]> frames, Double fps) {}

  /**
   * Writes rows as Hugging Face's {@code datasets} does, whose lists of images are structs, or with
   * lists of bytes.
   */
  private Path table(boolean structs, Clip... clips) throws IOException {
    Path file = folder.resolve("x.parquet");
    Files.deleteIfExists(file);
    String element = structs ? ParquetFixture.image("element") : "optional binary element;";
    try (ParquetFixture table =
        ParquetFixture.compressed(
            file,
            "required int64 id; optional binary q (STRING); optional double rate; "
                + ParquetFixture.list("clip", element))) {
      for (int i = 0; i < clips.length; i++) {
        Clip clip = clips[i];
        long id = i;
        table.row(row -> fill(row.append("id", id).append("q", "What?"), clip, structs));
      }
    }
    return file;
  }

  private static void fill(Group row, Clip clip, boolean structs) {
    if (clip.fps() != null) {
      row.append("rate", clip.fps());
    }
    if (clip.frames() == null) {
      return;
    }
    Group list = row.addGroup("clip");
    for (byte[] frame : clip.frames()) {
      Group element = list.addGroup(0);
      if (frame != null && structs) {
        ParquetFixture.image(element, "element", frame);
      } else if (frame != null) {
        element.add("element", Binary.fromConstantByteArray(frame));
      }
    }
  }

  private PreparationCall preparation(String data, String columns) throws IOException {
    Path yaml =
        Files.writeString(
            folder.resolve("x.yaml"),
            """
            name: clips
            data: %s
            columns: {id: id, video: clip, question: q%s}
            """
                .formatted(data, columns));
    return new PreparationCall(
            new Console(
                new PrintWriter(new StringWriter(), true),
                new PrintWriter(err, true),
                Console.UNLIMITED))
        .benchmark(yaml.toString())
        .output(folder.resolve("out").toString());
  }

  private PreparationCall preparation() throws IOException {
    return preparation("x.parquet", ", fps: rate");
  }

  private static List<ExampleRow> rows(PreparationCall preparation) throws IOException {
    return Table.EXAMPLES.records(preparation.run()).stream()
        .sorted(
            Comparator.comparingInt(row -> Integer.parseInt(row.questions().get(0).questionId())))
        .toList();
  }

  private static String outcome(ExampleRow row) {
    return row.video() == null
        ? "no video"
        : Optional.ofNullable(row.video().error())
            .orElseGet(
                () -> row.video().frames().stream().map(VideoFrame::index).toList().toString());
  }

  /** Of structs; in {@link #oddRows} lists are of bytes. */
  @Test
  void aListHasAllFramesOfAVideo() throws IOException {
    List<byte[]> gap = new ArrayList<>(frames(3));
    gap.set(2, null);
    List<byte[]> broken = new ArrayList<>(frames(3));
    broken.set(0, BROKEN);
    table(
        true,
        new Clip(frames(9), 2.0),
        new Clip(frames(1), null),
        new Clip(null, 2.0),
        new Clip(List.of(), 2.0),
        new Clip(gap, 2.0),
        new Clip(broken, 2.0),
        new Clip(List.of(new byte[0]), 2.0));

    List<ExampleRow> rows =
        rows(preparation().framesBy("lmms-eval", "qwen3").frames("3").sourceFps(5));

    assertThat(rows)
        .extracting(FramesInTablesTest::outcome)
        .containsExactly(
            "[0, 4, 8]",
            "[0]",
            "no video",
            "video_missing: There is no frame in the list in column 'clip'",
            "video_corrupt: The frame 2 of the list in column 'clip' is empty",
            "video_corrupt: The frame 0 of the list in column 'clip': " + unreadable(rows.get(5)),
            "video_corrupt: The frame 0 of the list in column 'clip' is empty");
    ExampleVideo whole = rows.get(0).video();
    assertThat(rows.get(0).imageId()).isEqualTo("0");
    assertThat(rows.get(0).width()).isEqualTo(6);
    assertThat(whole.name()).isEqualTo("0");
    assertThat(whole.sourceFrames()).isEqualTo(9);
    assertThat(whole.sourceFps()).isEqualTo(2);
    assertThat(whole.fpsAssumed()).isFalse();
    assertThat(whole.frames()).extracting(VideoFrame::seconds).containsExactly(0.0, 2.0, 4.0);
    assertThat(whole.frames().get(1).image()).isEqualTo(frame(4));
    assertThat(rows.get(1).video().fpsAssumed()).isTrue();
    assertThat(rows.get(1).video().sourceFps()).isEqualTo(5);
    assertThat(err.toString())
        .contains("6 videos: 2 found")
        .contains("3 videos have the error video_corrupt");
  }

  private static String unreadable(ExampleRow row) {
    return row.video().error().replaceFirst(".*'clip': ", "");
  }

  @Test
  void aPartIsCutFromTheList() throws IOException {
    table(true, new Clip(frames(9), 2.0), new Clip(frames(9), null));

    List<ExampleRow> rows =
        rows(
            preparation("x.parquet", ", fps: rate, start: rate").framesBy("lmms-eval").frames("2"));

    assertThat(rows.get(0).imageId()).isEqualTo("0#t=2");
    assertThat(rows).extracting(FramesInTablesTest::outcome).containsExactly("[4, 8]", "[0, 8]");
  }

  /** Each row keeps its own frames; a video's name only says whose they are. */
  @Test
  void rowsMayNameTheirVideo() throws IOException {
    table(true, new Clip(frames(2), 7.0), new Clip(frames(4), 7.0), new Clip(frames(3), null));

    List<ExampleRow> rows =
        rows(preparation("x.parquet", ", video_name: rate").framesBy("lmms-eval").frames("2"));

    assertThat(rows).extracting(ExampleRow::imageId).containsExactly("0", "1", "2");
    assertThat(rows).extracting(row -> row.video().name()).containsExactly("7.0", "7.0", "2");
    assertThat(rows)
        .extracting(FramesInTablesTest::outcome)
        .containsExactly("[0, 1]", "[0, 3]", "[0, 2]");
    Files.writeString(
        folder.resolve("x.jsonl"), "{\"id\": 1, \"q\": \"?\", \"clip\": \"a\", \"rate\": 7}");
    assertThatThrownBy(
            () ->
                preparation("x.jsonl", ", video_name: rate")
                    .framesBy("lmms-eval")
                    .frames("2")
                    .output(folder.resolve("other").toString())
                    .run())
        .hasMessageContaining("'clip' names a folder of frames; columns.video_name is of rows");
  }

  @Test
  void rulesThatDoNotFitAreRefused() throws IOException {
    table(true, new Clip(frames(3), null));

    assertThatThrownBy(() -> preparation().framesBy("given").run())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the list in column 'clip' has all frames of a video")
        .hasMessageContaining("name a rule that chooses");
  }

  @Test
  void rowsAreLimited() throws IOException {
    table(true, new Clip(frames(1), null), new Clip(frames(1025), null));

    assertThat(rows(preparation().framesBy("lmms-eval").frames("1025")))
        .extracting(FramesInTablesTest::outcome)
        .containsExactly(
            "[0]", "video_too_large: 1,025 frames are asked for, and a row has at most 1,024");
  }

  /** Lists of other things are of rows that cannot be read, as are lists in other files. */
  @Test
  void otherListsAreLeftOut() throws IOException {
    Path file = folder.resolve("x.parquet");
    try (ParquetFixture table =
        ParquetFixture.file(
            file,
            "required int64 id; optional binary q (STRING); "
                + ParquetFixture.list("clip", "optional binary element (STRING);"))) {
      table.row(
          row ->
              row.append("id", 2L)
                  .append("q", "?")
                  .addGroup("clip")
                  .addGroup(0)
                  .append("element", "a.png"));
    }
    assertThatThrownBy(() -> preparation("x.parquet", "").framesBy("lmms-eval").frames("2").run())
        .hasMessageContaining("'clip' is a list of something else than frames")
        .hasMessageContaining("\"a.png\"");
    Files.writeString(
        folder.resolve("x.jsonl"), "{\"id\": 1, \"q\": \"?\", \"clip\": [\"a.png\"]}");
    assertThatThrownBy(() -> preparation("x.jsonl", "").framesBy("lmms-eval").frames("2").run())
        .hasMessageContaining("'clip' must be one text or number, it is a list");
  }

  @Test
  void aTableOfTheSessionHasFrames() throws IOException {
    List<byte[]> frames = frames(5);
    LocalSpark.session()
        .createDataFrame(
            List.of(
                RowFactory.create(1L, "?", frames.toArray(byte[][]::new)),
                RowFactory.create(2L, "?", new byte[][] {frame(7), null})),
            StructType.fromDDL("id BIGINT, q STRING, clip ARRAY<BINARY>"))
        .createOrReplaceTempView("frames_in_tables");
    try {
      List<ExampleRow> rows =
          rows(preparation("'table:frames_in_tables'", "").framesBy("lmms-eval").frames("2"));

      assertThat(rows)
          .extracting(FramesInTablesTest::outcome)
          .containsExactly(
              "[0, 4]", "video_corrupt: The frame 1 of the list in column 'clip' is empty");
      assertThat(rows.get(0).video().frames().get(1).image()).isEqualTo(frame(4));
    } finally {
      LocalSpark.session().catalog().dropTempView("frames_in_tables");
    }
  }

  /** Whatever lists hold, each row has its frames or its error. */
  @Test
  void oddRows() throws IOException {
    Random random = new Random(1);
    Clip[] clips = new Clip[40];
    for (int i = 0; i < clips.length; i++) {
      List<byte[]> list = new ArrayList<>();
      for (int n = random.nextInt(6); n > 0; n--) {
        list.add(
            switch (random.nextInt(12)) {
              case 0 -> null;
              case 1 -> new byte[0];
              case 2 -> BROKEN;
              case 3 -> Arrays.copyOf(frame(n), random.nextInt(30));
              default -> frame(random.nextInt(40));
            });
      }
      clips[i] = new Clip(random.nextInt(10) == 0 ? null : list, random.nextInt(3) * 0.5);
    }
    clips[0] = new Clip(frames(4), 1.0);
    table(false, clips);

    List<ExampleRow> rows = rows(preparation().framesBy("lmms-eval").frames("64"));

    int[] known =
        IntStream.range(0, clips.length)
            .filter(i -> clips[i].frames() == null || clips[i].fps() != 0)
            .toArray();
    assertThat(rows)
        .as("without those whose frames per second are 0, which are left out")
        .extracting(row -> Integer.parseInt(row.questions().get(0).questionId()))
        .containsExactlyInAnyOrder(IntStream.of(known).boxed().toArray(Integer[]::new));
    for (ExampleRow row : rows) {
      Clip clip = clips[Integer.parseInt(row.questions().get(0).questionId())];
      if (clip.frames() == null) {
        assertThat(row.video()).isNull();
      } else if (clip.frames().isEmpty()) {
        assertThat(row.video().error()).startsWith("video_missing: ");
      } else if (clip.frames().stream().allMatch(FramesInTablesTest::isWhole)) {
        assertThat(row.video().frames())
            .extracting(VideoFrame::image)
            .containsExactlyElementsOf(clip.frames());
      } else {
        assertThat(row.video().error()).startsWith("video_corrupt: The frame ");
      }
    }
  }

  private static boolean isWhole(byte[] frame) {
    return frame != null && frame.length >= frame(0).length;
  }
}

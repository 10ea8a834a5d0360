package io.prumerge.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.FrameTimes;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameFolderTest {

  private static final ImagePlace.Video VIDEO = new ImagePlace.Video("a.mp4", null, null, null);

  private static FrameFolder folder(ImagePlace.Video video, List<String> files, String json)
      throws VideoException {
    return FrameFolder.of(
        video,
        "a",
        files,
        Optional.ofNullable(json).map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  private static FrameFolder folder(String... files) throws VideoException {
    return folder(VIDEO, List.of(files), null);
  }

  /** Returns names of all frames, out of order. */
  private static List<String> all(int first, int count, String format) {
    List<String> names =
        new ArrayList<>(
            IntStream.range(first, first + count).mapToObj(i -> format.formatted(i)).toList());
    Collections.shuffle(names, new Random(3));
    return names;
  }

  private static List<FolderFrame> chosen(FrameFolder folder, String protocol)
      throws VideoException {
    return choice(folder, protocol, OptionalDouble.empty()).frames();
  }

  private static FolderChoice choice(FrameFolder folder, String protocol, OptionalDouble assumed)
      throws VideoException {
    return folder.choose(FrameProtocol.parse(protocol), assumed);
  }

  private static List<String> files(List<FolderFrame> frames) {
    return frames.stream().map(FolderFrame::file).toList();
  }

  @Test
  void framesAreInTheOrderOfTheirNumbers() throws VideoException {
    for (String format : List.of("%d.jpg", "%05d.PNG", "clip_2_%d.jpeg")) {
      for (int first : List.of(0, 1)) {
        FrameFolder folder = folder(VIDEO, all(first, 12, format), null);
        assertThat(folder.sourceFrames()).hasValue(12);
        assertThat(files(chosen(folder, "internvl:12")))
            .isEqualTo(
                IntStream.range(first, first + 12).mapToObj(i -> format.formatted(i)).toList());
        assertThat(chosen(folder, "lmms-eval:2"))
            .extracting(FolderFrame::index)
            .containsExactly(0, 11);
      }
    }
    assertThat(files(chosen(folder("7.x.txt", "1.jpg", ".2.jpg", "frames.txt"), "qwen3:3")))
        .as("one frame, and files that are none")
        .containsExactly("1.jpg", "1.jpg", "1.jpg");
  }

  @Test
  void timesAreThoseOfTheFrames() throws VideoException {
    List<String> names = all(1, 50, "%d.jpg");
    assertThat(folder(VIDEO, names, "{\"fps\": \"30000/1001\"}").ownRate())
        .as("as ffprobe prints it")
        .hasValue(30000 / 1001.0);
    FrameFolder told = folder(VIDEO, names, "{\"fps\": 25, \"count\": 50}");
    assertThat(told.ownRate()).hasValue(25);
    assertThat(chosen(told, "lmms-eval:3"))
        .extracting(FolderFrame::seconds)
        .containsExactly(0.0, 0.96, 1.96);
    FrameFolder ofRow = folder(new ImagePlace.Video("a", null, 1.0, 10.0), names, "{\"fps\": 25}");
    assertThat(chosen(ofRow, "lmms-eval:2"))
        .as("the row's rate counts more; to 1 s are 11 frames")
        .extracting(FolderFrame::seconds)
        .containsExactly(0.0, 1.0);
    FrameFolder unknown = folder(VIDEO, names, null);
    assertThat(chosen(unknown, "lmms-eval:2"))
        .extracting(FolderFrame::seconds)
        .containsExactly(null, null);
    assertThat(choice(unknown, "lmms-eval:2", OptionalDouble.of(7)).frames())
        .extracting(FolderFrame::seconds)
        .containsExactly(0.0, 7.0);
    assertThatThrownBy(() -> chosen(unknown, "qwen2:2fps"))
        .isInstanceOf(VideoException.class)
        .hasMessage("qwen2:2fps: The video's own frames per second are unknown");
    FolderChoice assumed = choice(unknown, "qwen3:12fps", OptionalDouble.empty());
    assertThat(assumed)
        .as("transformers 4.57.1 takes the video for one of 24 frames a second")
        .isEqualTo(
            new FolderChoice(
                choice(unknown, "qwen3:25", OptionalDouble.empty()).frames(), 12, true));
  }

  @Test
  void theRateOfChosenFramesIsThatAskedForOrTheirNumberByTheSecondsOfTheClip()
      throws VideoException {
    List<String> names = all(0, 90, "%d.jpg");
    FrameFolder told = folder(VIDEO, names, "{\"fps\": 30}");
    FolderChoice eight = choice(told, "qwen2:8", OptionalDouble.of(7));
    assertThat(eight.fps()).isEqualTo(8 / 90.0 * 30);
    assertThat(eight.assumed()).isFalse();
    assertThat(eight.times().rate()).hasValue(eight.fps());
    assertThat(eight.times().seconds()).hasSize(8).startsWith(0.0, 11 / 30.0);
    FrameFolder part = folder(new ImagePlace.Video("a", 1.0, 1.9, null), names, "{\"fps\": 30}");
    assertThat(choice(part, "lmms-eval:14", OptionalDouble.empty()).fps())
        .as("14 of the part's 28 frames")
        .isEqualTo(15);
    assertThat(choice(told, "qwen2:3fps", OptionalDouble.empty()))
        .as("8 frames of 3 seconds, as 9 is odd")
        .returns(3.0, FolderChoice::fps)
        .satisfies(choice -> assertThat(choice.frames()).hasSize(8));
    assertThat(choice(folder("0.jpg"), "lmms-eval:4", OptionalDouble.of(1)))
        .as("one frame four times")
        .returns(4.0, FolderChoice::fps)
        .returns(true, FolderChoice::assumed);
  }

  @Test
  void whereNothingTellsTheRateItIsWhatTheRulesReferenceAssumes() throws VideoException {
    FrameFolder all = folder(VIDEO, all(0, 90, "%d.jpg"), null);
    FrameFolder given = folder("frame-1-of-2.jpg", "frame-2-of-2.jpg", "frame-1-of-1-4fps.jpg");
    for (FolderChoice two :
        List.of(
            choice(all, "lmms-eval:2", OptionalDouble.empty()),
            choice(all, "qwen2:2", OptionalDouble.empty()),
            choice(given, "given-vlmevalkit:2", OptionalDouble.of(30)))) {
      assertThat(two.times()).isEqualTo(FrameTimes.steady(2, 2, true));
      assertThat(two.frames()).extracting(FolderFrame::seconds).containsOnlyNulls();
    }
    assertThat(choice(all, "qwen3:8", OptionalDouble.empty()))
        .as("the video is taken to have 24 a second")
        .returns(8 / 90.0 * 24, FolderChoice::fps)
        .returns(true, FolderChoice::assumed);
    assertThat(choice(given, "given:4fps", OptionalDouble.of(30)))
        .returns(4.0, FolderChoice::fps)
        .returns(false, FolderChoice::assumed);
  }

  @Test
  void chosenFramesAreTakenWhole() throws VideoException {
    FrameFolder folder =
        folder(
            "frame-2-of-2.jpg",
            "frame-1-of-2.jpg",
            "frame-1-of-1.png",
            "frame-3-of-3-0.5fps.jpg",
            "frame-1-of-3-0.5fps.jpg",
            "frame-2-of-3-0.5fps.jpg");
    assertThat(folder.sourceFrames()).isEmpty();
    assertThat(files(chosen(folder, "given:2")))
        .containsExactly("frame-1-of-2.jpg", "frame-2-of-2.jpg");
    assertThat(files(chosen(folder, "given-vlmevalkit:1"))).containsExactly("frame-1-of-1.png");
    assertThat(chosen(folder, "given:0.5fps"))
        .extracting(FolderFrame::seconds)
        .containsExactly(0.0, 2.0, 4.0);
    assertThatThrownBy(() -> chosen(folder, "given:8"))
        .hasMessage(
            "given:8 is none of the sets of chosen frames in the folder a: 1, 2, 3 (0.5 a second)");
    assertThatThrownBy(() -> chosen(folder, "lmms-eval:2"))
        .hasMessageContaining("lmms-eval:2 chooses from all frames of a video");
    assertThatThrownBy(folder::onlySet)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("several sets of chosen frames, of 1, 2, 3 (0.5 a second)");
    assertThat(folder("frame-1-of-1.jpg").onlySet()).hasValue("1");
    assertThatThrownBy(() -> chosen(folder("1.jpg"), "given:1"))
        .hasMessageContaining("the folder a has all frames of a video");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.txt | There is no frame (.jpg, .png) in the folder a",
        "1.jpg 3.jpg | Frame 2 is missing between the others",
        "0.jpg 1.jpg 2.jpg 9.jpg | Frame 3 is missing between the others",
        "1.jpg 01.jpg | '01.jpg' and '1.jpg' have the same number",
        "1.jpg 1.png | '1.jpg' and '1.png' have the same number",
        "2.jpg 3.jpg | The first frame is '2.jpg': numbers begin at 0 or 1",
        "a1.jpg b2.jpg | 'b2.jpg' begins otherwise than 'a1.jpg': frames' names differ in their"
            + " numbers alone",
        "a.jpg | 'a.jpg' has no number of a frame",
        "99999999999.jpg | '99999999999.jpg' has no number of a frame",
        "frame-1-of-2.jpg | There are 1 of 2 frames: frame 2 is missing",
        "frame-3-of-2.jpg | 'frame-3-of-2.jpg' is none of 2 frames, counted from 1",
        "frame-0-of-1.jpg | 'frame-0-of-1.jpg' is none of 1 frames, counted from 1",
        "frame-1-of-1.jpg frame-01-of-1.jpg | 'frame-01-of-1.jpg' and 'frame-1-of-1.jpg' are the"
            + " same frame",
        "frame-1-of-1.jpg 1.jpg | '1.jpg' stands beside 'frame-1-of-1.jpg': a folder has all frames"
            + " of a video, or chosen ones"
      })
  void framesThatAreNotWholeAreRefused(String files, String message) {
    assertThatThrownBy(() -> folder(files.split(" ")))
        .isInstanceOf(VideoException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"count\": 3} | frames.json says 3 frames, there are 2",
        "{\"fps\": \"30/0\"} | frames.json says 'fps': known are fps, above 0, and count",
        "{\"fps\": \"fast\"} | frames.json says 'fps': known are fps, above 0, and count",
        "{\"fps\": 0} | frames.json says 'fps': known are fps, above 0, and count",
        "{\"fps\": 1e999} | frames.json says 'fps': known are fps, above 0, and count",
        "{\"fps\": \"25\"} | frames.json says 'fps': known are fps, above 0, and count",
        "{\"count\": 2.0} | frames.json says 'count': known are fps, above 0, and count",
        "{\"rate\": 2} | frames.json says 'rate': known are fps, above 0, and count",
        "[25] | frames.json is no object of fps and count",
        "{\"fps\": 25 | frames.json is no JSON",
        "{} {} | frames.json is no JSON"
      })
  void aFileOfOtherFramesIsRefused(String json, String message) {
    assertThatThrownBy(() -> folder(VIDEO, List.of("1.jpg", "2.jpg"), json))
        .isInstanceOf(VideoException.class)
        .hasMessage(message);
  }

  /**
   * Whatever names and texts there are, a folder is whole or refused, and chooses its own files.
   */
  @Test
  void anyNamesAreReadOrRefused() {
    Random random = new Random(7);
    String[] pieces = {
      "frame-", "-of-", "1", "2", "0", "10", "fps", "-", ".", ".jpg", ".png", "/", "..", "\u00e9",
      " "
    };
    String[] texts = {"{", "}", "\"fps\"", "\"count\"", ":", "1", "-1", "1e400", "[", "null", ","};
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      List<String> names =
          Stream.generate(() -> text(random, pieces) + (random.nextBoolean() ? ".jpg" : ""))
              .limit(1 + random.nextInt(3))
              .distinct()
              .toList();
      String json = random.nextInt(4) == 0 ? text(random, texts) : null;
      try {
        FrameFolder folder = folder(VIDEO, names, json);
        read++;
        assertThat(names).containsAll(files(chosen(folder, "lmms-eval:3")));
      } catch (VideoException e) {
        assertThat(e.error()).matches("(?s)(video_missing|video_corrupt|frames_unavailable): .+");
      }
    }
    assertThat(read).isPositive();
  }

  private static String text(Random random, String[] pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }
}

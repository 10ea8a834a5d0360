package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.ClipQuestion;
import io.prumerge.mini.question.ClipQuestions;
import io.prumerge.mini.scene.Clip;
import io.prumerge.mini.scene.ClipEvent;
import io.prumerge.mini.scene.ClipObject;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MVBench (Li et al., 2024) about generated clips: {@code json/TASK.json} of four of its tasks,
 * with two questions about every clip, and below {@code video} a folder of all frames of each,
 * where MVBench has its video.
 *
 * <p>For the train split it also writes {@code clips.jsonl} next to the benchmark's folder: of
 * every clip the background and the shapes, and of each shape its first column, first row and
 * colour in every frame.
 */
final class ClipWriter implements AutoCloseable {

  static final String NAME = "mvbench";
  static final String CLIPS = "clips.jsonl";

  private final Path folder;
  private final Map<ClipEvent, JsonArrayWriter> tasks = new EnumMap<>(ClipEvent.class);
  private final Map<ClipEvent, WrittenCounts> tallies = new EnumMap<>(ClipEvent.class);
  private final Optional<JsonArrayWriter> clips;

  /**
   * @param folder the folder of all benchmarks
   */
  ClipWriter(Path folder, Split split) throws IOException {
    this.folder = folder.resolve(NAME);
    for (ClipEvent kind : ClipEvent.values()) {
      Path file = this.folder.resolve("json").resolve(kind.task() + ".json");
      tasks.put(kind, JsonArrayWriter.array(file));
      tallies.put(kind, WrittenCounts.NOTHING);
    }
    clips =
        split == Split.TRAIN
            ? Optional.of(JsonArrayWriter.lines(folder.resolve(CLIPS)))
            : Optional.empty();
  }

  /**
   * Writes a clip's frames and the questions about it.
   *
   * @param frames the encoded pictures, in their order
   */
  void add(Clip clip, List<byte[]> frames) throws IOException {
    String video = clip.id() + ".mp4";
    write(folder.resolve("video").resolve(place(clip.kind())).resolve(video), frames);
    List<ClipQuestion> questions =
        ClipQuestions.of(clip, MiniBenchmark.random(clip.seed(), clip.split(), clip.index(), NAME));
    for (ClipQuestion question : questions) {
      tasks
          .get(clip.kind())
          .add(
              JsonFields.of("video", video)
                  .and("question", question.text())
                  .and("candidates", question.options())
                  .and("answer", question.rightOption())
                  .map());
    }
    if (clips.isPresent()) {
      clips.get().add(described(clip, video));
    }
    tallies.put(clip.kind(), tallies.get(clip.kind()).with(questions.size()));
  }

  /** Returns where MVBench has a task's videos. */
  private static String place(ClipEvent kind) {
    return switch (kind) {
      case DIRECTION -> "clevrer/video_validation";
      case COUNT, SHUFFLE -> "perception/videos";
      case ORDER -> "star/Charades_v1_480";
    };
  }

  private static void write(Path folder, List<byte[]> frames) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < frames.size(); i++) {
      Files.write(folder.resolve(Text.format("%06d.png", i + 1)), frames.get(i));
    }
    JsonArrayWriter.write(
        folder.resolve("frames.json"),
        JsonFields.of("fps", Clip.RATE).and("count", frames.size()).map());
  }

  private static Map<String, ?> described(Clip clip, String video) {
    return JsonFields.of("clip_id", clip.id())
        .and("task", clip.kind().task())
        .and("video", "video/" + place(clip.kind()) + "/" + video)
        .and("background", clip.backdrop().background().displayName())
        .and("objects", clip.objects().stream().map(ClipWriter::described).toList())
        .map();
  }

  private static Map<String, ?> described(ClipObject object) {
    return JsonFields.of("shape", object.shape().displayName())
        .and("side", object.side())
        .and("left", object.states().stream().map(state -> state.left()).toList())
        .and("top", object.states().stream().map(state -> state.top()).toList())
        .and("colour", object.states().stream().map(state -> state.colour().displayName()).toList())
        .map();
  }

  /** Returns counts of what has been written so far, by task. */
  Map<String, WrittenCounts> tallies() {
    Map<String, WrittenCounts> byTask = new LinkedHashMap<>();
    tallies.forEach((kind, tally) -> byTask.put(kind.task(), tally));
    return byTask;
  }

  @Override
  public void close() throws IOException {
    for (JsonArrayWriter task : tasks.values()) {
      task.close();
    }
    if (clips.isPresent()) {
      clips.get().close();
    }
  }
}

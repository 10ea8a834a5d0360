package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Console;
import io.prumerge.mini.question.ClipQuestion;
import io.prumerge.mini.question.ClipQuestions;
import io.prumerge.mini.scene.Clip;
import io.prumerge.mini.scene.ClipEvent;
import io.prumerge.mini.scene.ClipGenerator;
import io.prumerge.mini.scene.ClipObject;
import io.prumerge.mini.scene.ObjectState;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipWriterTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Clip> CLIPS =
      IntStream.range(0, 4000).parallel().mapToObj(new ClipGenerator(3, Split.TEST)::clip).toList();

  @TempDir private Path folder;

  private static List<ClipQuestion> questions(Clip clip) {
    return ClipQuestions.of(
        clip, MiniBenchmark.random(clip.seed(), clip.split(), clip.index(), ClipWriter.NAME));
  }

  @Test
  void writesMvBenchAndWhatTrainingNeeds() throws IOException {
    Path output = folder.resolve("out");

    Map<String, WrittenCounts> tallies =
        new MiniFolder(output, Console.SILENT).writeClips(Split.TRAIN, 5, 9);

    assertThat(tallies)
        .containsEntry("moving_direction", new WrittenCounts(3, 6))
        .containsEntry("action_count", new WrittenCounts(2, 4))
        .containsEntry("action_sequence", new WrittenCounts(2, 4))
        .containsEntry("object_shuffle", new WrittenCounts(2, 4));
    JsonNode first =
        JSON.readTree(output.resolve("mvbench/json/moving_direction.json").toFile()).get(0);
    assertThat(first.get("video").textValue()).isEqualTo("train-5-000000.mp4");
    assertThat(first.get("candidates")).hasSize(4).contains(first.get("answer"));
    Path frames = output.resolve("mvbench/video/clevrer/video_validation/train-5-000000.mp4");
    assertThat(frames).isDirectoryContaining(file -> file.endsWith("000024.png"));
    assertThat(frames.resolve("frames.json")).hasContent("{\"fps\":8,\"count\":24}");
    assertThat(JSON.readTree(output.resolve("mini.json").toFile()))
        .isEqualTo(
            JSON.readTree(
                """
                {"split": "train", "seed": 5, "clips": 9, "tasks": {
                  "moving_direction": {"clips": 3, "questions": 6},
                  "action_count": {"clips": 2, "questions": 4},
                  "action_sequence": {"clips": 2, "questions": 4},
                  "object_shuffle": {"clips": 2, "questions": 4}}}
                """));
    List<String> clips = Files.readAllLines(output.resolve("clips.jsonl"));
    assertThat(clips).hasSize(9);
    JsonNode clip = JSON.readTree(clips.get(0));
    assertThat(output.resolve("mvbench").resolve(clip.get("video").textValue())).exists();
    assertThat(clip.get("objects").get(0).get("left")).hasSize(24);
  }

  @Test
  void writesTheSameBytesAgain() throws IOException {
    new MiniFolder(folder.resolve("a"), Console.SILENT).writeClips(Split.TEST, 5, 3);
    new MiniFolder(folder.resolve("b"), Console.SILENT).writeClips(Split.TEST, 5, 3);

    for (String file :
        List.of(
            "mini.json",
            "mvbench/json/action_count.json",
            "mvbench/video/perception/videos/test-5-000001.mp4/000013.png")) {
      assertThat(folder.resolve("a").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
    }
    assertThat(folder.resolve("a/clips.jsonl")).doesNotExist();
  }

  @Test
  void everyAnswerIsAsCommonAsEveryOther() {
    Map<ClipEvent, Map<String, Integer>> answers = new HashMap<>();
    Map<Integer, Integer> places = new HashMap<>();
    for (Clip clip : CLIPS) {
      for (ClipQuestion question : questions(clip)) {
        answers
            .computeIfAbsent(clip.kind(), kind -> new HashMap<>())
            .merge(question.rightOption(), 1, Integer::sum);
        places.merge(question.answer(), 1, Integer::sum);
      }
    }

    answers.forEach(
        (kind, counts) -> {
          double expected = 2.0 * CLIPS.size() / 4 / counts.size();
          assertThat(counts.size()).as(kind.task()).isIn(4, 6);
          assertThat(counts.values())
              .as("%s %s", kind, counts)
              .allSatisfy(
                  count ->
                      assertThat((double) count)
                          .isBetween(
                              expected - 4 * Math.sqrt(expected),
                              expected + 4 * Math.sqrt(expected)));
        });
    assertThat(places.values()).hasSize(4).allMatch(count -> Math.abs(count - 2000) < 160);
  }

  /**
   * Counts how often an option is right where one frame shows this of the shape that it names, or
   * else of the one that is asked about, or of both.
   */
  @Test
  void anyOneFrameTellsNothingOfTheAnswer() {
    Map<String, int[]> rightOfAll = new HashMap<>();
    for (Clip clip : CLIPS) {
      for (ClipQuestion question : questions(clip)) {
        for (String option : question.options()) {
          int right = option.equals(question.rightOption()) ? 1 : 0;
          for (int frame = 0; frame < Clip.FRAMES; frame += 3) {
            for (String seen : seen(clip, question, option, frame)) {
              int[] counts =
                  rightOfAll.computeIfAbsent(
                      clip.kind() + ", frame " + frame + ": " + seen, key -> new int[2]);
              counts[0] += right;
              counts[1]++;
            }
          }
        }
      }
    }

    assertThat(rightOfAll).hasSizeGreaterThan(1000);
    rightOfAll.forEach(
        (seen, counts) -> {
          double deviation = Math.sqrt(counts[1] * 0.25 * 0.75);
          assertThat(counts[1]).as(seen).isGreaterThan(60);
          assertThat((double) counts[0])
              .as("%s: %d of %d", seen, counts[0], counts[1])
              .isBetween(counts[1] * 0.25 - 5 * deviation, counts[1] * 0.25 + 5 * deviation);
        });
  }

  private static List<String> seen(Clip clip, ClipQuestion question, String option, int frame) {
    List<ClipObject> objects = clip.objects();
    Optional<ClipObject> named = named(objects, option::equals);
    Optional<ClipObject> asked = named(objects, question.text()::contains);
    String rank = question.text().contains("last") ? "last" : "first";
    return switch (clip.kind()) {
      case DIRECTION, COUNT ->
          List.of(
              option + " where it is " + quarter(asked.orElseThrow(), frame),
              option + " where it is " + colour(asked.orElseThrow(), frame));
      case ORDER ->
          List.of(
              rank + " at " + quarter(named.orElseThrow(), frame),
              rank + " in " + colour(named.orElseThrow(), frame));
      case SHUFFLE ->
          List.of(
              quarter(asked.orElseThrow(), frame) + " -> " + quarter(named.orElseThrow(), frame));
    };
  }

  private static Optional<ClipObject> named(List<ClipObject> objects, Predicate<String> name) {
    return objects.stream().filter(one -> name.test(one.shape().displayName())).findFirst();
  }

  private static int quarter(ClipObject object, int frame) {
    ObjectState state = object.states().get(frame);
    return state.top() / (Clip.SIDE / 2) * 2 + state.left() / (Clip.SIDE / 2);
  }

  private static String colour(ClipObject object, int frame) {
    return object.states().get(frame).colour().displayName();
  }

  @Test
  void aShapeThatStaysIsAtTheEndWhereItWas() {
    int same = 0;
    int asked = 0;
    for (Clip clip : CLIPS.stream().filter(one -> one.kind() == ClipEvent.SHUFFLE).toList()) {
      for (ClipQuestion question : questions(clip)) {
        ClipObject object =
            named(clip.objects(), name -> question.text().contains(name + " was")).orElseThrow();
        boolean stayed =
            object.states().get(0).left() == object.states().get(Clip.FRAMES - 1).left()
                && object.states().get(0).top() == object.states().get(Clip.FRAMES - 1).top();
        assertThat(question.rightOption().equals(object.shape().displayName())).isEqualTo(stayed);
        same += stayed ? 1 : 0;
        asked++;
      }
    }
    assertThat((double) same / asked).isBetween(0.2, 0.3);
  }
}

package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
import io.prumerge.config.TimesInSeconds;
import io.prumerge.config.ViewTimes;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.SeenFrames;
import io.prumerge.model.connector.VisualGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** M-RoPE's positions against transformers' get_rope_index. */
class RopeAxesTest {

  private static final int IMAGE = 486;

  @Test
  void partsAreTheReferences() throws IOException {
    int seen = 0;
    List<JsonNode> families = new ArrayList<>();
    Goldens.json("qwen/qwen.json").get("cases").forEach(families::add);
    Goldens.json("qwen3/qwen3.json").get("cases").forEach(families::add);
    for (JsonNode family : families) {
      for (JsonNode one : family) {
        int[][] expected = new ObjectMapper().treeToValue(one.get("positions"), int[][].class);
        int[] parts = axes(one).of(IntStream.range(0, expected[0].length).toArray());
        for (int part = 0; part < RopeAxes.PARTS; part++) {
          assertThat(part(parts, part)).containsExactly(expected[part]);
        }
        int[] next = axes(one).of(new int[] {expected[0].length});
        assertThat(next[0]).isEqualTo(expected[0].length + one.get("delta").asInt());
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(75);
  }

  @Test
  void whatIsLeftKeepsItsParts() {
    RopeAxes axes = new RopeAxes(List.of(new RopeImage(3, VisualGrid.of(new PatchGrid(2, 3)))));
    assertThat(axes.of(new int[] {2, 4, 8, 9})).containsExactly(2, 2, 2, 3, 3, 4, 3, 4, 5, 6, 6, 6);
  }

  /** Pictures and videos of one prompt, at several rates. */
  @Test
  void partsOfVideosAreTheReferences() throws IOException {
    int seen = 0;
    JsonNode families = Goldens.json("qwen-video/qwen-video.json").get("cases");
    for (String name : (Iterable<String>) families::fieldNames) {
      LlavaConfig config = Checkpoint.open(Goldens.path("qwen/" + name)).config();
      for (JsonNode one : families.get(name)) {
        int[][] expected = new ObjectMapper().treeToValue(one.get("positions"), int[][].class);
        assertParts(videoAxes(config, one), expected, one.get("delta").asInt());
        seen++;
      }
    }
    assertThat(seen).isEqualTo(23);
  }

  /** From outside this repository, as tests of the truncated seconds. */
  @Test
  void partsOfSecondsAreTheVectors() throws IOException {
    for (JsonNode one : Goldens.json("qwen-video/inputs.json").get("qwen2_5_positions")) {
      JsonNode grid = one.get("grid");
      VisualGrid video =
          new VisualGrid(
              new PatchGrid(grid.get(1).asInt() / 2, grid.get(2).asInt() / 2),
              times(
                  new TimesInSeconds(2, TimeRule.TRANSFORMERS),
                  grid.get(0).asInt(),
                  one.get("second_per_grid").asDouble()));
      int[][] expected = new int[RopeAxes.PARTS][];
      for (int part = 0; part < RopeAxes.PARTS; part++) {
        String name = "thw".substring(part, part + 1);
        expected[part] = new ObjectMapper().treeToValue(one.get(name), int[].class);
      }
      assertParts(
          new RopeAxes(List.of(new RopeImage(3, video))), expected, one.get("delta").asInt());
    }
  }

  /** With text between the views of a video, each is an image of its own. */
  @Test
  void partsOfViewsAmongTextAreTheReferences() throws IOException {
    int seen = 0;
    for (JsonNode model : Goldens.json("qwen3-video/qwen3-video.json").get("cases")) {
      for (JsonNode one : model) {
        List<VisualGrid> runs = new ArrayList<>();
        for (JsonNode grid : one.get("grids")) {
          runs.addAll(Collections.nCopies(grid.get(0).asInt(), view(grid, 1)));
        }
        int[][] expected = new ObjectMapper().treeToValue(one.get("positions"), int[][].class);
        List<RopeImage> images = new ArrayList<>();
        int place = 0;
        for (JsonNode id : one.get("ids")) {
          boolean run = id.asInt() == IMAGE || id.asInt() == IMAGE + 1;
          if (run) {
            images.add(new RopeImage(place, runs.get(images.size())));
          }
          place += run ? runs.get(images.size() - 1).tokens() : 1;
        }
        assertThat(images).hasSameSizeAs(runs);
        assertParts(new RopeAxes(images), expected, one.get("delta").asInt());
        seen++;
      }
    }
    assertThat(seen).isEqualTo(9);
    JsonNode vector = Goldens.json("qwen3-video/inputs.json").get("qwen3_positions").get(0);
    VisualGrid view = view(vector.get("grid"), 2);
    List<RopeImage> views = Stream.of(4, 13, 22).map(first -> new RopeImage(first, view)).toList();
    int[][] expected = new int[RopeAxes.PARTS][];
    for (int part = 0; part < RopeAxes.PARTS; part++) {
      String name = "thw".substring(part, part + 1);
      expected[part] = new ObjectMapper().treeToValue(vector.get(name), int[].class);
    }
    assertParts(new RopeAxes(views), expected, vector.get("delta").asInt());
  }

  // The tokens of a view of a grid [t, h, w], of patches of which a token is made of some a side.
  private static VisualGrid view(JsonNode grid, int side) {
    return VisualGrid.of(new PatchGrid(grid.get(1).asInt() / side, grid.get(2).asInt() / side));
  }

  @Test
  void whatIsLeftOfAVideoKeepsItsParts() {
    VisualGrid video = new VisualGrid(new PatchGrid(1, 2), List.of(0, 8));
    RopeAxes axes = new RopeAxes(List.of(new RopeImage(3, video)));
    // The time of the last view is the largest part, so that text goes on at 12, behind 7 tokens.
    assertThat(axes.of(new int[] {2, 4, 5, 7, 8}))
        .containsExactly(2, 2, 2, 3, 3, 4, 11, 3, 3, 12, 12, 12, 13, 13, 13);
  }

  private static void assertParts(RopeAxes axes, int[][] expected, int delta) {
    int[] parts = axes.of(IntStream.range(0, expected[0].length).toArray());
    for (int part = 0; part < RopeAxes.PARTS; part++) {
      assertThat(part(parts, part)).containsExactly(expected[part]);
    }
    int[] next = axes.of(new int[] {expected[0].length});
    assertThat(next[0]).isEqualTo(expected[0].length + delta);
  }

  private static List<Integer> times(ViewTimes rule, int views, double seconds) {
    FrameTimes rate = new FrameTimes(List.of(), OptionalDouble.of(2 / seconds), false);
    return rule.of(new SeenFrames(2 * views, 2, rate));
  }

  private static RopeAxes videoAxes(LlavaConfig config, JsonNode one) {
    List<RopeImage> images = new ArrayList<>();
    int place = 0;
    for (JsonNode id : one.get("ids")) {
      boolean video = id.asInt() == IMAGE + 1;
      if (id.asInt() == IMAGE || video) {
        JsonNode grid = one.get("grids").get(images.size());
        PatchGrid view = new PatchGrid(grid.get(1).asInt(), grid.get(2).asInt());
        double seconds = one.get("seconds").path(0).asDouble(1);
        ViewTimes rule = config.family().video().orElseThrow().times();
        VisualGrid all =
            video
                ? new VisualGrid(view, times(rule, grid.get(0).asInt(), seconds))
                : VisualGrid.of(view);
        images.add(new RopeImage(place, all));
        place += all.tokens();
      } else {
        place++;
      }
    }
    return new RopeAxes(images);
  }

  private static RopeAxes axes(JsonNode one) {
    List<RopeImage> images = new ArrayList<>();
    int place = 0;
    for (JsonNode id : one.get("ids")) {
      if (id.asInt() == IMAGE) {
        JsonNode grid = one.get("grids").get(images.size());
        PatchGrid merged = new PatchGrid(grid.get(0).asInt() / 2, grid.get(1).asInt() / 2);
        images.add(new RopeImage(place, VisualGrid.of(merged)));
        place += merged.patches();
      } else {
        place++;
      }
    }
    return new RopeAxes(images);
  }

  private static int[] part(int[] parts, int part) {
    return IntStream.range(0, parts.length / RopeAxes.PARTS)
        .map(i -> parts[RopeAxes.PARTS * i + part])
        .toArray();
  }
}

package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.Goldens;
import io.prumerge.image.PatchGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
    RopeAxes axes = new RopeAxes(List.of(new RopeImage(3, new PatchGrid(2, 3))));
    assertThat(axes.of(new int[] {2, 4, 8, 9})).containsExactly(2, 2, 2, 3, 3, 4, 3, 4, 5, 6, 6, 6);
  }

  private static RopeAxes axes(JsonNode one) {
    List<RopeImage> images = new ArrayList<>();
    int place = 0;
    for (JsonNode id : one.get("ids")) {
      if (id.asInt() == IMAGE) {
        JsonNode grid = one.get("grids").get(images.size());
        PatchGrid merged = new PatchGrid(grid.get(0).asInt() / 2, grid.get(1).asInt() / 2);
        images.add(new RopeImage(place, merged));
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

package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectorised merge against the official PruMerge and against a merge in plain loops. */
@Tag("model")
class TorchMergeTest {

  private static final String TENSORS = "reduction/prumerge.safetensors";

  @Test
  void mergesAsTheOfficialFunctionsOnRandomTensors() throws IOException {
    int compared = 0;
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything))) {
      for (JsonNode golden : Goldens.json("reduction/prumerge.json").get("cases")) {
        String name = golden.get("name").asText();
        int width = golden.get("width").asInt();
        float[] keys = Goldens.floats(TENSORS, name + "/keys");
        try (Merge merge =
            new Merge(
                torch,
                like,
                width,
                Goldens.floats(TENSORS, name + "/features"),
                Arrays.copyOfRange(keys, width, keys.length),
                Goldens.floats(TENSORS, name + "/attention"))) {
          for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
            JsonNode official = method.getValue();
            if (!official.has("error") && official.path("duplicates").asInt(0) == 0) {
              int[] kept = Goldens.ints(official.get("kept"));
              String key = name + "/" + method.getKey() + "/features";
              assertThat(merge.run(kept, 32, true))
                  .as(key)
                  .containsExactly(Goldens.floats(TENSORS, key), within(1e-5f));
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(40);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0",
    "1, 1, 32",
    "4, 1, 3",
    "9, 0, 32",
    "9, 9, 8",
    "36, 5, 0",
    "36, 7, 35",
    "49, 13, 4"
  })
  void mergesAsPlainLoops(int patches, int keep, int neighbours) {
    Random random = new Random(31L * patches + keep);
    int width = 7;
    float[] features = floats(random, patches * width);
    float[] keys = floats(random, patches * width);
    float[] attention = floats(random, patches);
    int[] kept =
        random.ints(0, patches).distinct().limit(keep).toArray(); // in any order, as methods give
    int near = Math.min(neighbours, patches - 1);
    ArrayPatchTokens slow =
        new ArrayPatchTokens(rows(features, width), rows(keys, width), attention, new byte[32]);
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Merge merge = new Merge(torch, like, width, features, keys, attention)) {
      for (boolean summary : new boolean[] {true, false}) {
        if (keep > 0 || summary) {
          double[][] expected = slow.merge(kept, near, summary).rows();
          float[] actual = merge.run(kept, near, summary);
          assertThat(actual).hasSize(expected.length * width);
          for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i / width][i % width], within(1e-5));
          }
        }
      }
    }
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[][] rows(float[] values, int width) {
    return IntStream.range(0, values.length / width)
        .mapToObj(row -> Arrays.copyOfRange(values, row * width, (row + 1) * width))
        .toArray(float[][]::new);
  }

  /** The module's merge on one image's tensors. */
  private static final class Merge implements AutoCloseable {
    private final Torch torch;
    private final Torch.Value features;
    private final Torch.Value keys;
    private final Torch.Value attention;

    private Merge(
        Torch torch,
        Torch.Value like,
        int width,
        float[] features,
        float[] keys,
        float[] attention) {
      this.torch = torch;
      this.features = torch.tensor(features, like, features.length / width, width);
      this.keys = torch.tensor(keys, like, keys.length / width, width);
      this.attention = torch.tensor(attention, like, attention.length);
    }

    private float[] run(int[] kept, int neighbours, boolean summary) {
      int near = Math.min(neighbours, attentionCount() - 1);
      try (Torch.Value merged =
          torch.call("merge", features, keys, attention, kept, near, summary)) {
        return merged.toFloats(torch);
      }
    }

    private int attentionCount() {
      return attention.toFloats(torch).length;
    }

    @Override
    public void close() {
      features.close();
      keys.close();
      attention.close();
    }
  }
}

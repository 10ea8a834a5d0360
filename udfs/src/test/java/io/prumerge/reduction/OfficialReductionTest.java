package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.prumerge.Outliers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the official PruMerge functions, on random tensors and on the small checkpoints. */
class OfficialReductionTest {
  private static final String JSON = "reduction/prumerge.json";
  private static final String TENSORS = "reduction/prumerge.safetensors";

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(Goldens.json(JSON).get("cases").spliterator(), false);
  }

  private static ArrayPatchTokens patches(JsonNode golden) throws IOException {
    String name = golden.get("name").asText();
    int width = golden.get("width").asInt();
    float[][] keys = Goldens.rows(TENSORS, name + "/keys", width);
    return new ArrayPatchTokens(
        Goldens.rows(TENSORS, name + "/features", width),
        Arrays.copyOfRange(keys, 1, keys.length),
        Goldens.floats(TENSORS, name + "/attention"),
        new byte[32]);
  }

  @ParameterizedTest(name = "case {index}")
  @MethodSource("cases")
  void attentionOfTheClassPosition(JsonNode golden) throws IOException {
    String name = golden.get("name").asText();
    float[] attention = Goldens.floats(TENSORS, name + "/attention");

    float[] computed =
        ArrayPatchTokens.clsAttention(
            Goldens.floats(TENSORS, name + "/query"),
            Goldens.rows(TENSORS, name + "/keys", golden.get("width").asInt()));

    assertThat(computed).containsExactly(attention, within(1e-6f));
    assertThat(Outliers.count(attention)).isEqualTo(golden.get("outliers").asInt());
  }

  @ParameterizedTest(name = "case {index}")
  @MethodSource("cases")
  void keptOrderAndFeatures(JsonNode golden) throws IOException {
    ArrayPatchTokens patches = patches(golden);
    List<String> compared = new ArrayList<>();
    for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
      JsonNode official = method.getValue();
      TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method.getKey()));
      ArrayReduction reduction = (ArrayReduction) reducer.reduce(patches);
      int[] kept = reduction.keptIndices().orElseThrow();
      boolean noOutlier = golden.get("outliers").asInt() == 0 && !method.getKey().contains("ratio");

      if (official.has("error") || noOutlier) {
        assertThat(kept).as(method.getKey()).startsWith(Ranking.top(patches.clsAttention(), 1));
        continue;
      }
      // With a fixed ratio the official PruMerge+ feeds some patches twice, which we do not.
      assertThat(kept)
          .as(method.getKey())
          .isEqualTo(IntStream.of(Goldens.ints(official.get("kept"))).distinct().toArray());
      if (official.get("duplicates").asInt() == 0) {
        assertRows(reduction, golden.get("name").asText() + "/" + method.getKey() + "/features");
      }
      compared.add(method.getKey());
    }
    assertThat(compared).as(golden.get("name").asText()).isNotEmpty();
  }

  private static void assertRows(ArrayReduction reduction, String tensor) throws IOException {
    double[][] rows = reduction.rows();
    float[][] expected = Goldens.rows(TENSORS, tensor, rows[0].length);
    assertThat(rows).as(tensor).hasNumberOfRows(expected.length);
    for (int row = 0; row < rows.length; row++) {
      float[] official = expected[row];
      double[] expectedRow =
          IntStream.range(0, official.length).mapToDouble(channel -> official[channel]).toArray();
      assertThat(rows[row]).as(tensor).containsExactly(expectedRow, within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void keptOrderOfTheSmallCheckpoints(String checkpoint) throws IOException {
    int compared = 0;
    for (JsonNode input : Goldens.json("model/" + checkpoint + ".json").get("inputs")) {
      String name = input.get("name").asText();
      PatchTokens patches =
          ArrayPatchTokens.scored(
              Goldens.floats("model/" + checkpoint + ".safetensors", name + "/attention"));
      for (String method : List.of("prumerge", "prumerge+")) {
        JsonNode official = input.get(method);
        if (input.get("outliers").asInt() == 0 || !official.get("sharp").asBoolean()) {
          continue;
        }
        Reduction reduction = TokenReducers.of(MethodSpec.parse(method)).reduce(patches);
        assertThat(reduction.keptIndices())
            .as("%s of %s", method, name)
            .hasValue(Goldens.ints(official.get("kept")));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(20);
  }
}

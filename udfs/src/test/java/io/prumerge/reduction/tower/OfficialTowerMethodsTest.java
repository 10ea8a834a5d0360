package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the authors' functions on random tensors (notebooks/goldens): what is kept, and rows. */
class OfficialTowerMethodsTest {

  private static final String JSON = "rivals/rivals.json";
  private static final String TENSORS = "rivals/rivals.safetensors";
  private static final TowerLayer LAST = new TowerLayer.Last();

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(Goldens.json(JSON).get("cases").spliterator(), false);
  }

  private static ArrayPatchTokens patches(JsonNode golden, boolean projected) throws IOException {
    String name = golden.get("name").asText();
    int count = golden.get("patches").asInt();
    float[] rows = Goldens.floats(TENSORS, name + "/features");
    float[][] features = Goldens.rows(TENSORS, name + "/features", rows.length / (count + 1));
    float[][] behind =
        Goldens.rows(
            TENSORS,
            name + "/projected",
            Goldens.floats(TENSORS, name + "/projected").length / count);
    return ArrayPatchTokens.seen(
            projected ? behind : Arrays.copyOfRange(features, 1, features.length),
            Goldens.floats(TENSORS, name + "/class_attention"))
        .withClassToken(features[0])
        .with(
            new TowerEvidence.ColumnAttention(LAST),
            Goldens.floats(TENSORS, name + "/column_attention"))
        .with(
            new TowerEvidence.ColumnAttention(new TowerLayer.Numbered(9)),
            Goldens.floats(TENSORS, name + "/shallow_attention"))
        .with(new TowerEvidence.HeadMeanKeys(LAST), Goldens.floats(TENSORS, name + "/keys"));
  }

  @ParameterizedTest(name = "case {index}")
  @MethodSource("cases")
  void chooseAsTheirAuthorsCode(JsonNode golden) throws IOException {
    int compared = 0;
    for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
      JsonNode official = method.getValue();
      boolean behind = method.getKey().matches("(divprune|holov).*");
      // The principal components are the model's work.
      if (official.has("error")
          || !official.get("sharp").asBoolean()
          || method.getKey().startsWith("prunesid")) {
        continue;
      }
      ArrayReduction reduction =
          (ArrayReduction)
              TokenReducers.of(MethodSpec.parse(method.getKey())).reduce(patches(golden, behind));
      String key = golden.get("name").asText() + "/" + method.getKey();
      int[] plain =
          IntStream.of(Goldens.ints(official.get("kept"))).filter(index -> index >= 0).toArray();
      int[] kept =
          reduction
              .keptIndices()
              .orElseGet(() -> IntStream.range(0, golden.get("patches").asInt()).toArray());
      assertThat(Arrays.copyOf(kept, plain.length)).as(key).containsExactly(plain);
      assertThat(reduction.tokens()).as(key).isEqualTo(official.get("kept").size());
      if (official.has("rows")) {
        assertRows(reduction.rows(), key);
      }
      compared++;
    }
    assertThat(compared).as(golden.get("name").asText()).isGreaterThan(3);
  }

  /** The authors' function knows no frames: what it chooses of N rows, it chooses of a video's. */
  @ParameterizedTest(name = "case {index}")
  @MethodSource("cases")
  void chooseOverAllFramesOfAVideo(JsonNode golden) throws IOException {
    String name = golden.get("name").asText();
    int count = golden.get("patches").asInt();
    float[][] rows =
        Goldens.rows(
            TENSORS,
            name + "/projected",
            Goldens.floats(TENSORS, name + "/projected").length / count);
    int compared = 0;
    for (int frames : new int[] {1, 4, 7, 9}) {
      if (count % frames != 0) {
        continue;
      }
      int frame = count / frames;
      List<ArrayPatchTokens> video =
          ArrayPatchTokens.video(
              IntStream.range(0, frames)
                  .mapToObj(at -> Arrays.copyOfRange(rows, at * frame, (at + 1) * frame))
                  .map(features -> ArrayPatchTokens.seen(features, new float[frame]))
                  .toList());
      for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
        JsonNode official = method.getValue();
        if (!method.getKey().startsWith("divprune:tokens=")
            || !official.path("sharp").asBoolean()
            || official.get("kept").size() < frames) {
          continue;
        }
        TokenReducer reducer =
            TokenReducers.of(
                MethodSpec.parse(method.getKey().replace("divprune:", "divprune:over=video,")));
        assertThat(reducer.reduceImage(video).order()).isEmpty();
        assertThat(VideoKept.of(reducer, video))
            .as("%s of %d frames, %s", name, frames, method.getKey())
            .containsExactly(Goldens.ints(official.get("kept")));
        compared++;
      }
    }
    assertThat(compared).as(name).isGreaterThan(count < 36 ? -1 : 3);
  }

  private static void assertRows(double[][] rows, String key) throws IOException {
    float[][] expected = Goldens.rows(TENSORS, key, rows[0].length);
    assertThat(rows).as(key).hasNumberOfRows(expected.length);
    for (int row = 0; row < rows.length; row++) {
      for (int channel = 0; channel < rows[row].length; channel++) {
        assertThat(rows[row][channel]).as(key).isCloseTo(expected[row][channel], within(1e-5));
      }
    }
  }
}

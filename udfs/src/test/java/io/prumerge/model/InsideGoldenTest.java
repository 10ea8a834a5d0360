package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code tome}, {@code flowcut} and {@code vscan}'s first stage in fp32, against their authors'
 * code on small random towers and on the miniature (notebooks/goldens), alone and in batches.
 */
@Tag("model")
class InsideGoldenTest {

  private static final String JSON = "inside/inside.json";
  private static final String TENSORS = "inside/inside.safetensors";
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};

  private static LlavaModel load(String checkpoint) {
    Path folder =
        checkpoint.equals("mini")
            ? Path.of(System.getProperty("project.root"), "conf", "mini-llava")
            : Goldens.path("checkpoints/" + checkpoint);
    return LlavaModel.load(Checkpoint.open(folder), Device.cpu(), Precision.FP32);
  }

  private static List<JsonNode> cases(String checkpoint) throws IOException {
    return StreamSupport.stream(Goldens.json(JSON).get("towers").spliterator(), false)
        .filter(one -> one.get("checkpoint").asText().equals(checkpoint))
        .toList();
  }

  private static PreparedView input(JsonNode golden) throws IOException {
    String input = golden.get("input").asText();
    String checkpoint = golden.get("checkpoint").asText();
    byte[] bytes =
        checkpoint.equals("mini")
            ? Goldens.bytes("rivals/rivals.safetensors", "mini/" + input + "/pixels")
            : Goldens.bytes("model/" + checkpoint + ".safetensors", input + "/pixels");
    float[] pixels = new float[bytes.length];
    int plane = bytes.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      float scaled = (float) ((bytes[i] & 0xff) * 0.00392156862745098);
      pixels[i] = (scaled - MEAN[i / plane]) / STD[i / plane];
    }
    return new PreparedView(pixels, new byte[32]);
  }

  private static List<PreparedView> inputs(List<JsonNode> cases) throws IOException {
    List<PreparedView> inputs = new ArrayList<>();
    for (JsonNode golden : cases) {
      inputs.add(input(golden));
    }
    return inputs;
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static List<TokenReducer> reducers(List<JsonNode> cases) {
    List<TokenReducer> reducers = new ArrayList<>();
    cases
        .get(0)
        .get("methods")
        .fieldNames()
        .forEachRemaining(method -> reducers.add(reducer(method)));
    return reducers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16", "mini"})
  void theyLeaveWhatTheirAuthorsCodeLeaves(String checkpoint) throws IOException {
    List<JsonNode> cases = cases(checkpoint);
    int compared = 0;
    try (LlavaModel model = load(checkpoint)) {
      TowerDepth depth = TowerDepth.of(reducers(cases));
      List<EncodedView> images = model.vision().encode(inputs(cases), depth);
      for (int i = 0; i < images.size(); i++) {
        try (EncodedView image = images.get(i)) {
          for (Map.Entry<String, JsonNode> method : cases.get(i).get("methods").properties()) {
            if (method.getValue().get("sharp").asBoolean()) {
              compare(model, image, cases.get(i).get("name").asText(), method);
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  private static void compare(
      LlavaModel model, EncodedView image, String name, Map.Entry<String, JsonNode> method)
      throws IOException {
    String key = name + "/" + method.getKey();
    JsonNode official = method.getValue();
    try (ReducedView tokens = (ReducedView) reducer(method.getKey()).reduce(image)) {
      assertThat(tokens.tokens()).as(key).isEqualTo(official.get("tokens").asInt());
      assertThat(tokens.keptIndices().orElseThrow())
          .as(key)
          .containsExactly(Goldens.ints(official.get("kept")));
      float[] rows = model.floats(tokens.features());
      int width = rows.length / tokens.tokens();
      float[] expected = Goldens.floats(TENSORS, key);
      float most = 0;
      for (float value : expected) {
        most = Math.max(most, Math.abs(value));
      }
      int every = Goldens.json(JSON).get("every").asInt();
      for (int i = 0; i < expected.length; i++) {
        float actual = rows[i / width * every * width + i % width];
        assertThat(Math.abs(actual - expected[i]))
            .as("%s [%d]: %s against %s", key, i, actual, expected[i])
            .isLessThanOrEqualTo(1e-5f * most);
      }
    }
  }

  /** Alone, one after the other, and all together in one batch, with and without other methods. */
  @ParameterizedTest
  @ValueSource(strings = {"tome:tokens=80", "flowcut:tokens=30", "tome:tokens=@prumerge+"})
  void aBatchLeavesWhatEachImageAloneLeaves(String method) throws IOException {
    List<JsonNode> cases = cases("mha");
    TokenReducer reducer = reducer(method);
    List<TokenReducer> several =
        List.of(reducer, reducer("flowcut:tokens=100"), reducer("fastervlm:tokens=9"));
    try (LlavaModel model = load("mha")) {
      long before = OpenValues.count();
      List<EncodedView> batch = model.vision().encode(inputs(cases), TowerDepth.of(several));
      for (int i = 0; i < cases.size(); i++) {
        try (EncodedView together = batch.get(i);
            EncodedView alone =
                model
                    .vision()
                    .encode(List.of(input(cases.get(i))), TowerDepth.of(List.of(reducer)))
                    .get(0);
            ReducedView one = (ReducedView) reducer.reduce(alone);
            ReducedView other = (ReducedView) reducer.reduce(together)) {
          assertThat(other.selection()).isEqualTo(one.selection());
          assertThat(other.tower()).isEqualTo(one.tower());
          assertThat(other.keptIndices()).contains(one.keptIndices().orElseThrow());
          float[] rows = model.floats(one.features());
          assertThat(model.floats(other.features()))
              .usingComparatorWithPrecision(1e-4f)
              .containsExactly(rows);
        }
      }
      assertThat(OpenValues.count()).isEqualTo(before);
    }
  }

  /** Images of one batch may have different numbers of tokens, and some of them none. */
  @Test
  void imagesOfABatchMayPart() throws IOException {
    List<JsonNode> cases = cases("bf16");
    TokenReducer reducer = reducer("flowcut:tokens=20");
    try (LlavaModel model = load("bf16")) {
      List<EncodedView> images =
          model.vision().encode(inputs(cases), TowerDepth.of(List.of(reducer)));
      for (EncodedView image : images) {
        try (image;
            Reduction reduction = reducer.reduce(image)) {
          assertThat(reduction.tokens()).isEqualTo(20);
        }
      }
    }
  }

  @Test
  void tooFewTokensAreAReductionErrorOfTheMethodAlone() throws IOException {
    TokenReducer few = reducer("tome:tokens=1");
    TokenReducer fine = reducer("flowcut:tokens=1");
    try (LlavaModel model = load("bf16");
        EncodedView image =
            model
                .vision()
                .encode(List.of(input(cases("bf16").get(0))), TowerDepth.of(List.of(few, fine)))
                .get(0);
        Reduction reduction = fine.reduce(image)) {
      assertThat(reduction.tokens()).isEqualTo(1);
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> few.reduce(image))
          .withMessage(
              "Cannot merge 49 patches into 1 tokens in 3 layers of the vision tower, each of which merges half of them at most; give tokens=7 or more");
    }
  }

  /** Nothing dropped and nothing merged gives the features of all patches. */
  @ParameterizedTest
  @ValueSource(strings = {"tome:tokens=49", "flowcut:tokens=49"})
  void allTokensAreTheFeaturesOfAllPatches(String method) throws IOException {
    TokenReducer reducer = reducer(method);
    TokenReducer none = reducer("none");
    try (LlavaModel model = load("bf16");
        EncodedView image =
            model
                .vision()
                .encode(List.of(input(cases("bf16").get(0))), TowerDepth.of(List.of(reducer, none)))
                .get(0);
        ReducedView inside = (ReducedView) reducer.reduce(image);
        ReducedView all = (ReducedView) none.reduce(image)) {
      assertThat(inside.keptIndices()).isEmpty();
      assertThat(model.floats(inside.features()))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(model.floats(all.features()));
    }
  }

  /** A run for methods inside the tower only goes as far as they share it, and has no features. */
  @Test
  void theSharedRunEndsWhereTheMethodsPart() throws IOException {
    TokenReducer reducer = reducer("flowcut:tokens=9");
    try (LlavaModel model = load("mha");
        EncodedView image =
            model
                .vision()
                .encode(List.of(input(cases("mha").get(0))), TowerDepth.of(List.of(reducer)))
                .get(0)) {
      assertThat(image.towerLayers()).isEqualTo(2);
      assertThat(image.towerLayers(reducer)).isEqualTo(2);
      assertThat(image.towerLayers(reducer("tome:tokens=9"))).isZero();
      assertThat(image.towerLayers(reducer("none"))).isEqualTo(3);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(image::all)
          .withMessageContaining("inside it only");
      try (ReducedView tokens = (ReducedView) reducer.reduce(image)) {
        assertThat(IntStream.of(tokens.keptIndices().orElseThrow())).hasSize(9);
      }
    }
  }
}

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
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Evidence and the methods that choose by it, in fp32, against transformers 4.57.1's eager
 * attention and the authors' code (notebooks/goldens), on small random towers and on the miniature.
 */
@Tag("model")
class TowerEvidenceGoldenTest {

  private static final String JSON = "rivals/rivals.json";
  private static final String TENSORS = "rivals/rivals.safetensors";
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};
  private static final TowerLayer LAST = new TowerLayer.Last();

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

  private static float[] pixels(JsonNode golden) throws IOException {
    String input = golden.get("input").asText();
    String checkpoint = golden.get("checkpoint").asText();
    byte[] bytes =
        checkpoint.equals("mini")
            ? Goldens.bytes(TENSORS, "mini/" + input + "/pixels")
            : Goldens.bytes("model/" + checkpoint + ".safetensors", input + "/pixels");
    float[] pixels = new float[bytes.length];
    int plane = bytes.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      float scaled = (float) ((bytes[i] & 0xff) * 0.00392156862745098);
      pixels[i] = (scaled - MEAN[i / plane]) / STD[i / plane];
    }
    return pixels;
  }

  private static List<TokenReducer> reducers(JsonNode golden) {
    List<TokenReducer> reducers = new ArrayList<>();
    golden
        .get("methods")
        .fieldNames()
        .forEachRemaining(method -> reducers.add(TokenReducers.of(MethodSpec.parse(method))));
    return reducers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16", "mini"})
  void attentionAndKeysAreTheReferences(String checkpoint) throws IOException {
    try (LlavaModel model = load(checkpoint)) {
      for (JsonNode golden : cases(checkpoint)) {
        String key = golden.get("name").asText();
        TowerDepth depth = TowerDepth.of(reducers(golden));
        PreparedView input = new PreparedView(pixels(golden), new byte[32]);
        try (EncodedView image = model.vision().encode(List.of(input), depth).get(0)) {
          assertClose(
              image.of(new TowerEvidence.ClassAttention(LAST)),
              Goldens.floats(TENSORS, key + "/class_attention"),
              key + " class attention");
          TowerLayer object = new TowerLayer.Numbered(golden.get("layer").asInt());
          assertClose(
              image.of(new TowerEvidence.ColumnAttention(object)),
              Goldens.floats(TENSORS, key + "/column_attention"),
              key + " column attention");
          float[] keys = image.of(new TowerEvidence.HeadMeanKeys(LAST));
          int width = keys.length / image.count();
          assertClose(
              some(keys, width), Goldens.floats(TENSORS, key + "/keys"), key + " mean keys");
        }
      }
    }
  }

  // Every seventh row.
  private static float[] some(float[] rows, int width) {
    int[] chosen = IntStream.range(0, rows.length / width).filter(row -> row % 7 == 0).toArray();
    float[] values = new float[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(rows, chosen[i] * width, values, i * width, width);
    }
    return values;
  }

  private static void assertClose(float[] actual, float[] expected, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    float most = 0;
    for (float value : expected) {
      most = Math.max(most, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s [%d]: %s against %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(1e-5f * most);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16", "mini"})
  void methodsChooseAsTheirAuthorsCode(String checkpoint) throws IOException {
    int compared = 0;
    try (LlavaModel model = load(checkpoint)) {
      for (JsonNode golden : cases(checkpoint)) {
        TowerDepth depth = TowerDepth.of(reducers(golden));
        PreparedView input = new PreparedView(pixels(golden), new byte[32]);
        try (EncodedView image = model.vision().encode(List.of(input), depth).get(0)) {
          for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
            JsonNode official = method.getValue();
            if (!official.has("error") && official.get("sharp").asBoolean()) {
              compare(model, image, golden.get("name").asText(), method.getKey(), official);
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(80);
  }

  private static void compare(
      LlavaModel model, EncodedView image, String name, String method, JsonNode official)
      throws IOException {
    int[] plain =
        IntStream.of(Goldens.ints(official.get("kept"))).filter(index -> index >= 0).toArray();
    try (ReducedView tokens =
        (ReducedView) TokenReducers.of(MethodSpec.parse(method)).reduce(image)) {
      String key = name + "/" + method;
      assertThat(Arrays.copyOf(tokens.keptIndices().orElseThrow(), plain.length))
          .as(key)
          .containsExactly(plain);
      assertThat(tokens.tokens()).as(key).isEqualTo(official.get("kept").size());
      if (official.has("rows")) {
        assertClose(model.floats(tokens.features()), Goldens.floats(TENSORS, key), key);
      }
    }
  }

  @Test
  void aLayerThatDoesNotRunIsAReductionError() throws IOException {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse("hiprune:layer=4,tokens=20"));
    try (LlavaModel model = load("mha");
        EncodedView image =
            model
                .vision()
                .encode(
                    List.of(new PreparedView(pixels(cases("mha").get(0)), new byte[32])),
                    TowerDepth.of(List.of(reducer)))
                .get(0)) {
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> reducer.reduce(image))
          .withMessage(
              "Cannot look at layer 4 of the vision tower: the features need layers 1 to 3");
    }
  }

  /** What was watched for some methods changes nothing for others, not even a bit. */
  @Test
  void watchingChangesNoFeature() throws IOException {
    PreparedView input = new PreparedView(pixels(cases("mha").get(0)), new byte[32]);
    List<TokenReducer> all = reducers(cases("mha").get(0));
    try (LlavaModel model = load("mha");
        EncodedView plain = model.vision().encode(List.of(input), TowerDepth.SCORES).get(0);
        EncodedView watched =
            model.vision().encode(List.of(input), TowerDepth.of(all).andScores()).get(0)) {
      for (TokenReducer reducer : all) {
        reducer.reduce(watched).close();
      }
      assertThat(watched.clsAttention()).isEqualTo(plain.clsAttention());
      TokenReducer merging = TokenReducers.of(MethodSpec.parse("prumerge"));
      try (ReducedView one = (ReducedView) merging.reduce(plain);
          ReducedView other = (ReducedView) merging.reduce(watched)) {
        assertThat(model.floats(other.features())).isEqualTo(model.floats(one.features()));
      }
    }
  }
}

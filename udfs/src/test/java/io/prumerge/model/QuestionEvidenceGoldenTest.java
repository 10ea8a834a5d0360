package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.family.Families;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.text.ClipModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PythonText;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Evidence about questions and the methods that choose by it, in fp32, against transformers 4.57.1
 * and the authors' code (notebooks/goldens), on a small random tower and the miniature, each with a
 * small random CLIP model.
 */
@Tag("model")
class QuestionEvidenceGoldenTest {

  private static final String JSON = "questions/questions.json";
  private static final String TENSORS = "questions/questions.safetensors";
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};

  private static Path folder(String checkpoint) {
    return checkpoint.equals("mini")
        ? Path.of(System.getProperty("project.root"), "conf", "mini-llava")
        : Goldens.path("checkpoints/" + checkpoint);
  }

  private static Path clip(String checkpoint) {
    return Goldens.path("clips/" + checkpoint);
  }

  private static List<JsonNode> cases(String checkpoint) throws IOException {
    return StreamSupport.stream(Goldens.json(JSON).get("towers").spliterator(), false)
        .filter(one -> one.get("checkpoint").asText().equals(checkpoint))
        .toList();
  }

  private static PreparedView input(JsonNode golden) throws IOException {
    String input = golden.get("input").asText();
    byte[] bytes =
        golden.get("checkpoint").asText().equals("mini")
            ? Goldens.bytes("rivals/rivals.safetensors", "mini/" + input + "/pixels")
            : Goldens.bytes("model/mha.safetensors", input + "/pixels");
    float[] pixels = new float[bytes.length];
    int plane = bytes.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      float scaled = (float) ((bytes[i] & 0xff) * 0.00392156862745098);
      pixels[i] = (scaled - MEAN[i / plane]) / STD[i / plane];
    }
    return new PreparedView(pixels, new byte[32]);
  }

  private static MethodSpec spec(String method, String checkpoint) {
    String clip = (method.contains(":") ? "," : ":") + "clip=" + clip(checkpoint);
    return MethodSpec.parse(method.startsWith("mmtok") ? method : method + clip);
  }

  private static TowerEvidence needed(String method, String checkpoint) {
    return TokenReducers.of(spec(method, checkpoint)).needs().stream()
        .filter(evidence -> evidence.ofText().isPresent())
        .findAny()
        .orElseThrow();
  }

  private interface Check {
    void at(JsonNode golden, LlavaModel model, EncodedView image, PatchTokens asked)
        throws IOException;
  }

  private static void each(String checkpoint, Check check) throws IOException {
    try (LlavaModel model =
            LlavaModel.load(Checkpoint.open(folder(checkpoint)), Device.cpu(), Precision.FP32);
        LlavaTokenizer tokenizer = LlavaTokenizer.load(folder(checkpoint), Families.tokenizers())) {
      for (JsonNode golden : cases(checkpoint)) {
        try (EncodedView image =
                model.vision().encode(List.of(input(golden)), TowerDepth.FEATURES).get(0);
            QuestionReader reader = model.reader(tokenizer, prompts(model, tokenizer))) {
          String question = golden.get("question").asText();
          check.at(golden, model, image, image.asked(question, reader));
        }
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static PromptEncoder prompts(LlavaModel model, LlavaTokenizer tokenizer) {
    return new PromptEncoder(
        tokenizer,
        ConversationTemplate.named("vicuna_v1"),
        model.checkpoint().config().imageTokenId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "mini"})
  void evidenceIsTheReferences(String checkpoint) throws IOException {
    each(
        checkpoint,
        (golden, model, image, asked) -> {
          String key = golden.get("name").asText();
          int count = image.count();
          assertClose(
              columns(asked.of(needed("mmtok:tokens=4", checkpoint)), count),
              Goldens.floats(TENSORS, key + "/word_cosines"),
              key + " word cosines");
          float[] patches = asked.of(new TowerEvidence.ClipPatches(clip(checkpoint).toString()));
          int width = patches.length / count;
          float[] some = new float[(count + 6) / 7 * width];
          for (int row = 0; row * 7 < count; row++) {
            System.arraycopy(patches, row * 7 * width, some, row * width, width);
          }
          assertClose(some, Goldens.floats(TENSORS, key + "/clip_patches"), key + " patches");
          assertClose(
              columns(asked.of(needed("trim", checkpoint)), count),
              Goldens.floats(TENSORS, key + "/trim_products"),
              key + " products");
        });
  }

  // Every seventh of the patches.
  private static float[] columns(float[] rows, int count) {
    int each = (count + 6) / 7;
    float[] some = new float[rows.length / count * each];
    for (int i = 0; i < some.length; i++) {
      some[i] = rows[i / each * count + i % each * 7];
    }
    return some;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "mini"})
  void textsAreTheReferences(String checkpoint) throws IOException {
    each(
        checkpoint,
        (golden, model, image, asked) -> {
          ClipModel clip = model.clips().named(clip(checkpoint).toString());
          String key = golden.get("name").asText();
          String question = golden.get("question").asText();
          assertClose(
              texts(model, clip, question, ClipReading.CUT_OFF),
              Goldens.floats(TENSORS, key + "/trim_text"),
              key + " text");
          assertClose(
              texts(model, clip, readByCdPruner(question), ClipReading.PIECES),
              Goldens.floats(TENSORS, key + "/pieces"),
              key + " pieces");
        });
  }

  private static String readByCdPruner(String question) {
    return TokenReducers.of(MethodSpec.parse("cdpruner:clip=c,tokens=1")).needs().stream()
        .filter(TowerEvidence.ClipProducts.class::isInstance)
        .map(evidence -> ((TowerEvidence.ClipProducts) evidence).text().of(question))
        .findFirst()
        .orElseThrow();
  }

  private static float[] texts(LlavaModel model, ClipModel clip, String text, ClipReading reading) {
    try (Torch.Value texts = clip.texts(clip.pieces(text, reading))) {
      return model.floats(texts);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "mini"})
  void methodsChooseAsTheirAuthorsCode(String checkpoint) throws IOException {
    List<String> compared = new ArrayList<>();
    each(
        checkpoint,
        (golden, model, image, asked) -> {
          for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
            if (method.getValue().get("sharp").asBoolean()) {
              String key = golden.get("name").asText() + "/" + method.getKey();
              compare(model, asked, spec(method.getKey(), checkpoint), key, method.getValue());
              compared.add(key);
            }
          }
        });
    assertThat(compared).hasSizeGreaterThan(25);
  }

  private static void compare(
      LlavaModel model, PatchTokens asked, MethodSpec method, String key, JsonNode official)
      throws IOException {
    int[] expected = Goldens.ints(official.get("kept"));
    TokenReducer reducer = TokenReducers.of(method);
    try (ReducedView tokens = (ReducedView) reducer.reduce(asked)) {
      assertThat(Arrays.copyOf(tokens.keptIndices().orElseThrow(), expected.length))
          .as(key)
          .containsExactly(expected);
      if (method.name().equals("trim")) {
        assertThat(tokens.tokens()).as(key).isEqualTo(expected.length + 1);
        float[] rows = model.floats(tokens.features());
        int width = rows.length / tokens.tokens();
        assertClose(
            Arrays.copyOfRange(rows, rows.length - width, rows.length),
            Goldens.floats(TENSORS, key),
            key);
      } else {
        assertThat(tokens.tokens()).as(key).isEqualTo(expected.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "mini"})
  void wordsAreTheReferencesTokens(String checkpoint) throws IOException {
    try (LlavaTokenizer tokenizer =
        LlavaTokenizer.load(folder(checkpoint), Families.tokenizers())) {
      for (JsonNode golden : cases(checkpoint)) {
        List<String> words = PythonText.split(golden.get("keywords").asText());
        assertThat(tokenizer.encodeWords(words))
            .as(words.toString())
            .containsExactly(Goldens.ints(golden.get("word_ids")));
      }
      assertThat(tokenizer.encodeWords(List.of())).isEqualTo(tokenizer.encode(""));
    }
  }

  @Test
  void withoutAQuestionThereIsNoEvidenceAboutOne() throws IOException {
    each(
        "mha",
        (golden, model, image, asked) ->
            assertThatExceptionOfType(ReductionException.class)
                .isThrownBy(() -> image.of(needed("mmtok:tokens=4", "mha")))
                .withMessageContaining("without a question"));
  }

  @Test
  void aClipModelOfAnotherTowerIsRefused() throws IOException {
    each(
        "mha",
        (golden, model, image, asked) -> {
          assertThatExceptionOfType(CheckpointException.class)
              .isThrownBy(() -> model.clips().place("other", clip("mini")))
              .withMessageContaining(
                  "its vision tower is 192 wide, but the features of the model's own are 48");
          assertThatExceptionOfType(ReductionException.class)
              .isThrownBy(() -> TokenReducers.of(spec("trim", "mini")).reduce(asked))
              .withMessageContaining("192 wide");
          assertThatExceptionOfType(ReductionException.class)
              .isThrownBy(() -> TokenReducers.of(MethodSpec.parse("trim:clip=/none")).reduce(asked))
              .withMessageContaining("/none");
        });
  }

  @Test
  void anotherNameMayBePlaced() throws IOException {
    each(
        "mha",
        (golden, model, image, asked) -> {
          ClipCheckpoint placed = model.clips().place("s3a://bucket/clip", clip("mha"));
          new WeightsPin(placed.digest()).check(placed);
          assertThatExceptionOfType(CheckpointException.class)
              .isThrownBy(() -> new WeightsPin("0".repeat(64)).check(placed))
              .withMessageContaining(placed.digest());
          float[] products =
              asked.of(
                  TokenReducers.of(MethodSpec.parse("trim:clip=s3a://bucket/clip"))
                      .needs()
                      .iterator()
                      .next());
          assertThat(products).isEqualTo(asked.of(needed("trim", "mha")));
        });
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
}

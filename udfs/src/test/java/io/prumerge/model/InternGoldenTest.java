package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.run.Neighbour;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InternVL from pixels to answers against transformers. */
@Tag("model")
class InternGoldenTest {

  private static final String GOLDEN = "intern/intern.safetensors";
  private static final String QUESTION = "Is there a dog in the image?";

  /** Cases whose features are those of others. */
  private static final List<String> WITHOUT_FEATURES = List.of("chat", "lora");

  /** Patches of each view that the reference keeps. */
  private static final int KEPT = 2;

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** Each case alone, then all together; chat is in the authors' layout, lora adapts small. */
  @ParameterizedTest
  @CsvSource({"small, internvl_hf", "large, internvl_hf", "chat, internvl2_5", "lora, internvl_hf"})
  void answersAreTheReferences(String name, String template)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json("intern/intern.json").get("cases").get(name);
    try (Opened opened = new Opened(name, template)) {
      List<String> names = new ArrayList<>();
      cases.fieldNames().forEachRemaining(names::add);
      List<PreparedImages> inputs = new ArrayList<>();
      for (String picture : names) {
        inputs.add(opened.prepared(picture));
      }
      List<EncodedImages> together = opened.model.encode(inputs, TowerDepth.FEATURES);
      opened.later.addAll(together);
      List<PromptGroup> groups = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        String picture = names.get(i);
        JsonNode golden = cases.get(picture);
        int[] views =
            inputs.get(i).grids().images().stream().mapToInt(grid -> grid.views()).toArray();
        assertThat(views).as(picture).containsExactly(Goldens.ints(golden.get("views")));
        // Pictures in CMYK are decoded within 3 levels.
        if (picture.startsWith("cmyk")) {
          continue;
        }
        PromptGroup group = opened.group(together.get(i), views.length, "none");
        if (!WITHOUT_FEATURES.contains(name)) {
          float[] rows = opened.model.floats(opened.rows.rows());
          assertClose(rows, name + "/" + picture + "/features");
        }
        assertThat(opened.prompt.ids())
            .as(picture)
            .containsExactly(Goldens.ints(golden.get("ids")));
        assertClose(opened.model.logits(group), name + "/" + picture + "/logits");
        groups.add(group);
        expected.add(Goldens.ints(golden.get("greedy")));
        assertThat(opened.ids(List.of(group)).get(0))
            .as(picture)
            .containsExactly(Goldens.ints(golden.get("greedy")));
      }
      assertThat(opened.ids(groups))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(expected);
    }
  }

  /** Scores of blocks are means over their patches; tiles stand first, the whole image last. */
  @ParameterizedTest
  @CsvSource({
    "small, internvl_hf, kept, packed",
    "large, internvl_hf, kept, packed",
    "chat, internvl2_5, kept, packed",
    "small, internvl_hf, held, kept",
    "large, internvl_hf, held, kept"
  })
  void theClassTokensBestBlocksAreTheReferences(
      String name, String template, String golden, String positions)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json("intern/intern.json").get("cases").get(name);
    try (Opened opened = new Opened(name, template)) {
      int each = opened.checkpoint.config().viewTokens();
      for (String picture : List.of("wide.png", "97x61")) {
        JsonNode expected = cases.get(picture);
        int views = expected.get("views").get(0).asInt();
        String method =
            String.format(Locale.ROOT, "fastervlm:positions=%s,tokens=%d", positions, KEPT * views);
        TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
        EncodedImages encoded =
            opened
                .model
                .encode(List.of(opened.prepared(picture)), TowerDepth.of(List.of(reducer)))
                .get(0);
        opened.later.add(encoded);
        PromptGroup group = opened.group(encoded, 1, method);
        int[] kept =
            IntStream.of(opened.reduced.keptIndices().orElseThrow())
                .map(patch -> (patch / each + views - 1) % views * each + patch % each)
                .toArray();
        assertThat(kept).as(picture).containsExactly(Goldens.ints(expected.get("kept")));
        assertClose(opened.model.logits(group), name + "/" + picture + "/" + golden + "_logits");
        assertThat(opened.ids(List.of(group)).get(0))
            .as(picture)
            .containsExactly(Goldens.ints(expected.get(golden + "_greedy")));
      }
    }
  }

  /** The whole image is the reference's last view, and the first one here. */
  @ParameterizedTest
  @ValueSource(strings = {"small", "large"})
  void whatMethodsLookAtIsTheReferences(String name) throws IOException, ImageException {
    try (Opened opened = new Opened(name, "internvl_hf")) {
      int layers = opened.checkpoint.config().vision().encoder().layers();
      int each = opened.checkpoint.config().viewTokens();
      int width = opened.checkpoint.config().vision().encoder().hiddenSize();
      for (String picture : List.of("one.png", "wide.png", "97x61")) {
        TokenReducer scores = TokenReducers.of(MethodSpec.parse("prumerge"));
        TokenReducer received = TokenReducers.of(MethodSpec.parse("hiprune:layer=2,tokens=2"));
        TokenReducer first = TokenReducers.of(MethodSpec.parse("hired:tokens=2"));
        TowerDepth depth = TowerDepth.of(List.of(scores, received, first));
        EncodedImages encoded =
            opened.model.encode(List.of(opened.prepared(picture)), depth).get(0);
        opened.later.add(encoded);
        String key = name + "/" + picture + "/";
        float[] ofClass = floats(key + "class");
        float[] ofAll = floats(key + "received");
        float[] full = floats(key + "full");
        int views = encoded.views().size();
        assertThat(full).hasSize(views * each);
        for (EncodedView view : encoded.views()) {
          int at = (view.view() + views - 1) % views * each;
          for (int layer : new int[] {0, layers - 1}) {
            assertSame(
                view.of(new TowerEvidence.ClassAttention(new TowerLayer.Numbered(layer + 1))),
                ofClass,
                layer * views * each + at);
          }
          assertSame(
              view.of(new TowerEvidence.ColumnAttention(new TowerLayer.Numbered(2))),
              ofAll,
              views * each + at);
          assertSame(view.clsAttention(), full, at);
          List<Integer> near =
              view.merges(new int[] {1}, 2).get(0).neighbours().stream()
                  .map(Neighbour::patch)
                  .toList();
          assertThat(near).isEqualTo(nearest(Goldens.rows(GOLDEN, key + "keys", width), at, each));
        }
      }
    }
  }

  /** The two blocks of a view, from `first` on, whose keys are most like the second block's. */
  private static List<Integer> nearest(float[][] keys, int first, int each) {
    return IntStream.range(0, each)
        .filter(block -> block != 1)
        .boxed()
        .sorted(Comparator.comparingDouble(block -> -cosine(keys[first + 1], keys[first + block])))
        .limit(2)
        .toList();
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double ones = 0;
    double others = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      ones += (double) one[i] * one[i];
      others += (double) other[i] * other[i];
    }
    return product / Math.sqrt(ones * others);
  }

  /** Each place of a question's own is an image's, with its text around it. */
  @Test
  void imagesStandWhereAQuestionPutsThem() throws IOException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("intern/small"));
    try (LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "raw")) {
      String image = "<img><IMG_CONTEXT></img>";
      assertThat(processor.prompts().withImages("A <image> or <image>?", 2).ids())
          .containsExactly(processor.tokenizer().encode("A " + image + " or " + image + "?"));
    }
  }

  @Test
  void thePromptIsTheAuthors() throws IOException {
    String prompt = Goldens.json("intern/intern.json").get("template").asText();
    assertThat(ConversationTemplate.named("internvl2_5").withImage("{}")).isEqualTo(prompt);
  }

  /** A checkpoint, and what the last prompt about it was made of. */
  private static final class Opened implements AutoCloseable {

    private final List<AutoCloseable> later = new ArrayList<>();
    private final Checkpoint checkpoint;
    private final LlavaModel model;
    private final LlavaProcessor processor;
    private EncodedPrompt prompt;
    private ReducedImages reduced;
    private ProjectedTokens rows;

    Opened(String name, String template) {
      checkpoint =
          Checkpoint.open(
              ModelFolders.of(
                  Stream.of(name.equals("lora") ? "small+lora" : name)
                      .flatMap(names -> Stream.of(names.split("\\+")))
                      .map(folder -> Goldens.path("intern/" + folder))
                      .toList()));
      model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
      processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template);
    }

    PreparedImages prepared(String names) throws IOException, ImageException {
      return QwenGoldenTest.prepared(names, processor);
    }

    PromptGroup group(EncodedImages encoded, int images, String method) throws PromptException {
      prompt = processor.prompts().withImages(QUESTION, images);
      reduced = encoded.reduce(TokenReducers.of(MethodSpec.parse(method)));
      later.add(reduced);
      rows = model.project(reduced);
      later.add(rows);
      return QwenGoldenTest.group(
          prompt, new VisualRows(rows, reduced.positions()), List.of(new GenerationLimits(16, 0)));
    }

    List<int[]> ids(List<PromptGroup> groups) {
      return QwenGoldenTest.ids(model, checkpoint, groups);
    }

    @Override
    public void close() {
      for (AutoCloseable one : later) {
        QwenGoldenTest.close(one);
      }
      processor.close();
      model.close();
    }
  }

  private static float[] floats(String tensor) throws IOException {
    return Goldens.floats(GOLDEN, tensor);
  }

  private static void assertSame(float[] actual, float[] all, int from) {
    ModelGoldenTest.assertClose(
        actual, Arrays.copyOfRange(all, from, from + actual.length), "from " + from);
  }

  private static void assertClose(float[] actual, String tensor) throws IOException {
    ModelGoldenTest.assertClose(actual, floats(tensor), tensor);
  }
}

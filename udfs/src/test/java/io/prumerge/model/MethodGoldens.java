package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.ViewSpan;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What methods leave of pictures on small models, and what is answered then, against transformers'
 * layers called one by one and the authors' choices; see notebooks/goldens.
 *
 * @param file the goldens, without the ending of their two files
 * @param models folder of the models
 * @param template of the prompts
 * @param keepsPositions whether all that is left stays at its positions, whatever the method says
 */
record MethodGoldens(String file, String models, String template, boolean keepsPositions) {

  private static final int STEPS = 6;

  /** One method on one prompt's pictures. */
  private record Asked(String name, JsonNode golden, ImageWork work, PromptGroup group) {

    void checkAnswer(int[] made) {
      int steps = GoldenModel.comparable(golden.get("margins"));
      assertThat(Arrays.copyOf(made, steps))
          .as(name)
          .containsExactly(Arrays.copyOf(Goldens.ints(golden.get("greedy")), steps));
    }
  }

  /**
   * All pictures go through the tower together; each prompt's logits are its own, the answers are
   * of all together.
   *
   * @param least of the cases that can be checked
   */
  void check(String folder, int least) throws IOException, ImageException, PromptException {
    JsonNode goldens = Goldens.json(file + ".json");
    String question = goldens.get("question").asText();
    Map<String, JsonNode> cases = new LinkedHashMap<>();
    goldens
        .get("cases")
        .get(folder)
        .properties()
        .forEach(one -> cases.put(one.getKey(), one.getValue()));
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(models + "/" + folder));
    List<AutoCloseable> open = new ArrayList<>();
    List<Asked> all = new ArrayList<>();
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template);
        QuestionReader reader = model.reader(processor.tokenizer(), processor.prompts())) {
      try {
        List<PreparedImages> inputs = new ArrayList<>();
        for (String pictures : cases.keySet()) {
          inputs.add(QwenGoldenTest.prepared(pictures, processor));
        }
        List<EncodedImages> encoded = model.encode(inputs, TowerDepth.of(methods(cases)));
        open.addAll(encoded);
        int at = 0;
        for (Map.Entry<String, JsonNode> one : cases.entrySet()) {
          EncodedImages images = encoded.get(at++);
          String key = folder + "/" + one.getKey() + "/";
          if (one.getValue().has("flops")) {
            checkEvidence(images, key);
          }
          long received = one.getValue().path("flops").asLong();
          EncodedPrompt prompt =
              processor.prompts().withImages(question, one.getValue().get("cells").size());
          for (Map.Entry<String, JsonNode> method : one.getValue().get("methods").properties()) {
            if (method.getValue().get("sharp").asBoolean()) {
              all.add(
                  asked(
                      model,
                      reader,
                      images,
                      prompt,
                      question,
                      key + method.getKey(),
                      method,
                      open));
              checkCost(checkpoint, all.get(all.size() - 1), method.getKey(), received);
            }
          }
        }
        assertThat(all).hasSizeGreaterThanOrEqualTo(least);
        List<List<Generation>> together =
            decoding(model).generate(all.stream().map(Asked::group).toList());
        for (int i = 0; i < all.size(); i++) {
          all.get(i).checkAnswer(together.get(i).get(0).ids());
        }
      } finally {
        for (AutoCloseable one : open) {
          QwenGoldenTest.close(one);
        }
      }
    }
  }

  private static List<TokenReducer> methods(Map<String, JsonNode> cases) {
    Set<String> specs = new HashSet<>();
    cases.values().forEach(one -> one.get("methods").fieldNames().forEachRemaining(specs::add));
    return specs.stream().map(MethodSpec::parse).map(TokenReducers::of).toList();
  }

  // Alone: what is kept, before the decoder and inside it, and the prompt's logits.
  private Asked asked(
      LlavaModel model,
      QuestionReader reader,
      EncodedImages images,
      EncodedPrompt prompt,
      String question,
      String name,
      Map.Entry<String, JsonNode> method,
      List<AutoCloseable> open)
      throws IOException {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method.getKey()));
    assertThat(reducer.spec()).hasToString(method.getKey());
    JsonNode golden = method.getValue();
    ReducedImages left =
        reducer.perQuestion() ? images.reduce(reducer, question, reader) : images.reduce(reducer);
    open.add(left);
    ProjectedTokens rows = model.project(left);
    open.add(rows);
    int first = 0;
    for (int image = 0; image < golden.get("kept").size(); image++) {
      ViewSpan own = images.views().get(first).ownViews();
      int[] places = Goldens.ints(golden.get("kept").get(image));
      assertThat(kept(images, left, own))
          .as(name)
          .containsExactly(patches(places, golden.get("sums").get(image)));
      if (left.applied().positions() == CutPositions.KEPT || keepsPositions) {
        assertThat(left.positions().ofRuns().get(image))
            .as("places of %s", name)
            .containsExactlyElementsOf(IntStream.of(places).boxed().toList());
      }
      first = own.end();
    }
    if (golden.has("summed")) { // their code with its scores as they are keeps no others
      assertThat(left.views().get(0).keptIndices().orElseThrow())
          .contains(Goldens.ints(golden.get("summed")));
    }
    List<TestCuts.Recorded> cuts =
        LayerCut.of(left.applied(), images.views().get(0), rows.tokens(), images.decoderLayers())
            .stream()
            .map(TestCuts.Recorded::new)
            .toList();
    PromptGroup group = group(prompt, new VisualRows(rows, left.positions()), cuts);
    float[] actual = model.logits(group);
    for (int cut = 0; cut < cuts.size(); cut++) {
      int[] inside = Goldens.ints(golden.get("inside").get(cut));
      int[] tokens = cuts.get(cut).kept.get(0).tokens();
      assertThat(tokens).as(name).startsWith(inside);
      assertThat(tokens).as(name).hasSize(inside.length + golden.path("merged").path(cut).asInt());
    }
    float[] logits = Goldens.floats(file + ".safetensors", name);
    ModelGoldenTest.assertClose(Arrays.copyOf(actual, logits.length), logits, name);
    return new Asked(name, golden, left.work(), group);
  }

  // Of a picture's views, in the order of its sequence: tiles, then the whole image.
  private static int[] kept(EncodedImages images, ReducedImages left, ViewSpan own) {
    IntStream.Builder kept = IntStream.builder();
    for (int place = 0; place < own.count(); place++) {
      int view = own.first() + (place + 1) % own.count();
      int all = images.views().get(view).count();
      int before = place * all;
      kept(left.views().get(view), all).map(patch -> before + patch).forEach(kept);
    }
    return kept.build().toArray();
  }

  // Those of a view that is left whole are all of its patches.
  private static IntStream kept(ReducedView view, int all) {
    return view.keptIndices().map(IntStream::of).orElseGet(() -> IntStream.range(0, all));
  }

  private static int[] patches(int[] places, JsonNode sums) {
    Set<Integer> none = new HashSet<>();
    sums.forEach(sum -> none.add(sum.asInt()));
    return IntStream.range(0, places.length)
        .filter(row -> !none.contains(row))
        .map(row -> places[row])
        .toArray();
  }

  private void checkEvidence(EncodedImages images, String key) throws IOException {
    for (EncodedView view : images.views()) {
      String name = key + "evidence/" + view.view() + "/";
      TowerLayer last = new TowerLayer.Last();
      checkClose(view.of(new TowerEvidence.ColumnAttention(last)), name + "last");
      TowerLayer object = new TowerLayer.Alike(9, 24);
      checkClose(view.of(new TowerEvidence.ColumnAttention(object)), name + "shallow");
      checkClose(view.of(new TowerEvidence.HeadMeanKeys(last)), name + "keys");
    }
  }

  private void checkClose(float[] actual, String tensor) throws IOException {
    float[] expected = Goldens.floats(file + ".safetensors", tensor);
    assertThat(actual).as(tensor).hasSameSizeAs(expected);
    double most =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i]))
            .max()
            .orElseThrow();
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).as(tensor).isLessThan((float) (1e-5 * most));
    }
  }

  // The products of queries and keys, as torch counts them.
  private static void checkCost(Checkpoint checkpoint, Asked asked, String method, long received) {
    boolean one = method.startsWith("fastervlm:attention=received");
    long pieces = one ? 1 : method.startsWith("hiprune") ? 2 : 0;
    if (pieces > 0) {
      assertThat(CostModel.of(checkpoint.config()).reductions().of(asked.work()))
          .as(asked.name())
          .isEqualTo(pieces * received);
    }
  }

  private static GreedyDecoding decoding(LlavaModel model) {
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    return new GreedyDecoding(model.greedy(stop), model.limits(1));
  }

  private static PromptGroup group(
      EncodedPrompt prompt, VisualRows rows, List<? extends LayerCut> cuts) {
    return QwenGoldenTest.group(prompt, rows, cuts, List.of(new GenerationLimits(STEPS, 0)));
  }
}

package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PlainDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A LLaVA and a BLIP-2 with OPT decoders, against transformers 4.57.1; see notebooks/goldens. */
@Tag("model")
class OptGoldenTest {

  private static final String TENSORS = "opt/opt.safetensors";
  private static final List<String> QUESTIONS =
      List.of("Is there a dog in the image?", "What color is the car?", "Where?");
  private static final int NEW_TOKENS = 8;
  private static final int LAYERS = 3;

  private static JsonNode cases;
  private static LlavaModel model;
  private static LlavaProcessor processor;

  @BeforeAll
  static void load() throws IOException {
    cases = Goldens.json("opt/opt.json").get("cases");
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("opt/llava"));
    model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
    processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "plain");
  }

  @AfterAll
  static void close() {
    processor.close();
    model.close();
    assertThat(OpenValues.count()).isZero();
  }

  static Stream<String> pictures() throws IOException {
    List<String> names = new ArrayList<>();
    Iterator<String> all = Goldens.json("opt/opt.json").get("cases").fieldNames();
    all.forEachRemaining(names::add);
    assertThat(names).hasSize(6);
    return names.stream();
  }

  /** Each question alone, and all of them after one shared prefix. */
  @ParameterizedTest
  @MethodSource("pictures")
  void saysWhatTheReferenceSays(String picture)
      throws IOException, ImageException, PromptException {
    JsonNode asked = cases.get(picture).get("questions");
    try (ProjectedTokens visual = visual(picture)) {
      ModelGoldenTest.assertClose(
          model.floats(visual.rows()), Goldens.floats(TENSORS, picture + "/features"), picture);
      PromptGroup group = group(visual, List.of());
      List<Generation> together = generate(group);
      for (int q = 0; q < QUESTIONS.size(); q++) {
        JsonNode expected = asked.get(q);
        String key = picture + "/" + q;
        assertThat(processor.prompts().withImage(QUESTIONS.get(q)).ids())
            .as(key)
            .containsExactly(Goldens.ints(expected.get("ids")));
        PromptGroup alone = group.part(q, q + 1);
        ModelGoldenTest.assertClose(
            model.logits(alone), Goldens.floats(TENSORS, key + "/logits"), key);
        assertAnswer(together.get(q), expected, key);
        assertThat(together.get(q).ids()).as(key).containsExactly(generate(alone).get(0).ids());
      }
    }
  }

  /** transformers' own layers called one by one, with rows taken out by hand. */
  @ParameterizedTest
  @MethodSource("pictures")
  void cutsAsTheReferenceByHand(String picture)
      throws IOException, ImageException, PromptException {
    JsonNode asked = cases.get(picture).get("questions");
    try (ProjectedTokens visual = visual(picture)) {
      for (int c = 0; c < 2; c++) {
        String method = asked.get(0).get("cuts").get(c).get("method").asText();
        LayerCut cut = cuts(method, visual.tokens()).get(0);
        TestCuts.Recorded recorded = new TestCuts.Recorded(cut);
        PromptGroup group = group(visual, List.of(recorded));
        List<Generation> together = generate(group);
        for (int q = 0; q < QUESTIONS.size(); q++) {
          JsonNode expected = asked.get(q).get("cuts").get(c);
          String key = picture + "/" + q + "/" + cut.layer();
          assertThat(recorded.kept.get(q).tokens())
              .as(key)
              .containsExactly(Goldens.ints(expected.get("kept")));
          assertAnswer(together.get(q), expected, key);
          ModelGoldenTest.assertClose(
              model.logits(group.part(q, q + 1)), Goldens.floats(TENSORS, key + "/logits"), key);
        }
      }
    }
  }

  /** Every kind of evidence, without a rotation. */
  @Test
  void cutsAnswerAsThePlainDecoderAloneAndInOneBatch()
      throws IOException, ImageException, PromptException {
    PlainDecoder plain = new PlainDecoder(model.checkpoint());
    try (ProjectedTokens visual = visual("wide.png")) {
      float[] rows = model.floats(visual.rows());
      List<List<LayerCut>> all = new ArrayList<>(List.of(List.of()));
      for (String method :
          List.of(
              "fastv:layer=2,tokens=3,variant=rows",
              "pact:layer=1",
              "pact:cutoff=0.05,layer=2,positions=packed",
              "vtw:layer=1",
              "pyramiddrop:layers=1/2",
              "dart:layer=1,tokens=8",
              "v2drop:layers=1/2,ratios=0.5/0.3",
              "sparsevlm:budgets=12/5,layers=0/1",
              "sparsevlm:budgets=12/5,layers=0/1,version=2")) {
        all.add(cuts(method, visual.tokens()));
      }
      all.add(
          List.of(
              new TestCuts.Ranked(
                  2,
                  0.3,
                  CutPositions.PACKED,
                  List.of(
                      new Evidence.Hidden(0),
                      new Evidence.Hidden(1, EvidenceRows.VISUAL, true),
                      new Evidence.LastRowAttention(0),
                      new Evidence.LastRowAttention(2),
                      new Evidence.Keys(1)))));
      List<PromptGroup> groups = new ArrayList<>();
      for (List<LayerCut> cuts : all) {
        groups.add(group(visual, cuts));
      }
      List<List<Generation>> together = decoding(model).generate(groups);
      for (int g = 0; g < groups.size(); g++) {
        for (int q = 0; q < QUESTIONS.size(); q++) {
          PromptGroup alone = groups.get(g).part(q, q + 1);
          int[] ids = together.get(g).get(q).ids();
          String what = all.get(g) + " question " + q;
          assertThat(generate(alone).get(0).ids()).as(what).containsExactly(ids);
          LayerCutTest.check(plain, alone, rows, model.logits(alone), ids, what);
        }
      }
    }
  }

  /** The decoder's own end token ends an answer, not that of generation_config.json. */
  @Test
  void blip2SaysWhatTheReferenceSays() throws IOException, ImageException, PromptException {
    JsonNode all = Goldens.json("opt/opt.json").get("blip2");
    assertThat(all.size()).isEqualTo(6);
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("opt/blip2"));
    int stopped = 0;
    try (LlavaModel blip = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor images = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "blip2")) {
      for (Iterator<String> keys = all.fieldNames(); keys.hasNext(); ) {
        String name = keys.next();
        String key = "blip2/" + name;
        JsonNode expected = all.get(name);
        EncodedPrompt prompt = images.prompts().withImage(expected.get("question").asText());
        assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
        try (ProjectedTokens visual = visual(blip, images, name.split("/")[0])) {
          ModelGoldenTest.assertClose(
              blip.floats(visual.rows()), Goldens.floats(TENSORS, key + "/rows"), key);
          PromptGroup group =
              new PromptGroup(
                  Arrays.copyOf(prompt.ids(), 1),
                  0,
                  visual,
                  List.of(Arrays.copyOfRange(prompt.ids(), 1, prompt.ids().length)),
                  List.of(new GenerationLimits(NEW_TOKENS, 0)));
          ModelGoldenTest.assertClose(
              blip.logits(group), Goldens.floats(TENSORS, key + "/logits"), key);
          int[] generated = Goldens.ints(expected.get("generated"));
          assertThat(generate(blip, group).get(0).ids()).as(key).containsExactly(generated);
          stopped += generated.length < NEW_TOKENS ? 1 : 0;
        }
      }
    }
    assertThat(stopped).isPositive();
  }

  private static List<LayerCut> cuts(String method, int tokens) {
    return TokenReducers.of(MethodSpec.parse(method)).cuts(tokens, LAYERS);
  }

  private static PromptGroup group(ProjectedTokens visual, List<LayerCut> cuts)
      throws PromptException {
    List<int[]> suffixes = new ArrayList<>();
    int[] prefix = new int[0];
    for (String question : QUESTIONS) {
      int slot = processor.prompts().withImage(question).lastSlot();
      int[] ids = processor.prompts().withImage(question).ids();
      prefix = Arrays.copyOf(ids, slot + 1);
      suffixes.add(Arrays.copyOfRange(ids, slot + 1, ids.length));
    }
    GenerationLimits limits = new GenerationLimits(NEW_TOKENS, 0);
    return new PromptGroup(
        prefix,
        prefix.length - 1,
        visual,
        cuts,
        suffixes,
        suffixes.stream().map(suffix -> limits).toList());
  }

  private static ProjectedTokens visual(String picture) throws IOException, ImageException {
    return visual(model, processor, picture);
  }

  private static ProjectedTokens visual(LlavaModel model, LlavaProcessor processor, String picture)
      throws IOException, ImageException {
    PreparedImages views = GoldenPictures.views(processor, picture);
    try (EncodedImages encoded = model.encode(List.of(views), TowerDepth.FEATURES).get(0);
        ReducedImages all = encoded.reduce(TokenReducers.of(MethodSpec.NONE))) {
      return model.project(all);
    }
  }

  private static GreedyDecoding decoding(LlavaModel model) {
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    return new GreedyDecoding(model.greedy(stop), model.limits(1));
  }

  private static List<Generation> generate(PromptGroup group) {
    return generate(model, group);
  }

  private static List<Generation> generate(LlavaModel model, PromptGroup group) {
    return decoding(model).generate(List.of(group)).get(0);
  }

  private static void assertAnswer(Generation answer, JsonNode expected, String key) {
    int steps = GoldenModel.comparable(expected.get("margins"));
    assertThat(steps).as(key).isPositive();
    assertThat(Arrays.copyOf(answer.ids(), steps))
        .as(key)
        .containsExactly(Arrays.copyOf(Goldens.ints(expected.get("greedy")), steps));
  }
}

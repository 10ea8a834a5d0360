package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.HeardDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods that drop rows of earlier layers' caches, against transformers' own layers and cache, the
 * authors' functions having scored the tokens; see notebooks/goldens.
 */
@Tag("model")
class EarlierRowsGoldenTest {

  private static final double TOLERANCE = 1e-4;
  private static final int STEPS = 8;

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  /** Visual tokens of a golden's picture, [tokens, D]. */
  private static float[] rows(String checkpoint, String input) throws IOException, ImageException {
    if (!checkpoint.equals("mini")) {
      try (GoldenModel golden = new GoldenModel(checkpoint, Precision.FP32);
          ProjectedTokens visual = golden.project(input, "none")) {
        return golden.model.floats(visual.rows());
      }
    }
    try (LlavaModel model = LlavaModel.load(open("mini"), Device.cpu(), Precision.FP32);
        LlavaProcessor processor =
            LlavaProcessor.load(model.checkpoint(), ImageAspect.PAD, "vicuna_v1");
        EncodedImages image =
            model
                .encode(List.of(GoldenPictures.views(processor, input)), TowerDepth.FEATURES)
                .get(0);
        ReducedImages all = image.reduce(TokenReducers.of(MethodSpec.NONE));
        ProjectedTokens visual = model.project(all)) {
      return model.floats(visual.rows());
    }
  }

  private static Checkpoint open(String name) {
    return Checkpoint.open(
        name.equals("mini")
            ? Path.of(System.getProperty("project.root"), "conf", "mini-llava")
            : Goldens.path("checkpoints/" + name));
  }

  // The golden's question, and another one.
  private static PromptGroup group(
      JsonNode golden, Checkpoint checkpoint, ProjectedTokens visual, List<LayerCut> cuts) {
    int[] ids = Goldens.ints(golden.get("ids"));
    int slot = 0;
    while (ids[slot] != checkpoint.config().imageTokenId()) {
      slot++;
    }
    int[] text = Arrays.copyOfRange(ids, slot + 1, ids.length);
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        visual,
        cuts,
        List.of(text, Arrays.copyOf(text, text.length - 2)),
        List.of(new GenerationLimits(STEPS, STEPS), new GenerationLimits(5, 5)));
  }

  private static List<LayerCut> cuts(JsonNode golden, int tokens) {
    TokenReducer method = TokenReducers.of(MethodSpec.parse(golden.get("method").asText()));
    return List.copyOf(method.cuts(tokens, 32));
  }

  private static void assertIds(int[] made, JsonNode golden, String as) {
    int steps = GoldenModel.comparable(golden.get("margins"));
    assertThat(steps).as(as).isGreaterThan(1);
    assertThat(Arrays.copyOf(made, steps))
        .as(as)
        .containsExactly(Arrays.copyOf(Goldens.ints(golden.get("greedy")), steps));
  }

  // Asked alone: each cut's tokens, the logits of the prompt and of the first step, and the slots
  // of every layer's cache when the answer begins.
  private static void checkAlone(
      HeardDecoder decoder, JsonNode golden, PromptGroup group, String as) {
    List<TestCuts.Recorded> cuts = group.cuts().stream().map(TestCuts.Recorded::new).toList();
    PromptGroup alone =
        new PromptGroup(
            group.prefix(),
            group.visualSlots()[0],
            group.visual(),
            List.copyOf(cuts),
            group.suffixes().subList(0, 1),
            group.limits().subList(0, 1));
    assertIds(decoder.generate(List.of(alone)).get(0).get(0).ids(), golden, as);
    for (int cut = 0; cut < cuts.size(); cut++) {
      assertThat(cuts.get(cut).kept).as(as).hasSize(1);
      KeptTokens kept = cuts.get(cut).kept.get(0);
      assertThat(kept.tokens()).as(as).isEqualTo(Goldens.ints(golden.get("kept").get(cut)));
    }
    List<HeardDecoder.Pass> passes = decoder.last(STEPS);
    for (int pass = 0; pass < golden.get("logits").size(); pass++) {
      JsonNode expected = golden.get("logits").get(pass);
      for (int i = 0; i < expected.size(); i++) {
        double wanted = expected.get(i).asDouble();
        assertThat(Math.abs(passes.get(pass).logits()[i] - wanted) / (1 + Math.abs(wanted)))
            .as("%s pass %d logit %d", as, pass, i)
            .isLessThan(TOLERANCE);
      }
    }
    for (int step = 1; step < STEPS; step++) {
      int before = step - 1;
      assertThat(passes.get(step).seen())
          .as("%s step %d", as, step)
          .containsExactlyElementsOf(
              IntStream.of(Goldens.ints(golden.get("held")))
                  .mapToObj(slots -> slots + before)
                  .toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"mha, GROUPS", "gqa, GROUPS", "gqa, POOL_EXACTLY", "mini, GROUPS"})
  void answersSeeWhatTheLastCutHasLeft(String name, CachePlan plan)
      throws IOException, ImageException {
    List<JsonNode> cases =
        StreamSupport.stream(Goldens.json("earlier/earlier.json").get("cases").spliterator(), false)
            .filter(one -> one.get("checkpoint").asText().equals(name))
            .toList();
    assertThat(cases).hasSize(name.equals("mini") ? 9 : 3);
    Checkpoint checkpoint = open(name);
    Map<String, float[]> pictures = new HashMap<>();
    for (JsonNode one : cases) {
      String input = one.get("input").asText();
      if (!pictures.containsKey(input)) {
        pictures.put(input, rows(name, input));
      }
    }
    List<ProjectedTokens> tokens = new ArrayList<>();
    try (HeardDecoder decoder = new HeardDecoder(checkpoint, plan)) {
      List<PromptGroup> mixed = new ArrayList<>();
      for (JsonNode one : cases) {
        float[] rows = pictures.get(one.get("input").asText());
        int count = rows.length / checkpoint.config().text().hiddenSize();
        ProjectedTokens visual = decoder.visual(rows, count);
        tokens.add(visual);
        PromptGroup group = group(one, checkpoint, visual, cuts(one, count));
        checkAlone(decoder, one, group, name + " " + one.get("method").asText());
        mixed.add(group);
        mixed.add(group(one, checkpoint, visual, List.of())); // nothing dropped, in the same passes
        mixed.add(group(one, checkpoint, visual, cuts(one, count).subList(0, 1)));
      }
      List<List<Generation>> made = decoder.generate(mixed);
      for (int i = 0; i < mixed.size(); i++) {
        if (i % 3 == 0) {
          assertIds(made.get(i).get(0).ids(), cases.get(i / 3), name + " mixed " + i);
        }
        int other = i % 3 == 0 ? 1 : 0;
        PromptGroup alone = mixed.get(i).part(other, other + 1);
        assertThat(made.get(i).get(other).ids())
            .as("%s mixed %d", name, i)
            .containsExactly(decoder.generate(List.of(alone)).get(0).get(0).ids());
      }
    } finally {
      tokens.forEach(ProjectedTokens::close);
    }
  }
}

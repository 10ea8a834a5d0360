package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.family.Families;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IDEFICS from encoded bytes on, against transformers 4.57.1; see notebooks/goldens. */
@Tag("model")
class IdeficsGoldenTest {

  private static final String CASES = "idefics/idefics.json";
  private static final String TENSORS = "idefics/idefics.safetensors";
  private static final int STEPS = 16;

  @TempDir private Path folder;

  /** A question with its pictures' tokens, ready to be asked. */
  private record Asked(String key, JsonNode expected, ProjectedTokens visual, PromptGroup group)
      implements AutoCloseable {

    @Override
    public void close() {
      if (visual != null) {
        visual.close();
      }
    }
  }

  private static String conversation(String name) {
    return name.equals("base") ? "idefics" : "idefics_instruct";
  }

  @ParameterizedTest
  @CsvSource({"base, GROUPS", "instruct, POOL_EXACTLY"})
  void saysWhatTheReferenceSays(String name, CachePlan plan)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("idefics/" + name));
    List<Asked> all = new ArrayList<>();
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
        LlavaProcessor processor =
            LlavaProcessor.load(checkpoint, ImageAspect.AUTO, conversation(name))) {
      for (Map.Entry<String, JsonNode> one :
          Goldens.json(CASES).get("cases").get(name).properties()) {
        all.add(asked(model, processor, name + "/" + one.getKey(), one.getValue()));
      }
      assertThat(all).hasSize(13);
      for (Asked one : all) {
        ModelGoldenTest.assertClose(
            model.logits(one.group()),
            Goldens.floats(TENSORS, one.key() + "/logits"),
            one.key() + " logits");
        assertGreedy(one, GoldenModel.greedy(model, one.group()), "alone");
      }
      StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
      List<List<Generation>> together =
          new GreedyDecoding(model.greedy(stop), model.limits(1))
              .generate(all.stream().map(Asked::group).toList());
      for (int i = 0; i < all.size(); i++) {
        assertGreedy(all.get(i), together.get(i).get(0).ids(), "together");
      }
    } finally {
      all.forEach(Asked::close);
    }
  }

  private static void assertGreedy(Asked one, int[] ids, String how) {
    int steps = GoldenModel.comparable(one.expected().get("margins"));
    assertThat(steps).as(one.key()).isPositive();
    assertThat(Arrays.copyOf(ids, steps))
        .as(one.key() + " " + how)
        .containsExactly(Arrays.copyOf(Goldens.ints(one.expected().get("greedy")), steps));
  }

  private static Asked asked(
      LlavaModel model, LlavaProcessor processor, String key, JsonNode expected)
      throws IOException, ImageException, PromptException {
    List<String> files = new ArrayList<>();
    expected.get("files").forEach(file -> files.add(file.asText()));
    EncodedPrompt prompt =
        processor.prompts().withImages(expected.get("question").asText(), files.size());
    assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    List<GenerationLimits> limits = List.of(new GenerationLimits(STEPS, 0));
    if (files.isEmpty()) {
      PromptGroup text =
          new PromptGroup(
              new int[0],
              0,
              new int[0],
              null,
              List.of(),
              Optional.empty(),
              List.of(prompt.ids()),
              limits);
      return new Asked(key, expected, null, text);
    }
    List<PreparedImages> views = new ArrayList<>();
    for (String file : files) {
      views.add(GoldenPictures.views(processor, file));
      assertThat(Goldens.sha256(views.get(views.size() - 1).views().get(0).pixels()))
          .as(key + " " + file)
          .isEqualTo(expected.get("pixels").get(views.size() - 1).asText());
    }
    int latents = model.checkpoint().config().viewTokens();
    try (EncodedImages images =
            model.encode(List.of(PreparedImages.together(views)), TowerDepth.FEATURES).get(0);
        ReducedImages none = images.reduce(TokenReducers.of(MethodSpec.NONE))) {
      assertThat(images.tokens()).isEqualTo(latents * files.size());
      ProjectedTokens visual = model.project(none);
      assertThat(visual.tokens()).isEqualTo(latents * files.size());
      ModelGoldenTest.assertClose(
          model.floats(visual.rows()), Goldens.floats(TENSORS, key + "/rows"), key + " rows");
      int slot = prompt.lastSlot() + 1;
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(prompt.ids(), slot),
              prompt.imageSlots()[0],
              prompt.imageSlots(),
              new VisualRows(visual, none.positions()),
              List.of(),
              Optional.empty(),
              List.of(Arrays.copyOfRange(prompt.ids(), slot, prompt.ids().length)),
              limits);
      return new Asked(key, expected, visual, group);
    }
  }

  /** torch's FlopCounterMode over the reference with eager attention, up to the first token. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "instruct"})
  void countsTheFlopsThatTheReferenceRuns(String name) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("idefics/" + name));
    CostModel cost = CostModel.of(checkpoint.config());
    int latents = checkpoint.config().viewTokens();
    int counted = 0;
    for (Map.Entry<String, JsonNode> one :
        Goldens.json(CASES).get("cases").get(name).properties()) {
      JsonNode flops = one.getValue().get("flops");
      if (flops == null) {
        continue; // a text alone, for which the reference runs a picture of zeros
      }
      int images = one.getValue().get("files").size();
      int ids = one.getValue().get("ids").size();
      long vision = images * cost.tower().features();
      long connector = cost.connector().of(images * latents, 0);
      long decoder = cost.decoder().prefill(ids) + cost.decoder().crossing(ids, images * latents);
      assertThat(vision).isEqualTo(flops.get("tower").asLong());
      assertThat(connector).isEqualTo(flops.get("resampler").asLong() + flops.get("keys").asLong());
      assertThat(vision + connector + decoder).isEqualTo(flops.get("all").asLong());
      counted++;
    }
    assertThat(counted).isEqualTo(12);
  }

  /** At the published size, every odd picture. */
  @Test
  void preparesPixelsAsTheReference() throws IOException, ImageException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_processor_type\":\"IdeficsImageProcessor\",\"image_size\":224}");
    ImageProcessors processors =
        Families.named("idefics")
            .imageProcessors(
                Checkpoint.configuration(Goldens.path("idefics/base")),
                folder,
                ImageAspect.STRETCH);
    GoldenPictures.assertPixels(processors.alone(), Goldens.json(CASES).get("pixels"));
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What transformers makes of videos with a Qwen-VL, and how ours is compared with it.
 *
 * @param file of the goldens, without its ending
 */
record QwenVideoReference(String file) {

  static final String QUESTION = "Is there a dog in the image?";

  static List<TokenReducer> reducers(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).map(TokenReducers::of).toList();
  }

  /**
   * Compares ids, pixels, features and the first logits.
   *
   * @param key what names of tensors begin with
   */
  void check(LoadedModel loaded, String key, List<Visual> visuals, JsonNode expected)
      throws IOException, ImageException, PromptException {
    List<TokenReducer> none = reducers("none");
    PreparedImages prepared = loaded.prepare(visuals, none);
    EncodedPrompt prompt = loaded.prompts().withImages(QUESTION, prepared.grids().images());
    assertThat(prompt.ids()).containsExactly(Goldens.ints(expected.get("ids")));
    int video = IntStream.range(0, visuals.size()).filter(i -> isVideo(visuals.get(i))).sum();
    assertThat(pixels(prepared, video)).isEqualTo(texts(expected.get("pixels")));
    LlavaModel llava = loaded.model();
    try (EncodedImages encoded = llava.encode(List.of(prepared), TowerDepth.of(none), 1).get(0);
        ReducedImages all = encoded.reduce(none.get(0));
        ProjectedTokens projected = llava.project(all)) {
      assertThat(encoded.grid()).hasValue(grids(visuals, expected.get("grids")));
      float[] features = Goldens.floats(file + ".safetensors", key + "features");
      float[] rows = llava.floats(projected.rows());
      int width = rows.length / all.tokens();
      int first = video == 0 ? 0 : encoded.tokens(0) * width;
      ModelGoldenTest.assertClose(
          Arrays.copyOfRange(rows, first, first + features.length), features, key);
      ModelGoldenTest.assertClose(
          llava.logits(group(prompt, new VisualRows(projected, all.positions()))),
          Goldens.floats(file + ".safetensors", key + "logits"),
          key);
    }
  }

  static boolean isVideo(Visual visual) {
    return visual instanceof Visual.Video;
  }

  // Hashes of each frame, the doubled one twice.
  static List<String> pixels(PreparedImages prepared, int video) {
    List<PreparedView> views =
        prepared
            .views()
            .subList(prepared.grids().span(video).first(), prepared.grids().span(video).end());
    return views.stream()
        .map(view -> view.input().moments())
        .flatMap(moments -> Stream.of(moments.get(0), moments.get(moments.size() - 1)))
        .map(frame -> Goldens.sha256(frame.values()))
        .toList();
  }

  static List<String> texts(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(text -> all.add(text.asText()));
    return all;
  }

  static String grids(List<Visual> visuals, JsonNode grids) {
    List<String> all = new ArrayList<>();
    for (JsonNode grid : grids) {
      String sides = grid.get(1).asInt() + "x" + grid.get(2).asInt();
      all.add(isVideo(visuals.get(all.size())) ? grid.get(0).asInt() + "x" + sides : sides);
    }
    return String.join("+", all);
  }

  static PromptGroup group(EncodedPrompt prompt, VisualRows rows) {
    int[] ids = prompt.ids();
    return new PromptGroup(
        Arrays.copyOf(ids, prompt.lastSlot() + 1),
        prompt.imageSlots()[0],
        prompt.imageSlots(),
        rows,
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, prompt.lastSlot() + 1, ids.length)),
        List.of(new GenerationLimits(12, 0)));
  }

  /**
   * Returns what the language model gets of a prompt's views.
   *
   * @param most views that go through the tower at once
   */
  static float[] rows(LoadedModel loaded, PreparedImages prepared, int most) {
    List<TokenReducer> none = reducers("none");
    try (EncodedImages encoded =
            loaded.model().encode(List.of(prepared), TowerDepth.of(none), most).get(0);
        ReducedImages all = encoded.reduce(none.get(0));
        ProjectedTokens projected = loaded.model().project(all)) {
      return loaded.model().floats(projected.rows());
    }
  }

  /**
   * Compares the FLOPs up to the first token with torch's FlopCounterMode over the reference, as
   * QwenAnswersTest.
   *
   * @param cases by name
   * @param asked returns what a case shows
   * @param textBetween whether each view of a video has a place of its own in the prompt
   */
  static void assertFlops(
      LlavaConfig config,
      JsonNode cases,
      Function<String, List<Visual>> asked,
      boolean textBetween) {
    CostModel cost = CostModel.of(config);
    for (String name : (Iterable<String>) cases::fieldNames) {
      JsonNode one = cases.get(name);
      List<Visual> visuals = asked.apply(name);
      long video = 0;
      long all = 0;
      int tokens = 0;
      for (int i = 0; i < visuals.size(); i++) {
        JsonNode grid = one.get("grids").get(i);
        int views = grid.get(0).asInt();
        PatchGrid view = new PatchGrid(grid.get(1).asInt(), grid.get(2).asInt());
        int rows = views * view.patches();
        ImageWork work =
            new ImageWork(
                Collections.nCopies(views, new ReductionWork(false, 0, 0, false)),
                rows,
                0,
                Collections.nCopies(views, view));
        long own = cost.tower().of(work) + cost.connector().of(rows, 0);
        video += isVideo(visuals.get(i)) ? own : 0;
        all += own;
        tokens += rows - (textBetween ? views : 1);
      }
      int prompt = one.get("ids").size() + tokens;
      assertThat(video).as(name).isEqualTo(one.get("flops").get("tower").asLong());
      assertThat(all + cost.decoder().prefill(prompt) + 3L * config.text().heads().width() * prompt)
          .as(name)
          .isEqualTo(one.get("flops").get("all").asLong());
    }
  }
}

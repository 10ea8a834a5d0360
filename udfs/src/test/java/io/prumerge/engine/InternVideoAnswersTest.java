package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Videos, and pictures of InternVL3.5, against transformers' InternVL: text stands before each
 * frame, which has 3 x 3 blocks of patches, and 4 x 4 in {@code chat}.
 */
@Tag("model")
class InternVideoAnswersTest {

  private static final String QUESTION = "Is there a dog in the image?";
  private static final String THREE = "intern-video/three";
  private static final String BETWEEN =
      "reduction_failed: Cannot drop tokens inside the decoder of this model for a video, between"
          + " whose frames the prompt has text; use a method that chooses before the decoder";

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String model, DtypeChoice dtype) {
    return EngineConfigs.of(
        Goldens.path(model).toString(), DeviceChoice.CPU, -1, dtype, ImageAspect.AUTO, "auto");
  }

  private static JsonNode cases(String name) throws IOException {
    return Goldens.json("intern-video/video.json").get("cases").get(name);
  }

  private static Visual.Video video(int frames, int width, int height) {
    return new Visual.Video(MadeFrames.files(frames, width, height), FrameTimes.UNKNOWN);
  }

  private static List<TokenReducer> reducers(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).map(TokenReducers::of).toList();
  }

  private static List<Answer> answers(
      String model, List<Visual> visuals, String question, String... methods) {
    return answers(config(model, DtypeChoice.FP32), visuals, question, methods);
  }

  private static List<Answer> answers(
      EngineConfig config, List<Visual> visuals, String question, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              visuals, List.of(new Question(question, 12)), reducers(methods), ReduceBy.EACH));
    }
  }

  private static Answer answer(Visual.Video video, String method) {
    return answers(THREE, List.of(video), QUESTION, method).get(0);
  }

  /** As make_internvl_video_goldens.py names what is shown. */
  private static List<Visual> visuals(String shown, JsonNode expected) throws IOException {
    List<Visual> visuals = new ArrayList<>();
    for (String one : shown.split("\\+")) {
      if (one.startsWith("v:")) {
        int width = expected.get("width").asInt();
        visuals.add(
            video(Integer.parseInt(one.substring(2)), width, expected.get("height").asInt()));
      } else {
        visuals.add(
            new Visual.Picture(
                one.endsWith("png")
                    ? Files.readAllBytes(Goldens.path("images/" + one))
                    : MadeFrames.files(1, 97, 61).get(0)));
      }
    }
    return visuals;
  }

  @ParameterizedTest
  @CsvSource({
    "intern-video/three, three, 10",
    "intern-video/three-chat, three-chat, 3",
    "intern/small, small, 6",
    "intern/chat, chat, 1"
  })
  void isTheReferences(String model, String name, int shown)
      throws IOException, ImageException, PromptException {
    JsonNode cases = cases(name);
    assertThat(cases.size()).isEqualTo(shown);
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path(model)).config());
    try (LoadedModel loaded = LoadedModel.load(config(model, DtypeChoice.FP32))) {
      for (Map.Entry<String, JsonNode> one : cases.properties()) {
        List<Visual> visuals = visuals(one.getKey(), one.getValue());
        check(loaded, visuals, name + "/" + one.getKey(), one.getValue());
        LlavaEngine.releaseIdle(); // or the system prompt is there already
        Answer answer = answers(model, visuals, QUESTION, "none").get(0);
        assertThat(answer.error()).as(one.getKey()).isNull();
        assertThat(answer.text())
            .as(one.getKey())
            .isEqualTo(loaded.tokenizer().answer(Goldens.ints(one.getValue().get("greedy"))));
        checkFlops(cost, loaded.checkpoint().config(), answer, one.getValue());
      }
    }
  }

  private static void check(LoadedModel loaded, List<Visual> visuals, String key, JsonNode expected)
      throws IOException, ImageException, PromptException {
    List<TokenReducer> none = reducers("none");
    PreparedImages prepared = loaded.prepare(visuals, none);
    List<String> pixels = new ArrayList<>();
    expected.get("pixels").forEach(view -> pixels.add(view.asText()));
    // The reference has the whole of a picture behind its tiles.
    assertThat(prepared.views().stream().map(view -> Goldens.sha256(view.pixels())).toList())
        .as(key)
        .containsExactlyInAnyOrderElementsOf(pixels);
    EncodedPrompt prompt = loaded.prompts().withImages(QUESTION, prepared.grids().images());
    assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    LlavaModel intern = loaded.model();
    try (EncodedImages encoded = intern.encode(List.of(prepared), TowerDepth.of(none), 3).get(0);
        ReducedImages all = encoded.reduce(none.get(0));
        ProjectedTokens projected = intern.project(all)) {
      assertThat(projected.runs()).as(key).containsExactlyElementsOf(list(expected.get("tokens")));
      assertThat(encoded.tokens()).isEqualTo(all.tokens());
      close(key + "/features", intern.floats(projected.rows()));
      close(key + "/logits", intern.logits(group(prompt, projected)));
    }
  }

  private static void close(String key, float[] actual) throws IOException {
    float[] expected = Goldens.floats("intern-video/video.safetensors", key);
    ModelGoldenTest.assertClose(actual, expected, key);
  }

  /** torch's FlopCounterMode over the reference up to the first token, as VideoAnswersTest. */
  private static void checkFlops(
      CostModel cost, LlavaConfig config, Answer answer, JsonNode expected) {
    AnswerWork work = answer.work();
    // The reference counts the connector with the tower.
    assertThat(work.cost().vision() + work.cost().projector())
        .isEqualTo(expected.get("flops").get("tower").asLong());
    int tokens = list(expected.get("tokens")).stream().mapToInt(Integer::intValue).sum();
    int text = expected.get("ids").size() - expected.get("tokens").size();
    assertThat(answer.tokens().visualBefore()).isEqualTo(tokens);
    assertThat(answer.tokens().text()).isEqualTo(text);
    assertThat(
            work.cost().vision()
                + work.cost().projector()
                + cost.decoder().prefill(text + tokens)
                + (long) config.text().heads().width() * (text + tokens))
        .isEqualTo(expected.get("flops").get("all").asLong());
  }

  private static List<Integer> list(JsonNode numbers) {
    return IntStream.of(Goldens.ints(numbers)).boxed().toList();
  }

  private static PromptGroup group(EncodedPrompt prompt, ProjectedTokens visual) {
    int[] ids = prompt.ids();
    return new PromptGroup(
        Arrays.copyOf(ids, prompt.lastSlot() + 1),
        prompt.imageSlots()[0],
        prompt.imageSlots(),
        VisualRows.packed(visual),
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, prompt.lastSlot() + 1, ids.length)),
        List.of(new GenerationLimits(12, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "none, 45",
    "uniform:tokens=12, 12", // 3, 3, 2, 2 and 2 of the frames
    "random:tokens=44, 44",
    "'pool:cols=2,rows=2', 20",
    "divprune:tokens=15, 15",
    "'apet:basis=2,positions=kept,tokens=15', 15",
    "otprune:tokens=15, 15",
    "'divprune:positions=kept,tokens=15', 15",
    "fastervlm:tokens=25%, 11",
    "hiprune:tokens=25, 25",
    "'visionzip:attention=received,tokens=40', 40",
    "scope:tokens=15, 15",
    "'divprune:over=video,tokens=6', 6",
    "'divprune:over=video,positions=kept,tokens=6', 6",
    "frames=2, 18",
    "frames=40%, 18",
    "frames=1, 9",
    "frames=9, 45",
  })
  void leavesSoManyTokensOfAllFrames(String method, int after) {
    Answer answer = answer(video(5, 90, 20), method);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(45);
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastv:layer=1,tokens=10",
        "dart:layer=1,tokens=10",
        "pyramiddrop:layers=1,ratio=0.5",
        "vtw:layer=1",
        "divprune:tokens=15..fastv:layer=1,tokens=7",
        "vscan:attention=received,layer=1,tokens=10",
      })
  void methodsInsideTheDecoderAreRefusedWithTheReason(String method) {
    assertThat(answer(video(5, 90, 20), method).error()).isEqualTo(BETWEEN);
    assertThat(answers(THREE, picture(), QUESTION, method).get(0).error()).isNull();
  }

  private static List<Visual> picture() {
    return Visual.pictures(MadeFrames.files(1, 96, 96));
  }

  /** Whatever the method, a video is answered or refused with a reason. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void everyMethodAnswersOrSaysWhyNot(int frames) {
    List<String> methods =
        TokenReducers.names().stream()
            .map(TokenReducers::named)
            .filter(method -> !method.takesAnyNumber())
            .map(TokenReducers::shortest)
            .map(spec -> spec.replace("tokens=64", "tokens=6"))
            .map(spec -> spec.replace("CLIP", Goldens.path("clips/mha").toString()))
            .toList();
    List<Answer> answers =
        answers(THREE, List.of(video(frames, 45, 61)), QUESTION, methods.toArray(String[]::new));
    assertThat(answers).filteredOn(answer -> answer.error() == null).hasSizeGreaterThan(15);
    assertThat(answers)
        .filteredOn(answer -> answer.error() != null)
        .allMatch(answer -> answer.error().startsWith("reduction_failed: Cannot "));
  }

  /** What a method leaves of each frame stands behind that frame's own text. */
  @Test
  void keptTokensStayInTheirFramesRun() throws ImageException, PromptException {
    List<TokenReducer> method = reducers("uniform:tokens=5");
    try (LoadedModel loaded = LoadedModel.load(config(THREE, DtypeChoice.FP32))) {
      PreparedImages prepared = loaded.prepare(List.of(video(3, 37, 37)), method);
      LlavaModel intern = loaded.model();
      try (EncodedImages encoded = intern.encode(List.of(prepared), TowerDepth.of(method)).get(0);
          ReducedImages left = encoded.reduce(method.get(0));
          ReducedImages held = encoded.reduce(reducers("uniform:positions=kept,tokens=5").get(0))) {
        assertThat(left.runs()).containsExactly(2, 2, 1);
        assertThat(left.keptIndices().orElseThrow()).containsExactly(2, 6, 11, 15, 22);
        assertThat(held.positions().spans()).containsExactly(9, 9, 9);
        assertThat(held.positions().ofRuns())
            .containsExactly(List.of(2, 6), List.of(2, 6), List.of(4));
      }
    }
  }

  /** EVS keeps the first frame whole, and the other four are the same picture. */
  @ParameterizedTest
  @ValueSource(strings = {"packed", "kept"})
  void aFrameMayKeepNoToken(String positions) {
    Visual.Video one = video(1, 37, 37);
    Visual.Video alike =
        new Visual.Video(Collections.nCopies(5, one.frames().get(0)), FrameTimes.UNKNOWN);
    Answer answer = answer(alike, "evs:positions=" + positions + ",tokens=9");
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().keptIndices()).containsExactly(IntStream.range(0, 9).toArray());
    assertThat(answer.tokens().text()).isEqualTo(answer(alike, "none").tokens().text());
  }

  /** Fewer frames are those frames alone, with their own numbers in the text. */
  @Test
  void fewerFramesAreAVideoOfThese() {
    Visual.Video all = video(5, 90, 20);
    Visual.Video some =
        new Visual.Video(List.of(all.frames().get(1), all.frames().get(3)), FrameTimes.UNKNOWN);
    Answer fewer = answer(all, "frames=2");
    Answer alone = answer(some, "none");
    assertThat(fewer.text()).isEqualTo(alone.text());
    assertThat(fewer.tokens().text()).isEqualTo(alone.tokens().text());
    assertThat(fewer.work().cost()).isEqualTo(alone.work().cost());
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() {
    List<Visual> video = List.of(video(5, 90, 20));
    String[] methods = {"none", "divprune:tokens=15", "frames=2", "pool:cols=2,rows=2"};
    List<String> together =
        answers(THREE, video, QUESTION, methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      assertThat(answers(THREE, video, QUESTION, methods[m]).get(0).text())
          .isEqualTo(together.get(m));
    }
  }

  @Test
  void placesOfOtherKindsAreRefused() {
    List<Visual> both = List.of(picture().get(0), video(2, 45, 61));
    String question = "<image> and <video>: which?";
    assertThat(answers(THREE, both, question, "none").get(0).error()).isNull();
    assertThat(answers(THREE, both, "<video> and <image>?", "none").get(0).error())
        .startsWith(
            "prompt_placeholder: place 1 in the prompt is not that of its image, a picture");
    assertThat(answers(THREE, both, "<video>?", "none").get(0).error())
        .startsWith("prompt_placeholder: the number of ")
        .contains(" and <video> in the prompt, 1, is not that of its images, 2;");
    assertThat(answers(THREE, both, QUESTION, "fastv:layer=1,tokens=10").get(0).error())
        .startsWith("reduction_failed: Cannot drop tokens inside the decoder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"intern-video/three", "intern-video/three-chat"})
  void halfPrecisionAnswersToo(String model) {
    List<Answer> answers =
        answers(
            config(model, DtypeChoice.BF16),
            List.of(video(3, 37, 37)),
            QUESTION,
            "none",
            "divprune:tokens=15",
            "hiprune:tokens=15");
    assertThat(answers).extracting(Answer::error).containsOnlyNulls();
  }

  @Test
  void explanationsShowEachFrame() throws ImageException {
    List<MethodSpec> methods =
        Stream.of("none", "divprune:tokens=15", "frames=2").map(MethodSpec::parseKnown).toList();
    try (ModelLease lease = LlavaEngine.acquire(config(THREE, DtypeChoice.FP32))) {
      Explanation one =
          lease.explain(List.of(video(5, 90, 20)), Optional.of(QUESTION), methods).get(0);
      assertThat(one.grid()).isEqualTo(ViewGrid.video(90, 20, 5));
      assertThat(one.patchGrid()).isEqualTo(PatchGrid.square(3));
      assertThat(one.tokens()).isEqualTo(45);
      assertThat(one.views())
          .hasSize(5)
          .allSatisfy(view -> assertThat(view.seen().width()).isCloseTo(90, within(1e-9)));
      assertThat(one.choices().get(1).tokens()).containsExactly(3, 3, 3, 3, 3);
      assertThat(one.choices().get(1).learned()).isZero();
      assertThat(one.choices().get(2).tokens()).containsExactly(0, 9, 0, 9, 0);
    }
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Qwen2-VL, Qwen2.5-VL and Qwen3-VL under every kind of method: pictures of unequal size. */
@Tag("model")
class QwenAnswersTest {

  /** 8 x 8 blocks of 8 pixels. */
  private static final String PICTURE = "square-96.png";

  private static final List<Question> QUESTIONS =
      List.of(new Question("Is it a dog?", 4), new Question("Where?", 4));

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String name) {
    return config("qwen/" + name, "qwen2_vl");
  }

  private static EngineConfig config(String folder, String template) {
    return EngineConfigs.of(
        Goldens.path(folder).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        template);
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Answer> answers(String... methods) throws IOException {
    return answers(config("qwen2_5_vl/tied"), methods);
  }

  private static List<Answer> answers(EngineConfig model, String... methods) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(model)) {
      return lease.answer(new ImageRequest(picture(PICTURE), QUESTIONS, specs(methods)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 64",
    "uniform:tokens=20, 20",
    "spatial:tokens=16, 16",
    "random:tokens=20, 20",
    "first:tokens=20, 20",
    "divprune:tokens=20, 20",
    "apet:tokens=20, 20",
    "otprune:tokens=20, 20",
    "'vispruner:attention=received,tokens=20', 20",
    "'fastervlm:attention=received,tokens=20', 20",
    "'prumerge:attention=received,tokens=20', 20",
    "'prumerge+:attention=received,tokens=20', 20",
    "'visionzip:attention=received,tokens=20', 20",
    "'visionzip:attention=received,contextual=2,dominant=8', 10",
    "'vscan:attention=received,layer=1,tokens=20', 30",
    "'mmtok:temperature=0.01,tokens=20,words=all', 20",
    "'fastervlm:attention=received,tokens=33.3%', 21",
    "'fastervlm:attention=received,tokens=2.34375%', 2", // 1.5
    "'fastervlm:attention=received,tokens=3.90625%', 2", // 2.5
    "'fastervlm:attention=received,tokens=0.5%', 1",
    "'sparsevlm:budgets=9,layers=0,version=2', 64",
    "'sparsevlm:budgets=9,layers=0,positions=kept,version=1', 64",
    "'pact:layer=1', 64",
    "'deeprandom:layer=1', 64",
    "'priortr:layer=1,tokens=10', 64",
    "'clse:layers=1,tokens=10', 64",
    "'mmtok:tokens=20', 20",
    "'fastv:layer=1,tokens=10', 64",
    "'dart:layer=1,tokens=10', 64",
    "'v2drop:layers=1,ratios=0.5', 64",
    "hiprune:tokens=20, 20",
    "'pool:cols=2,rows=2', 4",
    "'pyramiddrop:layers=1,positions=kept,ratio=0.5', 64",
    "'vtw:layer=1', 64",
  })
  void leavesSoManyTokens(String method, int tokens) throws IOException {
    List<Answer> all = new ArrayList<>(answers(method));
    all.addAll(answers(config("qwen3/tied", "qwen3_vl"), method));
    for (Answer answer : all) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(64);
      assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "fastervlm:tokens=20",
        "scope:tokens=20",
        "holov:tokens=20",
        "vscan:tokens=20",
        "vispruner:tokens=20",
        "hired:tokens=20",
        "visionzip:tokens=20",
        "prunesid:tokens=20",
        "uniform:tokens=@prumerge"
      })
  void methodsThatLookAtTheClassTokenAreRefused(String method) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).startsWith("reduction_failed: Cannot look at the class token: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tome:tokens=20, drop patches inside the tower of this model",
    "downsample:tokens=20, make an image smaller for this model",
    "flowcut:tokens=20, drop patches inside the tower of this model",
    "'hiprune:layer=1,tokens=20', 'look at layer 1 of the vision tower: it attends within windows;"
        + " layers that do not: [2, 4]'",
    "'vscan:attention=received,layer=1,positions=packed,tokens=20', close up positions",
    "'pyramiddrop:layers=1,ratio=0.5', close up positions",
    "'divprune:positions=packed,tokens=20', close up positions",
  })
  void whatHasNoMeaningHereIsRefusedByName(String method, String what) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).startsWith("reduction_failed: Cannot ").contains(what);
    }
  }

  @Test
  void noClipModelHasThisTower() throws IOException {
    String clip = "clip=" + Goldens.path("clips/mha");
    for (Answer answer : answers("trim:" + clip, "cdpruner:" + clip + ",tokens=9")) {
      assertThat(answer.error()).startsWith("reduction_failed: Cannot ").contains("CLIP");
    }
  }

  @Test
  void clseNeedsTwoRowsAndColumns() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(config("qwen2_5_vl/tied"))) {
      List<MethodSpec> clse = specs("clse:layers=1,tokens=10");
      for (Answer answer : lease.answer(new ImageRequest(picture("tall.png"), QUESTIONS, clse))) {
        assertThat(answer.error())
            .startsWith("reduction_failed: Cannot use clse: ")
            .contains("this image has 56 x 1 of them");
      }
      for (Answer answer :
          lease.answer(new ImageRequest(picture("jpeg-rotated.jpg"), QUESTIONS, clse))) {
        assertThat(answer.error()).isNull();
      }
    }
  }

  /** Eight pictures of 2,500 patches each, which count as 5 of the 32 that a batch takes. */
  @Test
  void batchesAreByThePicturesPatches() throws Exception {
    ImageBounds bounds = new ImageBounds(40_000, 80_000, 0);
    EngineConfig model = config("qwen2_5_vl/tied");
    ImageAnswerer answerer =
        ImageAnswerer.load(new EngineConfig(model.model(), -1, model.settings().within(bounds)), 1);
    AtomicInteger passes = new AtomicInteger();
    try (answerer;
        Lane lane = answerer.lane(passes::incrementAndGet)) {
      assertThat(answerer.mostImages()).isEqualTo(32);
      List<PendingRequest> pictures = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ImageRequest request =
            new ImageRequest(picture(PICTURE), QUESTIONS.subList(0, 1), specs("first:tokens=5"));
        pictures.add(new PendingRequest(request, 1, () -> {}, Runnable::run));
        answerer.prepare(pictures.get(i));
        assertThat(pictures.get(i).weight()).isEqualTo(5);
      }
      lane.take(pictures);
      assertThat(passes).hasValue(2);
      while (lane.busy()) {
        lane.step();
      }
      for (PendingRequest one : pictures) {
        assertThat(one.answers().get())
            .singleElement()
            .satisfies(answer -> assertThat(answer.tokens().visualBefore()).isEqualTo(625));
      }
    }
  }

  /** 64 and 4 blocks: each picture keeps its part, rounded down, and one at least. */
  @ParameterizedTest
  @CsvSource({"uniform:tokens=20, 19", "divprune:tokens=50%, 34", "first:tokens=2, 2", "none, 68"})
  void severalPicturesShareABudgetByTheirPatches(String method, int tokens) throws IOException {
    List<byte[]> pictures = List.of(picture(PICTURE), picture("one.png"));
    try (ModelLease lease = LlavaEngine.acquire(config("qwen2_5_vl/tied"))) {
      for (Answer answer :
          lease.answer(
              new ImageRequest(
                  Visual.pictures(pictures),
                  QUESTIONS,
                  TokenReducers.of(specs(method)),
                  ReduceBy.EACH))) {
        assertThat(answer.error()).isNull();
        assertThat(answer.tokens().visualBefore()).isEqualTo(68);
        assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
      }
    }
  }

  /**
   * Pictures of unequal size in one prompt, each with its own blocks; windows but in two layers.
   */
  @Test
  void explanationsShowWhatBlocksGet() throws IOException, ImageException {
    List<byte[]> pictures = List.of(picture("one.png"), picture("tall.png"), picture(PICTURE));
    List<MethodSpec> methods = specs("none", "divprune:tokens=50%");
    try (ModelLease lease = LlavaEngine.acquire(config("qwen2_5_vl/tied"))) {
      List<Explanation> all = lease.explain(Visual.pictures(pictures), Optional.empty(), methods);
      List<Answer> answers =
          lease.answer(
              new ImageRequest(
                  Visual.pictures(pictures),
                  QUESTIONS.subList(0, 1),
                  TokenReducers.of(methods),
                  ReduceBy.EACH));
      List<Integer> kept = new ArrayList<>();
      int first = 0;
      long vision = 0;
      CostModel cost = CostModel.of(lease.model().checkpoint().config());
      for (Explanation one : all) {
        assertThat(one.received()).contains(new ReceivedAttention(4, 4));
        assertThat(one.views()).hasSize(1);
        List<Float> attention = one.wholeImage().attention();
        assertThat(attention).hasSize(one.tokens()).hasSize(one.patches());
        assertThat(attention.stream().mapToDouble(Float::doubleValue).sum())
            .as("of a block the mean of its four patches")
            .isCloseTo(0.25, within(1e-6));
        Area last = one.patch(one.patches() - 1);
        assertThat(last.right()).isCloseTo(one.picture().width(), within(1e-9));
        assertThat(last.bottom()).isCloseTo(one.picture().height(), within(1e-9));
        for (int patch : one.choices().get(1).kept().orElseThrow()) {
          kept.add(first + patch);
        }
        first += one.patches();
        vision += cost.tower().of(one.choices().get(0).work());
      }
      assertThat(all).extracting(one -> one.patchGrid().rows()).containsExactly(2, 56, 8);
      assertThat(all).extracting(one -> one.patchGrid().cols()).containsExactly(2, 1, 8);
      assertThat(kept).containsExactly(boxed(answers.get(1).tokens().keptIndices()));
      assertThat(vision).isEqualTo(answers.get(0).work().cost().vision());
    }
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() throws IOException {
    String[] methods = {
      "none", "divprune:tokens=20", "fastv:layer=1,tokens=10", "uniform:tokens=9"
    };
    List<String> together = answers(methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(methods[m]);
      assertThat(alone.get(0).text()).isEqualTo(together.get(m));
      assertThat(alone.get(1).text()).isEqualTo(together.get(methods.length + m));
    }
  }

  /** FLOPs of views of their own size, executed ones and one question alone. */
  @Test
  void workFollowsEachPicturesSize() throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("qwen/qwen2_5_vl/tied")).config());
    List<Question> one = QUESTIONS.subList(0, 1);
    try (ModelLease lease = LlavaEngine.acquire(config("qwen2_5_vl/tied"))) {
      for (String name : List.of("one.png", "tall.png", PICTURE)) {
        Answer answer = lease.answer(new ImageRequest(picture(name), one, specs("none"))).get(0);
        int tokens = answer.tokens().visualBefore();
        PatchGrid grid =
            switch (name) {
              case "one.png" -> new PatchGrid(2, 2);
              case "tall.png" -> new PatchGrid(56, 1);
              default -> new PatchGrid(8, 8);
            };
        assertThat(tokens).isEqualTo(grid.patches());
        assertThat(answer.work().cost().vision()).isEqualTo(cost.tower().of(work(grid)));
        // The system prompt ran for an earlier question, perhaps.
        assertThat(answer.work().flopsExecuted())
            .isBetween(cost.tower().of(work(grid)), answer.work().cost().total());
      }
    }
  }

  private static ImageWork work(PatchGrid... grids) {
    ReductionWork none = new ReductionWork(false, 0, 0, false);
    return new ImageWork(
        Collections.nCopies(grids.length, none),
        Stream.of(grids).mapToInt(PatchGrid::patches).sum(),
        0,
        Arrays.asList(grids));
  }

  /**
   * torch's FlopCounterMode over the reference up to the first token, eager attention; windows are
   * windows there. It counts the angles of the decoder's rotation too, once for each part of a
   * position, and the outer product of the tower's.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_5_vl/tied", "qwen2_5_vl/untied", "qwen2_vl/tied", "qwen2_vl/untied"})
  void flopsAreTorchs(String name) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("qwen/" + name)).config();
    CostModel cost = CostModel.of(config);
    JsonNode cases = Goldens.json("qwen/qwen.json").get("cases").get(name);
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      List<PatchGrid> grids = new ArrayList<>();
      for (JsonNode grid : one.get("grids")) {
        grids.add(new PatchGrid(grid.get(0).asInt() / 2, grid.get(1).asInt() / 2));
      }
      ImageWork work = work(grids.toArray(PatchGrid[]::new));
      int images = one.get("tokens").asInt();
      int prompt = one.get("ids").size() - grids.size() + images;
      long vision = cost.tower().of(work) + cost.connector().of(images, 0);
      assertThat(vision).isEqualTo(one.get("flops").get("tower").asLong());
      assertThat(
              vision + cost.decoder().prefill(prompt) + 3L * config.text().heads().width() * prompt)
          .isEqualTo(one.get("flops").get("all").asLong());
    }
  }
}

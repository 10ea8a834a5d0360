package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.Visual;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InternVL under every kind of method: tiles of 3 x 3 blocks of patches. */
@Tag("model")
class InternAnswersTest {

  /** 96 x 96 pixels, more than half of 2 x 2 tiles of 24: five views of 9 tokens. */
  private static final String PICTURE = "square-96.png";

  private static final int TOKENS = 45;

  private static final List<Question> QUESTIONS =
      List.of(new Question("Is it a dog?", 4), new Question("Where?", 4));

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String name) {
    return EngineConfigs.of(
        Goldens.path("intern/" + name).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "internvl_hf");
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Answer> answers(String... methods) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(config("small"))) {
      return lease.answer(new ImageRequest(picture(PICTURE), QUESTIONS, specs(methods)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 45",
    "uniform:tokens=15, 15",
    "first:tokens=15, 15",
    "random:tokens=15, 15",
    "spatial:tokens=20, 20",
    "'pool:cols=2,rows=2', 20",
    "fastervlm:tokens=15, 15",
    "vispruner:tokens=15, 15",
    "'vispruner:attention=received,tokens=15', 15",
    "'visionzip:attention=received,tokens=15', 15",
    "'visionzip:attention=received,contextual=1,dominant=2', 15",
    "'prumerge:tokens=15,variant=paper', 15",
    "'prumerge:attention=received,tokens=15', 15",
    "scope:tokens=15, 15",
    "holov:tokens=15, 15",
    "'hiprune:layer=1,tokens=15', 15",
    "divprune:tokens=15, 15",
    "apet:tokens=15, 15",
    "'apet:basis=2,positions=kept,tokens=15', 15",
    "otprune:tokens=15, 15",
    "'mmtok:tokens=15', 15",
    "prumerge+:tokens=15, 15",
    "'fastv:layer=1,tokens=10', 45",
    "'dart:layer=1,tokens=10', 45",
    "'pyramiddrop:layers=1,ratio=0.5', 45",
    "'divprune:positions=kept,tokens=15', 15",
    "'vtw:layer=1', 45",
    "'vscan:after=5,before=25,layer=1', 15", // no window of 3 x 3 blocks gives any
  })
  void leavesSoManyTokensOfAllViews(String method, int tokens) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(TOKENS);
      assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    }
  }

  /** Numbers that follow from the picture. */
  @ParameterizedTest
  @ValueSource(strings = {"prumerge", "prumerge+", "uniform:tokens=@prumerge", "hired:tokens=15"})
  void methodsThatChooseTheirNumberAnswer(String method) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualAfter()).isBetween(1, TOKENS - 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tome:tokens=15, drop patches inside the tower of this model",
    "flowcut:tokens=15, drop patches inside the tower of this model",
    "downsample:tokens=15, make an image smaller for this model",
    "prunesid:tokens=15, feed the class token of this model's vision tower",
    "visionzip:tokens=15, feed the class token of this model's vision tower",
    "'clse:layers=1,tokens=3', use clse: it filters the grid of one view's patches",
  })
  void whatHasNoMeaningHereIsRefusedByName(String method, String what) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).startsWith("reduction_failed: Cannot " + what);
    }
  }

  @Test
  void noClipModelHasThisTower() throws IOException {
    String clip = "clip=" + Goldens.path("clips/mha");
    for (Answer answer : answers("trim:" + clip, "cdpruner:" + clip + ",tokens=15")) {
      assertThat(answer.error()).startsWith("reduction_failed: Cannot ").contains("CLIP");
    }
  }

  @Test
  void severalPicturesShareABudget() throws IOException {
    List<byte[]> pictures = List.of(picture(PICTURE), picture("one.png"));
    try (ModelLease lease = LlavaEngine.acquire(config("small"))) {
      for (Answer answer :
          lease.answer(
              new ImageRequest(
                  Visual.pictures(pictures),
                  QUESTIONS,
                  TokenReducers.of(specs("uniform:tokens=12")),
                  ReduceBy.EACH))) {
        assertThat(answer.error()).isNull();
        assertThat(answer.tokens().visualBefore()).isEqualTo(TOKENS + 9);
        assertThat(answer.tokens().visualAfter()).isEqualTo(12);
      }
    }
  }

  @Test
  void explanationsShowBlocks() throws Exception {
    try (ModelLease lease = LlavaEngine.acquire(config("small"))) {
      Explanation explanation =
          lease.explain(
              picture(PICTURE), Optional.empty(), specs("prumerge", "fastervlm:tokens=15"));
      assertThat(explanation.views()).hasSize(5);
      assertThat(explanation.views().get(0).attention()).hasSize(9);
    }
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() throws IOException {
    String[] methods = {
      "none", "prumerge", "fastervlm:tokens=15", "divprune:tokens=15", "fastv:layer=1,tokens=10"
    };
    List<String> together = answers(methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(methods[m]);
      assertThat(alone.get(0).text()).isEqualTo(together.get(m));
      assertThat(alone.get(1).text()).isEqualTo(together.get(methods.length + m));
    }
  }

  /** Of each view the tower runs over 36 patches and the class token, the connector over 9 rows. */
  @Test
  void theTowerIsPaidForEveryView() throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("intern/small")).config());
    Answer answer = answers("none").get(0);
    assertThat(answer.work().cost().vision()).isEqualTo(5 * cost.tower().features());
    assertThat(answer.work().cost().projector()).isEqualTo(cost.connector().of(TOKENS, 0));
    assertThat(answer.work().cost().reduction()).isZero();
  }

  /**
   * torch's FlopCounterMode over the reference up to the first token, eager attention. It counts
   * the angles of the rotation too, which are a matrix product there.
   */
  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "chat"})
  void flopsAreTorchs(String name) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("intern/" + name)).config();
    CostModel cost = CostModel.of(config);
    JsonNode cases = Goldens.json("intern/intern.json").get("cases").get(name);
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int views = 0;
      for (JsonNode own : one.get("views")) {
        views += own.asInt();
      }
      int images = one.get("tokens").asInt();
      int prompt = one.get("ids").size() - one.get("views").size() + images;
      long vision = views * cost.tower().features() + cost.connector().of(images, 0);
      assertThat(vision).isEqualTo(one.get("flops").get("tower").asLong());
      assertThat(
              vision
                  + cost.decoder().prefill(prompt)
                  + (long) config.text().heads().width() * prompt)
          .isEqualTo(one.get("flops").get("all").asLong());
    }
  }
}

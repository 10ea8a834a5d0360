package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.cost.QuestionCost;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.Visual;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods on videos of five frames, of each of which they see 3 x 3 patches: their budgets, the
 * learned row that stays, and what they cost, counted and executed.
 */
@Tag("model")
class VideoMethodsTest {

  private static final EngineConfig MODEL =
      EngineConfigs.of(
          Goldens.path("video/odd").toString(),
          DeviceChoice.CPU,
          -1,
          DtypeChoice.FP32,
          ImageAspect.AUTO,
          "qwen_1_5");

  private static final Visual VIDEO =
      new Visual.Video(MadeFrames.files(5, 90, 20), FrameTimes.UNKNOWN);

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static List<Answer> answers(String... methods) {
    return answers(MODEL, VIDEO, methods);
  }

  private static List<Answer> answers(EngineConfig config, Visual video, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              List.of(video),
              List.of(new Question("Is there a dog in the image?", 1)),
              Stream.of(methods).map(MethodSpec::parse).map(TokenReducers::of).toList(),
              ReduceBy.EACH));
    }
  }

  /** Before the decoder a method alone runs what is counted; there, as many tokens as others. */
  @ParameterizedTest
  @CsvSource({
    "none, 46",
    "first:tokens=7, 8",
    "uniform:tokens=33.3%, 16",
    "random:tokens=44, 45",
    "'spatial:cols=2,rows=1', 11",
    "'pool:cols=1,rows=2', 11",
    "divprune:tokens=22, 23",
    "'apet:basis=3,tokens=22', 23",
    "'apet:positions=kept,tokens=22', 23", // a basis of all nine patches
    "otprune:tokens=22, 23",
    "'divprune:over=video,tokens=22', 23",
    "'divprune:over=video,tokens=30%', 15",
    "mmtok:tokens=22, 23",
    "'cdpruner:tokens=22,variant=openvino', 23",
    "'hiprune:layer=1,tokens=22', 23",
    "'fastervlm:attention=received,tokens=22', 23",
    "'vispruner:attention=received,tokens=22', 23",
    "'visionzip:attention=received,tokens=22', 23",
    "'prumerge:attention=received,tokens=22', 23",
    "'prumerge+:attention=received,tokens=22', 23",
    "'prumerge:attention=received,ratio=0.25', 16",
    "divprune:tokens=@frames=2, 19",
    "uniform:tokens=@frames=40%, 19",
    "frames=3, 28",
    "vidcom2:tokens=22, 23",
    "vidcom2:tokens=25%, 12",
    "'vidcom2:positions=kept,tokens=22', 23",
    "evs:pruned=0.5, 23",
    "evs:pruned=0.9, 10",
    "evs:tokens=@dycoke, 16",
    "dycoke, 16",
    "'dycoke:pruned=0.3,variant=repaired', 37",
    "'holitom:ratio=0.4,tau=0.5', 21",
    "'holitom:ratio=0.3,tau=0.0001', 10",
    "holitom:tau=1, 11",
    "'holitom:positions=kept,ratio=0.4,tau=0.5', 21",
  })
  void aMethodAloneRunsWhatIsCounted(String method, int tokens) {
    answers("none"); // runs the system prompt
    Answer answer = answers(method).get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(46);
    assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    Answer plain = answers("first:tokens=" + (tokens - 1)).get(0);
    assertThat(answer.work().flopsExecuted() - plain.work().flopsExecuted())
        .isEqualTo(beforeDecoder(answer) - beforeDecoder(plain));
    assertThat(answer.work().kvCacheBytes()).isEqualTo(plain.work().kvCacheBytes());
  }

  private static long beforeDecoder(Answer answer) {
    QuestionCost cost = answer.work().cost();
    return cost.vision() + cost.reduction() + cost.projector();
  }

  /**
   * The connector has run over all views for what the method looks at: it does not run again over
   * those that stay whole, such as the first. What is not looked at is not counted.
   */
  @ParameterizedTest
  @CsvSource({
    "qwen/qwen2_vl/tied, 11",
    "qwen/qwen2_5_vl/tied, 11",
    "qwen3/tied, 11",
    "intern-video/three, 5",
  })
  void wholeViewsGoThroughTheConnectorOnce(String model, int frames) {
    Visual video = new Visual.Video(MadeFrames.files(frames, 61, 45), FrameTimes.UNKNOWN);
    EngineConfig config =
        EngineConfigs.of(
            Goldens.path(model).toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            ImageAspect.AUTO,
            "auto");
    answers(config, video, "none"); // runs the system prompt
    for (String method :
        List.of(
            "evs:pruned=0.5",
            "evs:tokens=80%",
            "dycoke",
            "dycoke:variant=repaired",
            "vidcom2:tokens=100%",
            "divprune:tokens=100%",
            "mmtok:tokens=100%",
            "otprune:tokens=100%",
            "apet:tokens=100%",
            "apet:tokens=99%")) {
      Answer answer = answers(config, video, method).get(0);
      assertThat(answer.error()).as(method).isNull();
      String same = "first:tokens=" + answer.tokens().visualAfter();
      Answer plain = answers(config, video, same).get(0);
      assertThat(answer.work().flopsExecuted() - plain.work().flopsExecuted())
          .as(method)
          .isEqualTo(beforeDecoder(answer) - beforeDecoder(plain));
    }
  }

  /** A method that takes all views together leaves fewer tokens than there are views. */
  @Test
  void viewsMayLoseAll() {
    Answer answer = answers("divprune:over=video,tokens=1").get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualAfter()).isEqualTo(2);
    assertThat(answer.work().cost().projector())
        .isEqualTo(answers("none").get(0).work().cost().projector());
  }

  /** Cuts see one run of all frames' tokens, with the learned row. */
  @ParameterizedTest
  @CsvSource({
    "'fastv:layer=1,tokens=9', 46",
    "'fastv:layer=1,tokens=@mean:30', 46",
    "'dart:layer=1,tokens=9', 46",
    "'deeprandom:layer=1', 46",
    "'pact:layer=1', 46",
    "'priortr:layer=1,tokens=9', 46",
    "'pyramiddrop:layers=1', 46",
    "'sparsevlm:budgets=9,layers=0', 46",
    "'v2drop:layers=1,ratios=0.5', 46",
    "'vtw:layer=1', 46",
    "'divprune:tokens=22..fastv:layer=1,tokens=9', 23",
    "'vidcom2:tokens=22..fastv:layer=1,tokens=9', 23",
  })
  void cutsSeeAllFramesAtOnce(String method, int tokens) {
    Answer answer = answers(method).get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(46);
    assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    assertThat(answer.tokens().visualLayerMean()).isLessThan(tokens);
  }

  /** Tower and connector run once for all methods that see all frames. */
  @Test
  void methodsShareTowerAndConnector() {
    answers("none"); // runs the system prompt
    List<Answer> both = answers("none", "first:tokens=22");
    for (int m = 0; m < both.size(); m++) {
      Answer alone = answers(both.get(m).method()).get(0);
      long shared = alone.work().cost().vision() + alone.work().cost().projector();
      assertThat(both.get(m).work().flopsExecuted())
          .isEqualTo(alone.work().flopsExecuted() - shared / 2);
    }
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods after the tower in the engine: answers, and the cost alone and as executed. */
@Tag("model")
class TowerMethodsTogetherTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final TowerLayer LAST = new TowerLayer.Last();
  private static final TowerEvidence CLASS_ATTENTION = new TowerEvidence.ClassAttention(LAST);
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 1), new Question("And is it red?", 1));

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private static CostModel cost() {
    return CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
  }

  private static List<Answer> answers(ModelLease lease, String... methods) throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    return lease.answer(
        new ImageRequest(image, QUESTIONS, Stream.of(methods).map(MethodSpec::parse).toList()));
  }

  private static long executed(List<Answer> answers) {
    return answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
  }

  private static long executed(ModelLease lease, String... methods) throws IOException {
    return executed(answers(lease, methods));
  }

  @Test
  void evidenceIsPartOfAMethodsCost() throws IOException {
    CostModel cost = cost();
    long positions = 577;
    long width = 48;
    long patches = 576;
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers =
          answers(
              lease,
              "random:tokens=32",
              "fastervlm:tokens=32",
              "hiprune:tokens=32",
              "scope:tokens=32",
              "divprune:tokens=32",
              "visionzip:contextual=1,dominant=31",
              "pool:cols=8,rows=4",
              "uniform:tokens=@fastervlm:tokens=32");
      assertThat(answers).extracting(Answer::error).containsOnlyNulls();
      assertThat(answers).extracting(one -> one.tokens().visualAfter()).containsOnly(32);
      long attention = 2 * positions * width;
      long columns = 2 * 2 * positions * positions * width;
      long cosines = 3 * patches * width + 2 * patches * patches * width;
      long means = 2 * (1 + (patches - 30 - 1)) * width; // one target and what belongs to it
      long pools = 2 * patches * width;
      assertThat(answers.subList(0, 8).stream().map(answer -> answer.work().cost().reduction()))
          .containsExactly(
              0L, attention, columns, attention + cosines, cosines, attention + means, pools, 0L);
      assertThat(answers.get(0).work().cost().projector()).isEqualTo(cost.connector().of(32, 0));
      assertThat(answers.get(1).work().cost().projector()).isEqualTo(cost.connector().of(32, 0));
      assertThat(answers.get(4).work().cost().projector()).isEqualTo(cost.connector().of(576, 0));
    }
  }

  /** The decoder's work depends on the number of tokens only; the rest has to be there too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastervlm:tokens=32",
        "hiprune:tokens=32",
        "vispruner:tokens=32",
        "scope:tokens=32",
        "divprune:tokens=32",
        "divprune:order=picked,tokens=32",
        "apet:tokens=32",
        "otprune:tokens=32",
        "holov:tokens=32",
        "visionzip:tokens=32",
        "prunesid:tokens=32",
        "pool:cols=8,rows=4",
        "prumerge:tokens=32",
        "prumerge+:tokens=32"
      })
  void aMethodAloneExecutesWhatItCosts(String method) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none"); // computes what stays
      List<Answer> control = answers(lease, "first:tokens=32");
      List<Answer> own = answers(lease, method);
      assertThat(own).extracting(Answer::error).containsOnlyNulls();
      assertThat(own).extracting(one -> one.tokens().visualAfter()).containsOnly(32);
      long beside =
          own.get(0).work().cost().reduction()
              + own.get(0).work().cost().projector()
              - control.get(0).work().cost().projector();
      assertThat(sameDecoder(own, control)).isTrue();
      assertThat(executed(own) - executed(control)).isEqualTo(beside);
    }
  }

  private static boolean sameDecoder(List<Answer> one, List<Answer> other) {
    for (int i = 0; i < one.size(); i++) {
      if (one.get(i).tokens().generated() != other.get(i).tokens().generated()) {
        return false;
      }
    }
    return true;
  }

  @Test
  void equalTokensAreProjectedAndAnsweredOnce() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none");
      List<Answer> one = answers(lease, "fastervlm:tokens=50");
      List<Answer> two = answers(lease, "fastervlm:tokens=50", "hired:tokens=50");

      assertThat(executed(two)).isEqualTo(executed(one));
      for (int q = 0; q < QUESTIONS.size(); q++) {
        assertThat(two.get(2 * q).text()).isEqualTo(one.get(q).text());
        assertThat(two.get(2 * q + 1).text()).isEqualTo(one.get(q).text());
        assertThat(two.get(2 * q + 1).tokens().keptIndices())
            .isEqualTo(one.get(q).tokens().keptIndices());
      }
    }
  }

  @Test
  void evidenceIsSharedByThoseWhoLookAtIt() throws IOException {
    CostModel cost = cost();
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none");
      long scope = executed(lease, "scope:tokens=40");
      long visPruner = executed(lease, "vispruner:tokens=40");
      long divPrune = executed(lease, "divprune:tokens=40");
      long holoV = executed(lease, "holov:tokens=40");
      long control = executed(lease, "uniform:tokens=40");

      assertThat(executed(lease, "scope:tokens=40", "vispruner:tokens=40"))
          .isEqualTo(
              scope
                  + visPruner
                  - cost.tower().features()
                  - cost.evidence().of(CLASS_ATTENTION)
                  - cost.evidence().of(TowerEvidence.Cosines.OF_FEATURES));
      assertThat(executed(lease, "divprune:tokens=40", "holov:tokens=40"))
          .isEqualTo(
              divPrune
                  + holoV
                  - cost.tower().features()
                  - cost.evidence().of(new TowerEvidence.Projected())
                  - cost.evidence().of(TowerEvidence.Cosines.OF_PROJECTED));
      assertThat(executed(lease, "divprune:tokens=40", "uniform:tokens=40"))
          .isEqualTo(divPrune + control - cost.tower().features());
    }
  }

  @Test
  void aMethodThatThisTowerCannotServeFailsAlone() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers =
          answers(lease, "hiprune:layer=9,tokens=40", "scope:tokens=577", "fastervlm:tokens=40");
      assertThat(answers.get(0).error())
          .isEqualTo(
              "reduction_failed: Cannot look at layer 9 of the vision tower: the features need"
                  + " layers 1 to 3");
      assertThat(answers.get(1).error()).contains("Cannot keep 577 tokens");
      assertThat(answers.get(2).error()).isNull();
    }
  }

  @Test
  void nothingStaysOpen() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      String[] methods = {
        "prumerge",
        "divprune:tokens=9",
        "holov:tokens=9",
        "visionzip:tokens=9",
        "prunesid:tokens=9",
        "hiprune:tokens=9",
        "hiprune:layer=9,tokens=9",
        "vispruner:tokens=9"
      };
      answers(lease, methods);
      long before = OpenValues.atRest();
      answers(lease, methods);
      assertThat(OpenValues.atRest()).isEqualTo(before);
    }
  }
}

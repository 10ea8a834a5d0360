package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.CostModel;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods that look at the question, in the engine: whose tokens they are, and what they cost. */
@Tag("model")
class QuestionMethodsTogetherTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final EngineConfig PADDED =
      LlavaEngineTest.config("mha", ImageAspect.PAD, "vicuna_v1");
  private static final Path CLIP = Goldens.path("clips/mha");
  private static final String DOG = "Is there a dog in the image?";
  private static final String CAR = "What color is the car in the top left corner?";

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  static List<String> methods() {
    return List.of(
        "mmtok:tokens=32",
        "trim:clip=" + CLIP + ",tokens=32",
        "trim:clip=" + CLIP,
        "cdpruner:clip=" + CLIP + ",tokens=32",
        "cdpruner:variant=openvino,tokens=32");
  }

  private static byte[] image() throws IOException {
    return Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  private static List<Answer> ask(ModelLease lease, List<String> prompts, String... methods)
      throws IOException {
    return lease.answer(
        new ImageRequest(
            image(),
            prompts.stream().map(prompt -> new Question(prompt, 1)).toList(),
            Stream.of(methods).map(MethodSpec::parse).toList()));
  }

  private static long executed(List<Answer> answers) {
    return answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
  }

  @Test
  void eachQuestionHasItsOwnTokensAsIfAskedAlone() throws IOException {
    String[] methods =
        Stream.concat(methods().stream(), Stream.of("none", "fastervlm:tokens=32"))
            .toArray(String[]::new);
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> together = ask(lease, List.of(DOG, CAR, DOG), methods);
      assertThat(together).extracting(Answer::error).containsOnlyNulls();
      int place = 0;
      for (String prompt : List.of(DOG, CAR, DOG)) {
        for (String method : methods) {
          Answer alone = ask(lease, List.of(prompt), method).get(0);
          Answer answer = together.get(place++);
          assertThat(answer.text()).as(method).isEqualTo(alone.text());
          assertThat(answer.tokens().keptIndices())
              .as(method)
              .isEqualTo(alone.tokens().keptIndices());
          assertThat(answer.tokens().visualAfter()).isEqualTo(alone.tokens().visualAfter());
          assertThat(answer.work().cost()).as(method).isEqualTo(alone.work().cost());
        }
      }
      for (int m = 0; m < methods().size(); m++) {
        assertThat(together.get(m).tokens().keptIndices())
            .as(methods[m])
            .isNotEqualTo(together.get(methods.length + m).tokens().keptIndices());
      }
    }
  }

  /** The decoder's work depends on the number of tokens only; the rest has to be there too. */
  @ParameterizedTest
  @MethodSource("methods")
  void aMethodAloneExecutesWhatItCosts(String method) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ask(lease, List.of(DOG), "none"); // computes what stays
      Answer own = ask(lease, List.of(DOG), method).get(0);
      Answer control =
          ask(lease, List.of(DOG), "first:tokens=" + own.tokens().visualAfter()).get(0);
      assertThat(own.tokens().generated()).isEqualTo(control.tokens().generated());
      assertThat(own.work().flopsExecuted() - control.work().flopsExecuted())
          .isEqualTo(
              own.work().cost().reduction()
                  + own.work().cost().projector()
                  - control.work().cost().projector());
    }
  }

  /** Worked out by hand for 12 wide texts of 2 layers in a space of 20. */
  @Test
  void evidenceOfTextIsPartOfTheCost() throws IOException {
    long patches = 576;
    long width = 48;
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers = ask(lease, List.of(DOG), methods().toArray(String[]::new));
      long cosines = 3 * patches * width + 2 * patches * patches * width;
      long words = answers.get(0).work().cost().reduction() - cosines;
      // Of m tokens: 3 (m + N) D + 2 m N D.
      long perToken = 3 * width + 2 * patches * width;
      assertThat((words - 3 * patches * width) % perToken).isZero();
      assertThat((words - 3 * patches * width) / perToken).isBetween(4L, 20L);

      long projected = 2 * patches * width * 20;
      long mean = 2 * (patches - 31) * width;
      long trim = answers.get(1).work().cost().reduction() - projected - mean;
      long products = 2 * patches * 20;
      assertThat(tower(trim - products)).isBetween(8L, 40L);
      long cdPruner = answers.get(3).work().cost().reduction() - projected - cosines;
      assertThat(cdPruner - trim).isEqualTo(3 * (1 + patches) * 20);
    }
  }

  // The length of a text whose tower and projection cost so much.
  private static long tower(long flops) {
    for (long length = 1; length <= 77; length++) {
      long layer = 2 * length * (4 * 12 * 12 + 2 * 12 * 24) + 4 * length * length * 12;
      if (2 * layer + 2 * 12 * 20 == flops) {
        return length;
      }
    }
    return -1;
  }

  @Test
  void equalQuestionsAreReadOnce() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ask(lease, List.of(DOG), "none");
      String method = "cdpruner:clip=" + CLIP + ",tokens=32";
      List<Answer> twice = ask(lease, List.of(DOG, DOG), method);
      List<Answer> control = ask(lease, List.of(DOG, DOG), "first:tokens=32");
      CostModel cost = CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
      assertThat(executed(twice) - executed(control))
          .isEqualTo(
              twice.get(0).work().cost().reduction()
                  + cost.connector().of(576, 0)
                  - cost.connector().of(32, 0));
    }
  }

  @Test
  void methodsWithTheSameTokensShareThem() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ask(lease, List.of(DOG), "none");
      List<Answer> one = ask(lease, List.of(DOG, CAR), "mmtok:tokens=32");
      List<Answer> two =
          ask(lease, List.of(DOG, CAR), "mmtok:tokens=32", "mmtok:padding=use,tokens=32");
      assertThat(executed(two)).isEqualTo(executed(one)); // nothing is padded
      assertThat(two.get(0).text()).isEqualTo(one.get(0).text());
      assertThat(two.get(1).text()).isEqualTo(one.get(0).text());
      assertThat(two.get(3).tokens().keptIndices()).isEqualTo(one.get(1).tokens().keptIndices());
    }
  }

  /**
   * All questions keep all patches: one prefix, as under none. The connector runs once, for what is
   * looked at.
   */
  @Test
  void questionsWithTheSameTokensShareThem() throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ask(lease, List.of(DOG), "none");
      List<Answer> all = ask(lease, List.of(DOG, CAR), "mmtok:tokens=576");
      List<Answer> none = ask(lease, List.of(DOG, CAR), "none");
      long evidence =
          all.stream().mapToLong(answer -> answer.work().cost().reduction()).sum()
              - cost.evidence().of(TowerEvidence.Cosines.OF_FEATURES);
      assertThat(executed(all) - executed(none))
          .isEqualTo(
              evidence
                  + cost.evidence().of(new TowerEvidence.Projected())
                  - cost.connector().of(576, 0));
      assertThat(all.get(1).text()).isEqualTo(none.get(1).text());
    }
  }

  @Test
  void aPaddedPictureShowsItsOwnPatches() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(PADDED)) {
      List<Answer> answers =
          ask(lease, List.of(DOG), "mmtok:tokens=64", "mmtok:padding=use,tokens=64");
      assertThat(answers.get(0).tokens().keptIndices())
          .isNotEqualTo(answers.get(1).tokens().keptIndices());
    }
  }

  @Test
  void aFolderThatIsNoClipModelFailsAlone() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers =
          ask(
              lease,
              List.of(DOG),
              "trim:clip=" + Goldens.path("clips/mini"),
              "trim:clip=/none",
              "mmtok:tokens=4");
      assertThat(answers.get(0).error())
          .startsWith("reduction_failed: Cannot use the CLIP model")
          .contains("192 wide");
      assertThat(answers.get(1).error()).startsWith("reduction_failed: Cannot use the CLIP model");
      assertThat(answers.get(2).error()).isNull();
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(
              () -> new WeightsPin("0".repeat(64)).check(lease.model().clips().place("c", CLIP)))
          .withMessageContaining("is asked for");
    }
  }

  @Test
  void aQuestionWithoutAnImageNeedsNoTokens() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers =
          lease.answer(
              new ImageRequest(
                  null,
                  List.of(new Question(DOG, 2), new Question(CAR, 2)),
                  Stream.of("none", "mmtok:tokens=4").map(MethodSpec::parse).toList()));
      assertThat(answers).extracting(Answer::error).containsOnlyNulls();
      assertThat(answers.get(3).text()).isEqualTo(answers.get(2).text());
    }
  }

  @Test
  void explainShowsWhatAQuestionKeeps() throws IOException, ImageException {
    List<MethodSpec> specs =
        Stream.concat(methods().stream(), Stream.of("none")).map(MethodSpec::parse).toList();
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<MethodChoice> choices = lease.explain(image(), Optional.of(DOG), specs).choices();
      List<Answer> answers = ask(lease, List.of(DOG), methods().toArray(String[]::new));
      for (int m = 0; m < answers.size(); m++) {
        int[] kept =
            choices.get(m).kept().orElseThrow().stream().mapToInt(Integer::intValue).toArray();
        assertThat(kept).isEqualTo(answers.get(m).tokens().keptIndices());
      }
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> lease.explain(image(), Optional.empty(), specs))
          .withMessageContaining("without a question");
    }
  }

  @Test
  void nothingStaysOpen() throws IOException {
    String[] methods = methods().toArray(String[]::new);
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ask(lease, List.of(DOG, CAR), methods);
      long before = OpenValues.atRest();
      ask(lease, List.of(DOG, CAR), methods);
      assertThat(OpenValues.atRest()).isEqualTo(before);
    }
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures explained by models with a Q-Former of 5 queries over 16 patches. */
@Tag("model")
class QueryExplainerTest {

  private static final String QUESTION = "Is there a dog in the image?";
  private static final int QUERIES = 5;
  private static final int PATCHES = 16;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static ModelLease lease(String name) {
    String folder = Goldens.path("queries/" + name).toString();
    return LlavaEngine.acquire(
        EngineConfigs.of(folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, name));
  }

  private static byte[] image() throws IOException {
    return Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  private static List<MethodSpec> methods(String... specs) {
    return Stream.of(specs).map(MethodSpec::parseKnown).toList();
  }

  private static Explanation explained(String name, String question, String... methods)
      throws IOException, ImageException {
    try (ModelLease lease = lease(name)) {
      return lease.explain(image(), Optional.ofNullable(question), methods(methods));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"instructblip", "blip2"})
  void showsWhatTheQueriesLookAt(String name) throws IOException, ImageException {
    Explanation explanation = explained(name, QUESTION, "none");
    QueryAttention looks = explanation.queries().orElseThrow();
    assertThat(looks.layer()).isEqualTo(3);
    assertThat(looks.layers()).isEqualTo(3);
    assertThat(explanation.tokens()).isEqualTo(QUERIES);
    assertThat(looks.queries()).hasSize(QUERIES);
    float[] reference = Goldens.floats("queries/queries.safetensors", name + "/wide.png/0/looks");
    for (int query = 0; query < QUERIES; query++) {
      for (int patch = 0; patch < PATCHES; patch++) {
        assertThat(looks.queries().get(query).get(patch))
            .isCloseTo(reference[query * (1 + PATCHES) + 1 + patch], within(1e-5f));
      }
    }
    List<Float> mean = explanation.wholeImage().attention();
    assertThat(mean).isEqualTo(looks.mean()).hasSize(PATCHES);
    assertThat(mean.get(7))
        .isEqualTo((float) looks.queries().stream().mapToDouble(one -> one.get(7)).sum() / 5);
    assertThat(looks.mean(List.of(3))).isEqualTo(looks.queries().get(3));
    assertThat(explanation.wholeImage().seen().width()).isEqualTo(explanation.picture().width());
    assertThat(explanation.wholeImage().seen().height()).isEqualTo(explanation.picture().height());
  }

  /** BLIP-2's queries do not see the question, InstructBLIP's do. */
  @Test
  void theQuestionMattersWhereItIsRead() throws IOException, ImageException {
    String other = "What color is the chair?";
    assertThat(explained("blip2", QUESTION, "none").queries())
        .isEqualTo(explained("blip2", other, "none").queries())
        .isEqualTo(explained("blip2", null, "none").queries());
    assertThat(explained("instructblip", QUESTION, "none").queries())
        .isNotEqualTo(explained("instructblip", other, "none").queries());
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> explained("instructblip", null, "none"))
        .withMessageContaining("without a question: the Q-Former reads it");
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> explained("instructblip", " ", "none"))
        .withMessageStartingWith("prompt_empty: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"instructblip", "blip2"})
  void saysWhichQueriesStay(String name) throws IOException, ImageException {
    Explanation explanation =
        explained(name, QUESTION, "none", "fastv:layer=1,tokens=2", "vtw:layer=1");
    assertThat(explanation.choices().get(0).staying()).isEmpty();
    List<StayingTokens> fastv = explanation.choices().get(1).staying();
    assertThat(fastv).hasSize(1);
    assertThat(fastv.get(0).layer()).isEqualTo(1);
    assertThat(fastv.get(0).places())
        .hasSize(2)
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(query -> query >= 0 && query < QUERIES);
    assertThat(explanation.choices().get(2).staying())
        .containsExactly(new StayingTokens(1, 1, List.of()));
    for (MethodChoice choice : explanation.choices()) {
      assertThat(choice.kept()).isEmpty();
      assertThat(choice.allTokens()).isEqualTo(QUERIES);
    }
    assertThat(explained("blip2", null, "fastv:layer=1,tokens=2").choices().get(0).staying())
        .isEmpty();
  }

  /** The cost of the connector is that of the answer. */
  @Test
  void countsTheWordsThatTheQFormerReads() throws IOException, ImageException {
    try (ModelLease lease = lease("instructblip")) {
      MethodChoice choice =
          lease.explain(image(), Optional.of(QUESTION), methods("none")).choices().get(0);
      Answer answer =
          lease
              .answer(
                  new ImageRequest(image(), List.of(new Question(QUESTION, 1)), methods("none")))
              .get(0);
      CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("queries/instructblip")).config());
      assertThat(cost.connector().of(choice.work())).isEqualTo(answer.work().cost().projector());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prumerge", "first:tokens=2", "tome:tokens=9", "fastervlm:tokens=2"})
  void methodsThatDropPatchesAreRefusedInOneLine(String method) {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> explained("instructblip", QUESTION, "none", method))
        .withMessageContaining("whose queries make 5 tokens of all of them; use none, or");
  }
}

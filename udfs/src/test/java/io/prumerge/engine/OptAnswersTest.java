package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A LLaVA and a BLIP-2 with OPT decoders under every kind of method: 16 patches, 160 positions. */
@Tag("model")
class OptAnswersTest {

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static List<Answer> answers(int newTokens, String... methods) throws IOException {
    return answers(DtypeChoice.FP32, newTokens, methods);
  }

  private static List<Answer> answers(DtypeChoice dtype, int newTokens, String... methods)
      throws IOException {
    String folder = Goldens.path("opt/llava").toString();
    return answers(
        EngineConfigs.of(folder, DeviceChoice.CPU, -1, dtype, ImageAspect.PAD, "plain"),
        newTokens,
        methods);
  }

  private static List<Answer> answers(EngineConfig config, int newTokens, String... methods)
      throws IOException {
    List<Question> questions =
        List.of(new Question("Is there a dog?", newTokens), new Question("Where?", newTokens));
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              questions,
              Stream.of(methods).map(MethodSpec::parseKnown).toList()));
    }
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() throws IOException {
    String[] methods = {
      "none",
      "prumerge",
      "divprune:tokens=5",
      "mmtok:tokens=4",
      "tome:tokens=9",
      "fastv:layer=1,tokens=5",
      "sparsevlm:budgets=12/5,layers=0/1",
      "pact:layer=1"
    };
    List<Answer> together = answers(6, methods);
    List<String> shared = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    for (int m = 0; m < methods.length; m++) {
      List<Answer> own = answers(6, methods[m]);
      for (int q = 0; q < 2; q++) {
        Answer answer = together.get(q * methods.length + m);
        assertThat(answer.error()).as(methods[m]).isNull();
        assertThat(answer.work().cost()).as(methods[m]).isEqualTo(own.get(q).work().cost());
        shared.add(methods[m] + ": " + answer.text());
        alone.add(methods[m] + ": " + own.get(q).text());
      }
    }
    assertThat(shared).isEqualTo(alone);
    assertThat(shared.stream().distinct().count()).isGreaterThan(4);
  }

  /** Five queries stand before the begin token. */
  @Test
  void blip2AnswersTogetherAsEachAlone() throws IOException {
    String folder = Goldens.path("opt/blip2").toString();
    EngineConfig config =
        EngineConfigs.of(folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, "blip2");
    String[] methods = {"none", "fastv:layer=1,tokens=2", "vtw:layer=2"};
    List<Answer> together = answers(config, 6, methods);
    for (int m = 0; m < methods.length; m++) {
      List<Answer> own = answers(config, 6, methods[m]);
      for (int q = 0; q < 2; q++) {
        Answer answer = together.get(q * methods.length + m);
        assertThat(answer.error()).as(methods[m]).isNull();
        assertThat(answer.tokens().visualBefore()).isEqualTo(5);
        assertThat(answer.text()).as(methods[m]).isEqualTo(own.get(q).text());
        assertThat(answer.work().cost()).as(methods[m]).isEqualTo(own.get(q).work().cost());
      }
    }
  }

  /** Rows of visual tokens and of positions are in the precision of the run. */
  @Test
  void answersInHalfPrecision() throws IOException {
    for (Answer answer : answers(DtypeChoice.BF16, 6, "none", "fastv:layer=1,tokens=5")) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().generated()).isPositive();
    }
  }

  @Test
  void anAnswerExecutesWhatItCosts() throws IOException {
    answers(6, "none"); // computes the begin token's keys
    List<Answer> own = answers(6, "none");
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("opt/llava")).config());
    long executed = own.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
    long decoder = executed - cost.tower().features() - cost.connector().of(16, 0);
    long alone =
        own.stream()
            .mapToLong(one -> one.work().cost().prefill() + one.work().cost().decode())
            .sum();
    assertThat(decoder).isBetween(cost.decoder().prefill(16), alone);
  }

  @Test
  void refusesToGoBeyondTheLearnedPositions() throws IOException {
    // </s>, 16 patches, a line's end, the question: 28 and 22 positions, of which the last token
    // of an answer takes none.
    List<Answer> fits = answers(140, "first:tokens=1");
    assertThat(fits).extracting(Answer::error).containsOnlyNulls();
    List<Answer> refused = answers(160, "none");
    assertThat(refused)
        .extracting(Answer::error)
        .allSatisfy(
            error ->
                assertThat(error)
                    .startsWith("prompt_too_long: a prompt of ")
                    .contains("beyond the 160 positions that the model has learned"));
  }
}

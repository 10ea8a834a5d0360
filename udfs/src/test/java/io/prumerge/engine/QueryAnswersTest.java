package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.CostModel;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models with a Q-Former of 5 queries under every kind of method. */
@Tag("model")
class QueryAnswersTest {

  private static final String INSTRUCT = "instructblip";
  private static final int QUERIES = 5;
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("Is there a dog in the image?", 4),
          new Question("What color is the chair?", 4),
          new Question("Is there a dog in the image?", 2));

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String name, ImageAspect aspect) {
    String folder = Goldens.path("queries/" + name).toString();
    return EngineConfigs.of(folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, aspect, name);
  }

  private static List<Answer> answers(
      String name, List<Question> questions, ReduceBy by, String... methods) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(config(name, ImageAspect.AUTO))) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              questions,
              Stream.of(methods).map(MethodSpec::parseKnown).toList(),
              by));
    }
  }

  private static List<Answer> answers(String name, String... methods) throws IOException {
    return answers(name, QUESTIONS, ReduceBy.EACH, methods);
  }

  @ParameterizedTest
  @CsvSource({
    "instructblip, none, 5",
    "instructblip, 'fastv:layer=1,tokens=2', 3.5",
    "instructblip, 'fastv:layer=1,tokens=@mean:3', 3",
    "instructblip, 'vtw:layer=1', 2.5",
    "blip2, none, 5",
    "blip2, 'fastv:layer=1,tokens=2', 3.5",
  })
  void theDecoderSeesItsQueries(String name, String method, double mean) throws IOException {
    for (Answer answer : answers(name, method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(QUERIES);
      assertThat(answer.tokens().visualAfter()).isEqualTo(QUERIES);
      assertThat(answer.tokens().visualLayerMean()).isEqualTo(mean);
      assertThat(answer.tokens().keptIndices()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {INSTRUCT, "blip2"})
  void questionsAndMethodsTogetherAnswerAsEachAlone(String name) throws IOException {
    String[] methods = {"none", "fastv:layer=1,tokens=2", "vtw:layer=1"};
    List<String> together = answers(name, methods).stream().map(Answer::text).toList();
    List<String> alone = new ArrayList<>();
    for (Question question : QUESTIONS) {
      for (String method : methods) {
        alone.add(answers(name, List.of(question), ReduceBy.EACH, method).get(0).text());
      }
    }
    assertThat(together).isEqualTo(alone);
  }

  /** Keys and values of the image are computed once, the queries once for each different text. */
  @Test
  void whatRunsIsPaidOnce() throws IOException {
    answers(INSTRUCT, "none"); // computes what stays
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("queries/" + INSTRUCT)).config());
    List<Answer> both = answers(INSTRUCT, "none");
    List<Answer> first = answers(INSTRUCT, QUESTIONS.subList(0, 1), ReduceBy.EACH, "none");
    List<Answer> second = answers(INSTRUCT, QUESTIONS.subList(1, 2), ReduceBy.EACH, "none");
    for (Answer answer : both) {
      assertThat(answer.work().cost().vision()).isEqualTo(cost.tower().features());
      assertThat(answer.work().cost().reduction()).isZero();
      assertThat(answer.work().cost().projector()).isGreaterThan(cost.connector().of(QUERIES, 0));
    }
    assertThat(both.get(0).work().cost()).isEqualTo(first.get(0).work().cost());
    List<Answer> pair = answers(INSTRUCT, QUESTIONS.subList(0, 2), ReduceBy.EACH, "none");
    long shared = cost.tower().features() + cost.connector().shared();
    assertThat(executed(pair)).isEqualTo(executed(first) + executed(second) - shared);
    // The same text again costs its decoding alone, after the same tokens.
    List<Answer> twice =
        answers(INSTRUCT, List.of(QUESTIONS.get(0), QUESTIONS.get(0)), ReduceBy.EACH, "none");
    assertThat(executed(twice) - executed(first))
        .isLessThan(first.get(0).work().cost().total() - shared);
  }

  private static long executed(List<Answer> answers) {
    return answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "first:tokens=2",
        "random:tokens=2",
        "fastervlm:tokens=2",
        "divprune:tokens=2",
        "tome:tokens=9",
        "downsample:tokens=9",
        "fastv:flops=@prumerge,layer=1"
      })
  void methodsThatDropPatchesAreRefused(String method) throws IOException {
    for (String name : List.of(INSTRUCT, "blip2")) {
      List<Answer> both = answers(name, method, "none");
      for (int q = 0; q < QUESTIONS.size(); q++) {
        assertThat(both.get(2 * q).error())
            .startsWith("reduction_failed: Cannot ")
            .containsAnyOf("queries make 5 tokens", "after a Q-Former");
        assertThat(both.get(2 * q + 1).error()).isNull();
      }
    }
  }

  @Test
  void theFirstQuestionCannotDecideForOthers() throws IOException {
    String fastv = "fastv:layer=1,tokens=2";
    assertThat(answers(INSTRUCT, QUESTIONS, ReduceBy.FIRST, fastv))
        .extracting(Answer::error)
        .allMatch(error -> error.startsWith("reduction_failed: Cannot keep what the first"));
    assertThat(answers("blip2", QUESTIONS, ReduceBy.FIRST, fastv))
        .extracting(Answer::error)
        .containsOnlyNulls();
  }

  @Test
  void aQuestionLongerThanTheQFormerReadsIsRefused() throws IOException {
    Question longer = new Question("dog ".repeat(70), 4);
    List<Question> questions = List.of(longer, QUESTIONS.get(0));
    List<Answer> answers = answers(INSTRUCT, questions, ReduceBy.EACH, "none");
    assertThat(answers.get(0).error())
        .matches("prompt_too_long: the prompt has \\d+ tokens for the Q-Former, which reads 64 .*");
    assertThat(answers.get(1).error()).isNull();
    assertThat(answers("blip2", questions, ReduceBy.EACH, "none"))
        .extracting(Answer::error)
        .containsOnlyNulls();
  }

  @Test
  void answersWithoutAnImage() throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(config(INSTRUCT, ImageAspect.AUTO))) {
      List<Answer> answers =
          lease.answer(new ImageRequest(null, QUESTIONS, List.of(MethodSpec.parseKnown("none"))));
      assertThat(answers).extracting(Answer::error).containsOnlyNulls();
      assertThat(answers).extracting(one -> one.tokens().visualAfter()).containsOnly(0);
    }
  }

  @Test
  void whatTheModelIsNotShownIsRefused() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> LlavaEngine.acquire(config(INSTRUCT, ImageAspect.PAD)))
        .withMessageContaining("with image aspect pad: it sees them stretched to a square");
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first question of an image, by which all are reduced. */
@Tag("model")
class ReduceByTest {

  private static final List<Question> QUESTIONS =
      List.of(
          new Question("What is this?", 4),
          new Question("Where is the red one?", 4),
          new Question("And how many of them are there?", 4));
  private static final List<MethodSpec> METHODS =
      Stream.of("none", "prumerge", "vtw:layer=1", "fastv:layer=1,tokens=9")
          .map(MethodSpec::parse)
          .toList();
  private static final int BY_QUESTION = 3;

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  @Test
  void onlyMethodsThatLookAtTheQuestionChange() throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    try (ModelLease lease =
        LlavaEngine.acquire(LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1"))) {
      lease.answer(new ImageRequest(image, QUESTIONS, METHODS)); // computes what stays
      List<Answer> each = lease.answer(new ImageRequest(image, QUESTIONS, METHODS));
      List<Answer> first =
          lease.answer(new ImageRequest(image, QUESTIONS, METHODS, ReduceBy.FIRST));

      long executedByEach = 0;
      long executedByFirst = 0;
      for (int i = 0; i < each.size(); i++) {
        assertThat(first.get(i).error()).isNull();
        assertThat(first.get(i).tokens().visualLayerMean())
            .isEqualTo(each.get(i).tokens().visualLayerMean());
        assertThat(first.get(i).work().cost()).isEqualTo(each.get(i).work().cost());
        if (i % METHODS.size() != BY_QUESTION) {
          assertThat(first.get(i).text()).isEqualTo(each.get(i).text());
          assertThat(first.get(i).work().flopsExecuted())
              .isEqualTo(each.get(i).work().flopsExecuted());
        } else {
          executedByEach += each.get(i).work().flopsExecuted();
          executedByFirst += first.get(i).work().flopsExecuted();
        }
      }
      assertThat(first.get(BY_QUESTION).text()).isEqualTo(each.get(BY_QUESTION).text());
      assertThat(executedByFirst).isPositive().isLessThan(executedByEach);
    }
  }

  /** One without text cannot be asked, so the next one is the first. */
  @Test
  void theFirstIsTheFirstThatCanBeAsked() throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    List<MethodSpec> fastv = List.of(METHODS.get(BY_QUESTION));
    try (ModelLease lease =
        LlavaEngine.acquire(LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1"))) {
      List<Question> withEmpty =
          Stream.concat(Stream.of(new Question(" ", 4)), QUESTIONS.stream()).toList();
      List<Answer> answers =
          lease.answer(new ImageRequest(image, withEmpty, fastv, ReduceBy.FIRST));
      List<Answer> expected =
          lease.answer(new ImageRequest(image, QUESTIONS, fastv, ReduceBy.FIRST));

      assertThat(answers.get(0).error()).isNotNull();
      assertThat(answers.subList(1, 4).stream().map(Answer::text))
          .containsExactlyElementsOf(expected.stream().map(Answer::text).toList());
    }
  }
}

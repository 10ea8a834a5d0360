package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with several images: LLaVA-NeXT with 16 patches a view, LLaVA-1.5 with 144. */
@Tag("model")
class SeveralImagesTest {

  private static final String NEXT = "families/next";
  private static final String LLAVA = "checkpoints/gqa";
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("Is there a dog?", 4),
          new Question("From <image> to <image>: what differs?", 4),
          new Question("From <image> to <image>: why?", 3),
          new Question("<image> or <image>?", 4));

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static ModelLease acquire(String folder) {
    return LlavaEngine.acquire(
        EngineConfigs.of(
            Goldens.path(folder).toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            ImageAspect.AUTO,
            "llava_v1"));
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<byte[]> two() throws IOException {
    return List.of(picture("square-96.png"), picture("wide.png"));
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Answer> answers(
      String folder, List<byte[]> images, List<Question> questions, String... methods) {
    try (ModelLease lease = acquire(folder)) {
      return lease.answer(
          new ImageRequest(
              Visual.pictures(images), questions, TokenReducers.of(specs(methods)), ReduceBy.EACH));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NEXT, LLAVA})
  void questionsAndMethodsTogetherAnswerAsEachAlone(String folder) throws IOException {
    String[] methods = {
      "none",
      "prumerge",
      "prumerge+",
      "uniform:tokens=@prumerge",
      "random:tokens=20",
      "mmtok:tokens=30",
      "first:flops=@mmtok:tokens=30",
      "tome:tokens=90",
      "downsample:tokens=60"
    };
    List<Answer> together = answers(folder, two(), QUESTIONS, methods);
    for (int m = 0; m < methods.length; m++) {
      for (int q = 0; q < QUESTIONS.size(); q++) {
        Answer answer = together.get(q * methods.length + m);
        Answer alone = answers(folder, two(), List.of(QUESTIONS.get(q)), methods[m]).get(0);
        assertThat(answer.error()).as(methods[m]).isNull();
        assertThat(answer.text()).as(methods[m]).isEqualTo(alone.text());
        assertThat(answer.work().cost()).isEqualTo(alone.work().cost());
        assertThat(answer.tokens().keptIndices()).isEqualTo(alone.tokens().keptIndices());
        assertThat(answer.tokens().visualAfter()).isEqualTo(alone.tokens().visualAfter());
        assertThat(answer.methodSized()).isEqualTo(alone.methodSized());
      }
    }
    long executed = together.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
    long apart = together.stream().mapToLong(answer -> answer.work().cost().total()).sum();
    assertThat(executed).isBetween(apart / 20, apart);
  }

  /** 88 tokens of the square picture; the wide one in 1 x 3 tiles without their padding. */
  @Test
  void tokensAreSumsAndKeptPatchesGoOnThroughAllViews() throws IOException {
    List<Question> one = QUESTIONS.subList(0, 1);
    Answer first = answers(NEXT, two().subList(0, 1), one, "none").get(0);
    Answer second = answers(NEXT, two().subList(1, 2), one, "none").get(0);
    List<Answer> both = answers(NEXT, two(), one, "none", "prumerge", "first:tokens=18");
    Answer all = both.get(0);
    assertThat(all.tokens().visualBefore())
        .isEqualTo(first.tokens().visualBefore() + second.tokens().visualBefore());
    assertThat(all.tokens().visualAfter()).isEqualTo(all.tokens().visualBefore());
    assertThat(all.work().cost().vision())
        .isEqualTo(first.work().cost().vision() + second.work().cost().vision());
    assertThat(all.work().cost().projector())
        .isEqualTo(first.work().cost().projector() + second.work().cost().projector());
    List<Integer> expected = new ArrayList<>();
    int[] keptFirst =
        answers(NEXT, two().subList(0, 1), one, "prumerge").get(0).tokens().keptIndices();
    int[] keptSecond =
        answers(NEXT, two().subList(1, 2), one, "prumerge").get(0).tokens().keptIndices();
    Arrays.stream(keptFirst).forEach(expected::add);
    Arrays.stream(keptSecond).forEach(patch -> expected.add(5 * 16 + patch));
    assertThat(both.get(1).tokens().keptIndices())
        .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    // Two patches of each of 5 and 4 views.
    assertThat(both.get(2).tokens().visualAfter()).isEqualTo(18);
    assertThat(both.get(2).tokens().keptIndices())
        .containsExactly(0, 1, 16, 17, 32, 33, 48, 49, 64, 65, 80, 81, 96, 97, 112, 113, 128, 129);
  }

  /** One share of the tokens for each image by its views; of it, half for the whole image. */
  @Test
  void hiredSharesEachImagesTokensOut() throws IOException {
    int[] kept =
        answers(NEXT, two(), QUESTIONS.subList(0, 1), "hired:tokens=36")
            .get(0)
            .tokens()
            .keptIndices();
    int[] views = new int[9];
    Arrays.stream(kept).forEach(patch -> views[patch / 16]++);
    assertThat(views[0]).isEqualTo(10); // half of 36 x 5 / 9
    assertThat(views[5]).isEqualTo(8); // half of 36 x 4 / 9
    assertThat(IntStream.of(views).skip(1).limit(4).sum()).isBetween(6, 10);
    assertThat(IntStream.of(views).skip(6).sum()).isBetween(5, 8);
  }

  /** Each image by itself, with its part of the tokens by its views: 5 and 4 of 9. */
  @ParameterizedTest
  @ValueSource(strings = {"divprune", "holov", "prunesid", "otprune"})
  void tilesOfAnImageAreTakenTogetherAsAlone(String method) throws IOException {
    List<Question> one = QUESTIONS.subList(0, 1);
    Answer both = answers(NEXT, two(), one, method + ":tokens=72").get(0);
    Answer first = answers(NEXT, two().subList(0, 1), one, method + ":tokens=40").get(0);
    Answer second = answers(NEXT, two().subList(1, 2), one, method + ":tokens=32").get(0);
    assertThat(both.error()).isNull();
    assertThat(both.tokens().visualAfter())
        .isEqualTo(first.tokens().visualAfter() + second.tokens().visualAfter());
    assertThat(both.tokens().keptIndices())
        .containsExactly(
            IntStream.concat(
                    IntStream.of(first.tokens().keptIndices()),
                    IntStream.of(second.tokens().keptIndices()).map(patch -> 5 * 16 + patch))
                .toArray());
  }

  /** Each image's part is what the answers say of it, and for PruMerge what it is alone. */
  @Test
  void explainsEachImagesPart() throws IOException, ImageException {
    String[] methods = {"none", "prumerge", "first:tokens=18"};
    List<Answer> answers = answers(NEXT, two(), QUESTIONS.subList(0, 1), methods);
    try (ModelLease lease = acquire(NEXT)) {
      List<Explanation> both =
          lease.explain(Visual.pictures(two()), Optional.empty(), specs(methods));
      assertThat(both).hasSize(2);
      for (int m = 0; m < methods.length; m++) {
        MethodChoice first = both.get(0).choices().get(m);
        MethodChoice second = both.get(1).choices().get(m);
        assertThat(first.allTokens() + second.allTokens())
            .isEqualTo(answers.get(m).tokens().visualAfter());
        List<Integer> kept = new ArrayList<>(first.kept().orElse(List.of()));
        second.kept().orElse(List.of()).forEach(patch -> kept.add(5 * 16 + patch));
        int[] expected = answers.get(m).tokens().keptIndices();
        assertThat(kept)
            .isEqualTo(expected == null ? List.of() : IntStream.of(expected).boxed().toList());
      }
      Explanation alone = lease.explain(two().get(1), Optional.empty(), specs("none", "prumerge"));
      assertThat(both.get(1).tokens()).isEqualTo(alone.tokens());
      assertThat(both.get(1).grid()).isEqualTo(alone.grid());
      assertThat(both.get(1).choices().get(0)).isEqualTo(alone.choices().get(0));
      assertThat(both.get(1).choices().get(1).kept()).isEqualTo(alone.choices().get(1).kept());
      assertThat(both.get(1).choices().get(1).tokens()).isEqualTo(alone.choices().get(1).tokens());
      assertThat(both.get(1).views()).hasSize(alone.views().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "hired:tokens=36",
        "divprune:tokens=40",
        "apet:tokens=40",
        "otprune:tokens=40",
        "tome:tokens=90"
      })
  void aMethodAloneExecutesWhatItCosts(String method) throws IOException {
    answers(NEXT, two(), QUESTIONS.subList(0, 1), "none"); // computes what stays
    Answer own = answers(NEXT, two(), QUESTIONS.subList(0, 1), method).get(0);
    assertThat(own.error()).isNull();
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path(NEXT)).config());
    long before =
        own.work().cost().vision() + own.work().cost().reduction() + own.work().cost().projector();
    long decoder = own.work().flopsExecuted() - before;
    assertThat(decoder)
        .isBetween(cost.decoder().prefill(own.tokens().visualAfter()), own.work().cost().total());
    assertThat(decoder)
        .isLessThanOrEqualTo(own.work().cost().prefill() + own.work().cost().decode());
  }

  @ParameterizedTest
  @CsvSource({
    "What is <image>?, 'prompt_placeholder: the number of <image> in the prompt, 1, is not that of"
        + " its images, 2; give one for each, or none to have the images first'",
    "<image><image><image>?, 'prompt_placeholder: the number of <image> in the prompt, 3, is not"
        + " that of its images, 2; give one for each, or none to have the images first'",
  })
  void anotherNumberOfPlacesIsAnErrorOfThatQuestion(String question, String error)
      throws IOException {
    List<Answer> answers =
        answers(
            NEXT, two(), List.of(new Question(question, 2), new Question("Why?", 2)), "prumerge");
    assertThat(answers.get(0).error()).isEqualTo(error);
    assertThat(answers.get(1).error()).isNull();
  }

  @Test
  void aBrokenImageIsNamed() throws IOException {
    byte[] cut = Arrays.copyOf(picture("wide.png"), 60);
    assertThat(
            answers(LLAVA, List.of(picture("tall.png"), cut), QUESTIONS.subList(0, 2), "prumerge"))
        .extracting(Answer::error)
        .allSatisfy(error -> assertThat(error).startsWith("image_corrupt: Image 2 of 2: "));
    assertThat(answers(LLAVA, List.of(cut), QUESTIONS.subList(0, 1), "prumerge").get(0).error())
        .doesNotContain("Image 1");
  }

  @Test
  void aModelOfOneImageRefusesTwo() throws IOException {
    try (ModelLease lease =
        LlavaEngine.acquire(
            EngineConfigs.of(
                Goldens.path("queries/blip2").toString(),
                DeviceChoice.CPU,
                -1,
                DtypeChoice.FP32,
                ImageAspect.AUTO,
                "blip2"))) {
      assertThat(
              lease.answer(
                  new ImageRequest(
                      Visual.pictures(two()),
                      QUESTIONS.subList(0, 1),
                      TokenReducers.of(specs("none")),
                      ReduceBy.EACH)))
          .extracting(Answer::error)
          .containsExactly(
              "image_unsupported: The prompt has 2 images; a model of the family blip-2 takes one");
    }
  }

  @Test
  void cutsInsideTheDecoderWantOneImage() throws IOException {
    List<Answer> answers =
        answers(NEXT, two(), QUESTIONS.subList(0, 1), "fastv:layer=1,tokens=10", "prumerge");
    assertThat(answers.get(0).error())
        .startsWith("reduction_failed: Cannot drop tokens inside the decoder of 2 images");
    assertThat(answers.get(1).error()).isNull();
  }

  /** {@code priortr} compares the question with the template's text after the image. */
  @Test
  void aQuestionRightBehindItsImageHasNoNullToken() throws IOException {
    List<Question> questions =
        List.of(
            new Question("Is there a dog?", 4),
            new Question("<image>\nIs there a dog?", 4),
            new Question("In <image> is there a dog?", 4));
    List<Answer> answers =
        answers(NEXT, two().subList(0, 1), questions, "priortr:layer=1,tokens=10");
    assertThat(answers).extracting(Answer::error).startsWith(null, null);
    assertThat(answers.get(1).text()).isEqualTo(answers.get(0).text());
    String refusal =
        "reduction_failed: Cannot compare attention to the image with that of a token which sees no"
            + " question: the question stands right after its image; put a line break between them";
    assertThat(answers.get(2).error()).isEqualTo(refusal);
    List<Answer> alone =
        answers(
            NEXT,
            two().subList(0, 1),
            questions.subList(2, 3),
            "priortr:layer=1,tokens=10",
            "clse");
    assertThat(alone.get(0).error()).isEqualTo(refusal);
    assertThat(alone.get(1).error())
        .startsWith("reduction_failed: Cannot use clse: it filters the grid of one view's patches");
  }

  /** A question's own place for one image: its text before the image is its own. */
  @Test
  void oneImageMayStandWhereTheQuestionHasIt() throws IOException {
    List<Question> questions =
        List.of(
            new Question("Is there a dog?", 4),
            new Question("<image>\nIs there a dog?", 4),
            new Question("In <image> is there a dog?", 4));
    String[] methods = {"none", "prumerge", "fastv:layer=1,tokens=10"};
    List<Answer> answers = answers(NEXT, two().subList(0, 1), questions, methods);
    assertThat(answers).extracting(Answer::error).containsOnlyNulls();
    for (int m = 0; m < methods.length; m++) {
      assertThat(answers.get(3 + m).text()).isEqualTo(answers.get(m).text());
      assertThat(answers.get(6 + m).text())
          .isEqualTo(
              answers(NEXT, two().subList(0, 1), questions.subList(2, 3), methods[m])
                  .get(0)
                  .text());
    }
    try (ModelLease lease = acquire(NEXT)) {
      ImageRequest byFirst =
          new ImageRequest(
              Visual.pictures(two().subList(0, 1)),
              questions,
              TokenReducers.of(specs(methods)),
              ReduceBy.FIRST);
      List<Answer> first = lease.answer(byFirst);
      assertThat(first.get(1).error()).isNull();
      assertThat(first.get(2).error())
          .isEqualTo(
              "reduction_failed: Cannot keep what the first question keeps: the questions have"
                  + " different text before the image; reduce by each");
    }
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions that one of some letters answers, by the logits after the prompt. */
@Tag("model")
class LetterAnswersTest {

  private static final List<String> ALL =
      IntStream.range(0, 26).mapToObj(i -> "" + letter(i)).toList();
  private static final String MINI =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();
  private static final String ASKED = "Where is the table?\nA. here\nB. there\nC. nowhere";

  private static char letter(int option) {
    return (char) ('A' + option);
  }

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static ModelLease acquire(String folder, String template) {
    return LlavaEngine.acquire(
        EngineConfigs.of(
            folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, template));
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<Answer> answers(
      String folder, byte[] image, List<Question> questions, String... methods) {
    try (ModelLease lease = acquire(folder, "vicuna_v1")) {
      List<MethodSpec> specs = Stream.of(methods).map(MethodSpec::parseKnown).toList();
      return lease.answer(new ImageRequest(image, questions, specs, ReduceBy.EACH));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gqa, checkpoints/gqa",
    "next-mistral, families/next-mistral",
    "tied, onevision/tied",
    "mini,"
  })
  void theLetterIsTheOneOfTransformersLogits(String name, String folder) throws Exception {
    JsonNode golden = Goldens.json("letters/letters.json").at("/models/" + name);
    String model = folder == null ? MINI : Goldens.path(folder).toString();
    String template = golden.get("template").textValue();
    try (ModelLease lease = acquire(model, template);
        LlavaProcessor processor =
            LlavaProcessor.load(lease.model().checkpoint(), ImageAspect.AUTO, template)) {
      for (JsonNode one : golden.get("cases")) {
        List<String> letters = List.of(one.get("letters").textValue().split(""));
        String question = one.get("question").textValue();
        EncodedPrompt prompt =
            processor.prompts().withLetters(question, List.of(ViewGrid.ONE_VIEW), letters);
        assertThat(prompt.ids()).containsExactly(Goldens.ints(one.get("ids")));
        assertThat(prompt.letters())
            .containsExactlyElementsOf(
                IntStream.of(Goldens.ints(one.get("letter_ids"))).boxed().toList());
        Answer answer =
            lease
                .answer(
                    new ImageRequest(
                        picture(one.get("image").textValue()),
                        List.of(new Question(question, 9, letters)),
                        List.of(MethodSpec.NONE)))
                .get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.text()).as(question).isEqualTo(one.get("answer").textValue());
        assertThat(answer.finishReason()).isEqualTo("letter");
      }
    }
  }

  /** With questions that texts answer, after what all of them share. */
  @Test
  void questionsAndMethodsTogetherAnswerAsEachAlone() throws IOException {
    List<String> some = List.of("A", "B", "C");
    List<Question> questions =
        List.of(
            new Question(ASKED, 4),
            new Question(ASKED, 4, some),
            new Question("Is there a dog?\nA. yes\nB. no", 4, some.subList(0, 2)),
            new Question("What color is the car?", 3),
            new Question(ASKED, 4, some.subList(1, 3)));
    String[] methods = {
      "none",
      "prumerge",
      "prumerge+",
      "divprune:tokens=20",
      "mmtok:tokens=20",
      "tome:tokens=60",
      "fastv:layer=1,tokens=9",
      "sparsevlm:budgets=50/20,layers=0/1",
      "vtw:layer=1"
    };
    byte[] image = picture("wide.png");
    List<Answer> together = answers(MINI, image, questions, methods);
    long executed = together.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
    assertThat(executed)
        .isLessThan(together.stream().mapToLong(one -> one.work().cost().total()).sum());
    for (int m = 0; m < methods.length; m++) {
      for (int q = 0; q < questions.size(); q++) {
        Question question = questions.get(q);
        Answer answer = together.get(q * methods.length + m);
        Answer alone = answers(MINI, image, List.of(question), methods[m]).get(0);
        assertThat(answer.error()).as(methods[m]).isNull();
        assertThat(answer.text()).as(methods[m] + " " + question).isEqualTo(alone.text());
        assertThat(answer.work().cost()).isEqualTo(alone.work().cost());
        if (!question.letters().isEmpty()) {
          assertThat(question.letters()).contains(answer.text());
          assertThat(answer.finishReason()).isEqualTo("letter");
        } else {
          assertThat(answer.finishReason()).isIn("eos", "length");
        }
      }
    }
  }

  /** One prefill and nothing after it, however long a text might be. */
  @Test
  void aLetterCostsThePrompt() throws IOException {
    List<String> letters = List.of("A", "B", "C");
    List<Question> questions = List.of(new Question(ASKED, 1), new Question(ASKED, 64, letters));
    List<Answer> answers = answers(MINI, picture("wide.png"), questions, "none");
    Answer text = answers.get(0);
    Answer letter = answers.get(1);
    assertThat(letter.tokens().generated()).isOne();
    assertThat(letter.work().cost().decode()).isZero();
    assertThat(letter.work().millis().decode()).isZero();
    // The space before the letter is a token of the miniature's.
    assertThat(letter.tokens().text()).isEqualTo(text.tokens().text() + 1);
    int all = letter.tokens().text() + letter.tokens().visualAfter();
    assertThat(letter.work().kvCacheBytes() * (all - 1))
        .isEqualTo(text.work().kvCacheBytes() * all);
  }

  @Test
  void fromOneOptionToTwentySix() throws IOException {
    byte[] image = picture("rgba.png");
    List<Question> questions =
        IntStream.rangeClosed(1, 26)
            .mapToObj(options -> new Question(ASKED, 1, ALL.subList(0, options)))
            .toList();
    List<Answer> answers = answers(MINI, image, questions, "none");
    assertThat(answers.get(0).text()).isEqualTo("A");
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      assertThat(ALL.subList(0, i + 1)).contains(answers.get(i).text());
      chosen.add(answers.get(i).text());
    }
    // What is best of more letters is best of fewer, as long as it is among these.
    for (int i = 25; i > 0; i--) {
      if (ALL.indexOf(chosen.get(i)) < i) {
        assertThat(chosen.get(i - 1)).isEqualTo(chosen.get(i));
      }
    }
  }

  /** Its tokenizer has "▁A" and "▁D", but "▁" and "B". */
  @Test
  void lettersThatAreNoTokensAreErrors() throws IOException {
    String folder = Goldens.path("checkpoints/gqa").toString();
    List<Question> questions =
        List.of(
            new Question(ASKED, 2, List.of("A", "D")),
            new Question(ASKED, 2, List.of("A", "B")),
            new Question(ASKED, 2, List.of("B", "C")),
            new Question(ASKED, 2, List.of("XY")),
            new Question(ASKED, 2, List.of("B", "木")));
    List<Answer> answers = answers(folder, picture("wide.png"), questions, "none", "prumerge");
    for (int m = 0; m < 2; m++) {
      assertThat(answers.get(m).text()).isIn("A", "D");
      assertThat(answers.get(2 + m).error())
          .isEqualTo(
              "letter_not_a_token: the tokenizer has no token of its own for the letter 'B' after"
                  + " this prompt, apart from those for [A, B]; let this question be answered by text");
      assertThat(answers.get(4 + m).text()).isIn("B", "C");
      assertThat(answers.get(6 + m).error()).startsWith("letter_not_a_token: ").contains("'XY'");
      assertThat(answers.get(8 + m).error()).startsWith("letter_not_a_token: ").contains("'木'");
    }
  }

  /** A letter may stand in the question; the checkpoint's penalty is for texts. */
  @Test
  void aPenaltyOfRepetitionsChangesNoLetter(@TempDir Path folder) throws IOException {
    Goldens.copyCheckpoint("gqa", folder);
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"bos_token_id\": 1, \"eos_token_id\": 2, \"repetition_penalty\": 50.0}");
    byte[] image = picture("wide.png");
    List<Question> questions =
        Stream.of("BC", "EFG", "DIW", "XYZ", "LMNOP")
            .map(letters -> new Question("B C E F G D X Y L?", 4, List.of(letters.split(""))))
            .toList();
    List<Question> both =
        Stream.concat(questions.stream(), Stream.of(new Question("What is it?", 24))).toList();
    List<Answer> penalised = answers(folder.toString(), image, both, "none");
    List<Answer> plain = answers(Goldens.path("checkpoints/gqa").toString(), image, both, "none");
    for (int q = 0; q < questions.size(); q++) {
      assertThat(penalised.get(q).text()).isEqualTo(plain.get(q).text()).hasSize(1);
    }
    assertThat(penalised.get(questions.size()).text())
        .isNotEqualTo(plain.get(questions.size()).text());
  }

  /** Without an image, and where the prompt ends with white space of its own. */
  @Test
  void textsAloneAndRawPrompts() {
    List<String> letters = List.of("B", "C");
    for (String prompt : List.of("Answer:", "Answer: ", "Answer:\n")) {
      try (ModelLease lease = acquire(Goldens.path("checkpoints/gqa").toString(), "raw")) {
        Answer answer =
            lease
                .answer(
                    new ImageRequest(
                        (byte[]) null,
                        List.of(new Question(prompt, 1, letters)),
                        List.of(MethodSpec.NONE)))
                .get(0);
        assertThat(answer.error()).isNull();
        assertThat(letters).contains(answer.text());
      }
    }
  }
}

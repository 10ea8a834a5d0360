package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts about as long as a decoder with rotary positions was made for. */
@Tag("model")
class LongPromptTest {

  private static final String QUESTION = "Is there a dog?";

  @TempDir private Path folder;

  @AfterEach
  void closeTheModel() {
    LlavaEngine.releaseIdle();
  }

  private List<Answer> answers(String question, int newTokens, String... methods)
      throws IOException {
    EngineConfig config =
        EngineConfigs.of(
            folder.toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            ImageAspect.PAD,
            "vicuna_v1");
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              List.of(new Question(question, newTokens)),
              Stream.of(methods).map(MethodSpec::parseKnown).toList()));
    }
  }

  private void model(int positions, String scaling) throws IOException {
    LlavaEngine.releaseIdle();
    for (File file : Goldens.path("checkpoints/mha").toFile().listFiles()) {
      if (!Files.exists(folder.resolve(file.getName()))) {
        Files.copy(file.toPath(), folder.resolve(file.getName()));
      }
    }
    ObjectMapper json = new ObjectMapper();
    File config = folder.resolve("config.json").toFile();
    ObjectNode root = (ObjectNode) json.readTree(config);
    ObjectNode text = (ObjectNode) root.get("text_config");
    text.put("max_position_embeddings", positions);
    text.remove("rope_scaling");
    if (!scaling.isEmpty()) {
      text.set("rope_scaling", json.readTree(scaling));
    }
    json.writeValue(config, root);
  }

  @Test
  void aPromptMayHaveThePositionsOfTheDecoder() throws IOException {
    model(Integer.MAX_VALUE, "");
    Answer whole = answers(QUESTION, 2, "none").get(0);
    int prompt = whole.tokens().visualAfter() + whole.tokens().text();
    model(prompt, "");
    assertThat(answers(QUESTION, 20, "none"))
        .as("transformers lets an answer go on beyond them")
        .extracting(Answer::error)
        .containsOnlyNulls();

    model(prompt - 1, "");
    List<Answer> answers = answers(QUESTION, 2, "none", "first:tokens=5");
    assertThat(answers.get(0).error())
        .isEqualTo(
            "prompt_too_long: a prompt of %d positions goes beyond the %d that the model was made for; keep fewer visual tokens, or ask a shorter question"
                .formatted(prompt, prompt - 1));
    assertThat(answers.get(1).error()).as("what the decoder gets is shorter").isNull();
  }

  @Test
  void aScaledRopeReachesFurther() throws IOException {
    model(60, "");
    assertThat(answers(QUESTION, 2, "none").get(0).error()).startsWith("prompt_too_long");
    for (String type : List.of("linear", "dynamic", "yarn")) {
      model(60, "{\"rope_type\": \"%s\", \"factor\": 40}".formatted(type));
      assertThat(answers(QUESTION, 2, "none").get(0).error()).as(type).isNull();
    }
  }

  @Test
  void aQuestionWithoutEndHoldsNoDevice() throws IOException {
    model(4096, "");
    long start = System.nanoTime();
    Answer answer = answers("dog ".repeat(100_000), 2, "none").get(0);
    assertThat(answer.error()).startsWith("prompt_too_long: a prompt of ");
    assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layouts of one model, as the engine answers with them. */
@Tag("model")
class LayoutAnswersTest {

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  @ParameterizedTest
  @CsvSource({"hf, llava, FP32", "hf, llava, BF16", "hf+lora, vicuna+lora, FP32"})
  void answerAsEachOther(String model, String other, DtypeChoice dtype) throws IOException {
    List<Answer> answers = answers(model, dtype);
    List<Answer> others = answers(other, dtype);
    assertThat(answers).hasSize(6).allMatch(answer -> !answer.text().isEmpty());
    for (int i = 0; i < answers.size(); i++) {
      assertThat(others.get(i))
          .usingRecursiveComparison()
          .ignoringFields("work.millis")
          .isEqualTo(answers.get(i));
    }
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).as("native values left by closed models").isZero();
  }

  private static List<Answer> answers(String model, DtypeChoice dtype) throws IOException {
    String folders =
        Stream.of(model.split("\\+"))
            .map(name -> Goldens.path("layouts/" + name).toString())
            .collect(Collectors.joining("+"));
    EngineConfig config =
        EngineConfigs.of(folders, DeviceChoice.CPU, -1, dtype, ImageAspect.PAD, "vicuna_v1");
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              List.of(new Question("What is red?", 8), new Question("Where is the kite?", 8)),
              Stream.of("none", "prumerge", "prumerge+").map(MethodSpec::parse).toList()));
    }
  }
}

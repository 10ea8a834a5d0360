package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine answers with each {@link DeviceOption}, and with all of them, against none. */
@Tag("model")
class OptionAnswersTest {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** None of them has distances so near to each other that another batch exchanges two tokens. */
  private static final List<String> PICTURES =
      List.of("wide.png", "cmyk.jpg", "jpeg-444.jpg", "large.jpg", "wide.png");

  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 6), new Question("What is in this picture?", 4));

  private static final List<MethodSpec> METHODS =
      Stream.of(
              "none",
              "prumerge",
              "prumerge+",
              "divprune:tokens=32",
              "mmtok:tokens=24",
              "scope:tokens=16",
              "tome:tokens=200",
              "pact:layer=1",
              "fastv:layer=1,ratio=0.5")
          .map(MethodSpec::parse)
          .toList();

  /** Of an answer all but its times, and work that it shares with what runs at the same time. */
  private record Given(
      String method, String text, String error, int before, int after, String kept, Object cost) {

    static Given of(Answer answer) {
      AnswerTokens tokens = answer.tokens();
      return new Given(
          answer.method(),
          answer.text(),
          answer.error(),
          tokens.visualBefore(),
          tokens.visualAfter(),
          Arrays.toString(tokens.keptIndices()),
          answer.work().cost());
    }
  }

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.count()).isZero();
  }

  private static EngineConfig config(String checkpoint) {
    return EngineConfigs.of(
        Goldens.path(checkpoint).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "auto");
  }

  private static List<Given> answers(String checkpoint) throws Exception {
    List<Given> all = new ArrayList<>();
    try (ModelLease lease = LlavaEngine.acquire(config(checkpoint))) {
      List<CompletableFuture<List<Answer>>> asked = new ArrayList<>();
      for (String picture : PICTURES) {
        byte[] image = Files.readAllBytes(Goldens.path("images/" + picture));
        asked.add(lease.submit(new ImageRequest(image, QUESTIONS, METHODS), PATIENCE));
      }
      for (CompletableFuture<List<Answer>> one : asked) {
        lease.await(one, PATIENCE).forEach(answer -> all.add(Given.of(answer)));
      }
    }
    return all;
  }

  /** Towers of one size, of several views, and of any size; a decoder whose heads share keys. */
  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "families/next", "qwen/qwen2_5_vl/tied"})
  void answersAreTheSameWithEachOption(String checkpoint) throws Exception {
    List<Given> expected = answers(checkpoint);
    assertThat(expected).hasSize(PICTURES.size() * QUESTIONS.size() * METHODS.size());
    assertThat(expected.stream().filter(one -> one.error() == null)).hasSizeGreaterThan(20);
    int loads = LlavaEngine.loads();
    for (DeviceOption option : DeviceOption.values()) {
      assertThat(DeviceOptions.with(() -> answers(checkpoint), option))
          .as(option.property())
          .isEqualTo(expected);
    }
    assertThat(DeviceOptions.with(() -> answers(checkpoint), DeviceOption.values()))
        .as("all")
        .isEqualTo(expected);
    assertThat(LlavaEngine.loads() - loads).isGreaterThanOrEqualTo(DeviceOption.values().length);
  }
}

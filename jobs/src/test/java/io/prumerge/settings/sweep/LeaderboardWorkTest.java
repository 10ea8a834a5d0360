package io.prumerge.settings.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.engine.Answer;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the leaderboard says of its methods' work, on the miniature. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaderboardWorkTest {

  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");

  private final CostModel cost = CostModel.of(Checkpoint.open(CONF.resolve("mini-llava")).config());
  private ModelLease lease;
  private byte[] image;
  private int system;

  @BeforeAll
  void openTheModel() {
    Random random = new Random(4);
    byte[] pixels = new byte[3 * 168 * 168];
    for (int i = 0; i < pixels.length; i++) {
      int block = i / 3 / 168 / 24 * 7 + i / 3 % 168 / 24;
      pixels[i] = (byte) (37 * block + random.nextInt(20));
    }
    image = PngWriter.write(new RgbImage(168, 168, pixels));
    lease =
        LlavaEngine.acquire(
            new EngineConfig(
                CONF.resolve("mini-llava").toString(),
                -1,
                LoadSettings.DEFAULT
                    .with(LoadSettings.DEVICE, DeviceChoice.CPU)
                    .with(LoadSettings.DTYPE, DtypeChoice.FP32)
                    .with(LoadSettings.IMAGE_ASPECT, ImageAspect.PAD)
                    .with(LoadSettings.CONVERSATION, "vicuna_v1")));
    long first = ask(MethodSpec.NONE).work().flopsExecuted();
    long again = ask(MethodSpec.NONE).work().flopsExecuted();
    system =
        IntStream.range(1, 100)
            .filter(rows -> cost.decoder().prefill(rows) == first - again)
            .findFirst()
            .orElseThrow();
  }

  @AfterAll
  void closeIt() {
    lease.close();
    LlavaEngine.releaseIdle();
  }

  private Answer ask(MethodSpec method) {
    List<Question> questions = List.of(new Question("What is in the picture?", 1));
    return lease.answer(new ImageRequest(image, questions, List.of(method))).get(0);
  }

  static List<MethodSpec> methods() throws IOException {
    return SweepFile.read(CONF.resolve("sweeps").resolve("leaderboard.yaml")).methods();
  }

  private static boolean seesASmallerPicture(MethodSpec method) {
    return TokenReducers.of(method).needs().stream()
        .anyMatch(TowerEvidence.SmallImage.class::isInstance);
  }

  /**
   * A question that is asked alone executes all that it costs, but for the system prompt's rows,
   * whose keys are at hand: in each layer they would see the text and as many visual tokens as the
   * layers have on average. After a smaller picture the whole one's patches were embedded too.
   */
  @ParameterizedTest
  @MethodSource("methods")
  void whatRanIsWhatTheRowSays(MethodSpec method) {
    Answer answer = ask(method);
    assertThat(answer.error()).isNull();
    int layers = cost.shape().decoder().layers();
    long visual = Math.round(answer.tokens().visualLayerMean() * layers);
    long unseen = system * (visual + (long) layers * answer.tokens().text());
    long keysAtHand =
        cutsAheadOfTheirLayer(method) * cost.decoder().evidence().attention(0, system, 0);
    assertThat(answer.work().flopsExecuted())
        .isEqualTo(
            answer.work().cost().total()
                - cost.decoder().of((long) layers * system, unseen, 0)
                - keysAtHand
                + (seesASmallerPicture(method) ? cost.tower().layers(0) : 0));
    String budget = method.parameters().getOrDefault("tokens", "");
    if (budget.startsWith(MethodSpec.LAYER_MEAN)) {
      double mean = Double.parseDouble(budget.substring(MethodSpec.LAYER_MEAN.length()));
      assertThat(Math.abs(answer.tokens().visualLayerMean() - mean))
          .as("%s, as %s", method, answer.methodSized())
          .isLessThan(4);
    } else if (!budget.isEmpty()) {
      int tokens = Integer.parseInt(budget);
      int side = (int) Math.sqrt(tokens);
      assertThat(answer.tokens().visualAfter())
          .isEqualTo(seesASmallerPicture(method) ? side * side : tokens);
    }
  }

  @Test
  void aBudgetSizesAMethodForTheImage() {
    assertThat(ask(MethodSpec.NONE).methodSized()).isNull();
    int count = ask(MethodSpec.parse("prumerge+")).tokens().visualAfter();
    Answer sameCount = ask(MethodSpec.parse("fastv:layer=1,tokens=@prumerge+"));
    assertThat(sameCount.method()).isEqualTo("fastv:layer=1,tokens=@prumerge+");
    assertThat(sameCount.methodSized()).isEqualTo("fastv:layer=1,tokens=" + count);
    assertThat(sameCount.tokens().visualLayerMean()).isEqualTo((144 + 5 * count) / 6.0);
    Answer target = ask(MethodSpec.parse("fastv:layer=1,tokens=40"));
    Answer sameFlops = ask(MethodSpec.parse("uniform:flops=@fastv:layer=1,tokens=40"));
    assertThat(sameFlops.methodSized()).startsWith("uniform:tokens=");
    long token =
        cost.decoder().prefill(100) - cost.decoder().prefill(99) + cost.connector().of(1, 0);
    assertThat(sameFlops.work().cost().total())
        .isCloseTo(target.work().cost().total(), within(token));
  }

  // Those that look at keys of the layer to come, the system prompt's among them.
  private static int cutsAheadOfTheirLayer(MethodSpec method) {
    return switch (method.name()) {
      case "pyramiddrop" -> method.parameters().get("layers").split("/").length;
      case "vscan" -> 1;
      default -> 0;
    };
  }
}

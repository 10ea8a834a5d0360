package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
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

/** LLaVA-OneVision under every kind of method: a tower without a class token, 16 patches a view. */
@Tag("model")
class OneVisionAnswersTest {

  /** 96 x 96 pixels in 4 x 4 tiles of 31: 16 lines of 16 patches, made smaller to 12 of 12. */
  private static final String PICTURE = "square-96.png";

  private static final int TOKENS = 16 + 12 * 13;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config() {
    return EngineConfigs.of(
        Goldens.path("onevision/tied").toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "qwen_1_5");
  }

  private static List<Answer> answers(String... methods) throws IOException {
    List<Question> questions = List.of(new Question("Is it a dog?", 4), new Question("Where?", 4));
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/" + PICTURE)),
              questions,
              Stream.of(methods).map(MethodSpec::parseKnown).toList()));
    }
  }

  /** A picture of this model has up to 37 views, whose pixels there is room for. */
  @Test
  void aVideoCountsAsSoManyPicturesAsHaveItsViews() {
    byte[] file = {1};
    try (ImageAnswerer answerer = ImageAnswerer.load(config(), 1)) {
      assertThat(answerer.expectedWeight(request())).isOne();
      assertThat(answerer.expectedWeight(request(new Visual.Picture(file)))).isOne();
      for (int[] weight : new int[][] {{1, 1}, {37, 1}, {38, 2}, {768, 21}}) {
        Visual video = new Visual.Video(Collections.nCopies(weight[0], file), FrameTimes.UNKNOWN);
        assertThat(answerer.expectedWeight(request(video))).isEqualTo(weight[1]);
        assertThat(answerer.expectedWeight(request(video, new Visual.Picture(file))))
            .isEqualTo(weight[1] + 1);
      }
    }
  }

  private static ImageRequest request(Visual... visuals) {
    return new ImageRequest(List.of(visuals), List.of(), List.of(), ReduceBy.EACH);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 172",
    "uniform:tokens=34, 34", // 2 of each of 17 views
    "'pool:cols=2,rows=2', 68",
    "downsample:tokens=153, 153", // 3 x 3 of each
    "divprune:tokens=51, 51",
    "'apet:basis=2,tokens=51', 51",
    "otprune:tokens=51, 51",
    "hiprune:tokens=85, 85", // which looks at attention that patches get
    "'vispruner:attention=received,tokens=68', 68",
    "'fastervlm:attention=received,tokens=68', 68",
    "'prumerge:attention=received,tokens=34', 34",
    "'visionzip:attention=received,tokens=136', 136",
    "'vscan:attention=received,layer=1,tokens=34', 51",
    "tome:tokens=51, 51", // acts inside the tower
    "'fastv:layer=1,tokens=10', 172",
    "'pyramiddrop:layers=1,ratio=0.5', 172",
    "'vtw:layer=1', 172",
  })
  void leavesSoManyTokensOfAllViews(String method, int tokens) throws IOException {
    for (Answer answer : answers(method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(TOKENS);
      assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "prumerge+:tokens=34",
        "fastervlm:tokens=34",
        "scope:tokens=34",
        "holov:tokens=34",
        "prunesid:tokens=34",
        "vscan:tokens=34",
        "vispruner:tokens=68",
        "'visionzip:contextual=1,dominant=3'",
        "hired:tokens=34",
        "flowcut:tokens=34",
        "uniform:tokens=@prumerge"
      })
  void methodsThatLookAtTheClassTokenAreRefused(String method) throws IOException {
    for (Answer answer : answers(method.replace("'", ""))) {
      assertThat(answer.error())
          .startsWith("reduction_failed: Cannot look at the class token: ")
          .contains("divprune", "vispruner:attention=received");
    }
  }

  @Test
  void explanationsShowWhatPatchesGet() throws IOException, ImageException {
    byte[] picture = Files.readAllBytes(Goldens.path("images/" + PICTURE));
    MethodSpec method = MethodSpec.parseKnown("divprune:tokens=51");
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      Explanation one = lease.explain(picture, Optional.empty(), List.of(method));
      assertThat(one.received()).contains(new ReceivedAttention(3, 3));
      assertThat(one.tokens()).isEqualTo(TOKENS);
      assertThat(one.views())
          .hasSize(17)
          .allSatisfy(
              view ->
                  assertThat(view.attention().stream().mapToDouble(Float::doubleValue).sum())
                      .isCloseTo(1, within(1e-6)));
      assertThat(one.choices().get(0).kept().orElseThrow())
          .containsExactlyElementsOf(
              IntStream.of(answers(method.toString()).get(0).tokens().keptIndices())
                  .boxed()
                  .toList());
    }
  }

  /** One view each, padded to a square, with a learned row after it; 16 patches a view. */
  @ParameterizedTest
  @CsvSource({
    "none, 34",
    "uniform:tokens=20, 20",
    "'divprune:tokens=10,positions=kept', 10",
    "downsample:tokens=18, 18",
    "tome:tokens=16, 16",
    "'vispruner:attention=received,tokens=12', 12",
  })
  void severalImagesAreSeenWhole(String method, int tokens) throws IOException {
    List<byte[]> pictures =
        List.of(
            Files.readAllBytes(Goldens.path("images/" + PICTURE)),
            Files.readAllBytes(Goldens.path("images/wide.png")));
    List<Question> questions = List.of(new Question("Is it a dog?", 4));
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      Answer answer =
          lease
              .answer(
                  new ImageRequest(
                      Visual.pictures(pictures),
                      questions,
                      TokenReducers.of(List.of(MethodSpec.parseKnown(method))),
                      ReduceBy.EACH))
              .get(0);
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(34);
      assertThat(answer.tokens().visualAfter()).isEqualTo(tokens);
    }
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() throws IOException {
    String[] methods = {"none", "divprune:tokens=51", "tome:tokens=51", "fastv:layer=1,tokens=10"};
    List<String> together = answers(methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(methods[m]);
      assertThat(alone.get(0).text()).isEqualTo(together.get(m));
      assertThat(alone.get(1).text()).isEqualTo(together.get(methods.length + m));
    }
  }

  @Test
  void theTowerIsPaidForEveryView() throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("onevision/tied")).config());
    Answer answer = answers("none").get(0);
    assertThat(answer.work().cost().vision()).isEqualTo(17 * cost.tower().features());
    assertThat(answer.work().cost().projector()).isEqualTo(cost.connector().of(17 * 16, 0));
    assertThat(answer.work().cost().reduction()).isZero();
  }

  /**
   * torch's FlopCounterMode over the reference up to the first token, eager attention. It counts
   * the angles of the rotation too, which are a matrix product there.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tied", "untied"})
  void flopsAreTorchs(String name) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("onevision/" + name)).config();
    CostModel cost = CostModel.of(config);
    JsonNode cases = Goldens.json("onevision/onevision.json").get("cases").get(name);
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int views = one.get("views").asInt();
      int text = one.get("ids").size() - 1;
      int tokens = text + one.get("tokens").asInt();
      JsonNode flops = one.get("flops");
      assertThat(views * cost.tower().features()).isEqualTo(flops.get("tower").asLong());
      assertThat(
              views * cost.tower().features()
                  + cost.connector().of(views * config.vision().patches(), 0)
                  + cost.decoder().prefill(tokens)
                  + (long) config.text().heads().width() * tokens)
          .isEqualTo(flops.get("all").asLong());
    }
  }

  /** What VisPruner's authors rank SigLIP's patches by (Theia-4869/VisPruner aefa01a). */
  @Test
  void attentionThatPatchesGetIsTheReferences() throws IOException, ImageException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("onevision/tied"));
    TokenReducer method =
        TokenReducers.of(MethodSpec.parse("vispruner:attention=received,tokens=34"));
    byte[] bytes = Files.readAllBytes(Goldens.path("images/wide.png"));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen_1_5")) {
      RgbImage image = ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
      PreparedImages views =
          PreparedImages.of(
              processor.images().alone().views(image),
              processor.images().alone().grid(image.width(), image.height()),
              Sha256.of(bytes));
      TowerDepth depth = TowerDepth.of(List.of(method));
      try (EncodedImages encoded = model.encode(List.of(views), depth).get(0)) {
        float[] expected =
            Goldens.floats("onevision/onevision.safetensors", "tied/wide.png/received");
        float[] received = new float[expected.length];
        int at = 0;
        for (EncodedView view : encoded.views()) {
          float[] own = view.of(new TowerEvidence.ColumnAttention(new TowerLayer.Last()));
          System.arraycopy(own, 0, received, at, own.length);
          at += own.length;
        }
        assertThat(at).isEqualTo(expected.length);
        ModelGoldenTest.assertClose(received, expected, "received");
      }
    }
  }
}

package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.ScarceTorch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Videos against transformers' LLaVA-OneVision. {@code odd} has 5 x 5 patches a frame, of which
 * methods see 3 x 3; {@code untied} 4 x 4 and 2 x 2.
 */
@Tag("model")
class VideoAnswersTest {

  private static final String QUESTION = "Is there a dog in the image?";
  private static final String ODD = "video/odd";

  /** Of two layers, and few tokens. */
  private static final List<String> INSIDE_DECODER =
      List.of(
          "clse:layers=1,tokens=3",
          "dart:layer=1,tokens=4",
          "deeprandom:layer=1,tokens=4",
          "fastv:layer=1,tokens=4",
          "pact:layer=1",
          "pyramiddrop:layers=1,ratio=0.5",
          "sparsevlm:budgets=4,layers=0,version=2",
          "v2drop:layers=1,ratios=0.5",
          "vscan:attention=received,layer=1,tokens=4",
          "vtw:layer=1",
          "mmtok:tokens=4",
          "cdpruner:clip=CLIP,tokens=4",
          "trim:clip=CLIP,tokens=4",
          "hiprune:tokens=5",
          "divprune:tokens=5..fastv:layer=1,tokens=2",
          "visionzip:attention=received,tokens=5",
          "prumerge:attention=received",
          "prumerge+:attention=received,tokens=5");

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String model) {
    return EngineConfigs.of(
        Goldens.path(model).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "qwen_1_5");
  }

  private static JsonNode cases(String model) throws IOException {
    String name = model.substring(model.indexOf('/') + 1);
    return Goldens.json("video/video.json").get("cases").get(name);
  }

  private static Visual.Video video(int frames, JsonNode size) {
    return video(frames, size.get("width").asInt(), size.get("height").asInt());
  }

  private static Visual.Video video(int frames, int width, int height) {
    return new Visual.Video(MadeFrames.files(frames, width, height), FrameTimes.UNKNOWN);
  }

  private static List<TokenReducer> reducers(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).map(TokenReducers::of).toList();
  }

  private static List<Answer> answers(
      String model, List<Visual> visuals, String question, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config(model))) {
      return lease.answer(
          new ImageRequest(
              visuals, List.of(new Question(question, 12)), reducers(methods), ReduceBy.EACH));
    }
  }

  private static Answer answer(Visual.Video video, String method) {
    return answers(ODD, List.of(video), QUESTION, method).get(0);
  }

  @ParameterizedTest
  @CsvSource({"video/odd, 5", "onevision/untied, 3"})
  void saysWhatTheReferenceSays(String model, int videos)
      throws IOException, ImageException, PromptException {
    JsonNode cases = cases(model);
    assertThat(cases.size()).isEqualTo(videos);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (String frames : (Iterable<String>) cases::fieldNames) {
        check(loaded, model, Integer.parseInt(frames), cases.get(frames));
      }
    }
  }

  private static void check(LoadedModel loaded, String model, int frames, JsonNode expected)
      throws IOException, ImageException, PromptException {
    String key = model.substring(model.indexOf('/') + 1) + "/" + frames + "/";
    List<TokenReducer> none = reducers("none");
    PreparedImages prepared = loaded.prepare(List.of(video(frames, expected)), none);
    EncodedPrompt prompt = loaded.prompts().withImages(QUESTION, prepared.grids().images());
    assertThat(prompt.ids()).containsExactly(Goldens.ints(expected.get("ids")));
    assertThat(loaded.prompts().withImages("<video>\n" + QUESTION, prepared.grids().images()))
        .isEqualTo(prompt);
    LlavaModel llava = loaded.model();
    try (EncodedImages encoded = llava.encode(List.of(prepared), TowerDepth.of(none), 3).get(0);
        ReducedImages all = encoded.reduce(none.get(0));
        ProjectedTokens projected = llava.project(all)) {
      assertThat(all.tokens()).isEqualTo(expected.get("tokens").asInt());
      assertThat(encoded.tokens()).isEqualTo(all.tokens());
      close(key + "features", llava.floats(projected.rows()));
      close(key + "logits", llava.logits(group(prompt, projected)));
    }
  }

  private static void close(String key, float[] actual) throws IOException {
    ModelGoldenTest.assertClose(actual, Goldens.floats("video/video.safetensors", key), key);
  }

  private static PromptGroup group(EncodedPrompt prompt, ProjectedTokens visual) {
    int[] ids = prompt.ids();
    return new PromptGroup(
        Arrays.copyOf(ids, prompt.lastSlot() + 1),
        prompt.imageSlots()[0],
        prompt.imageSlots(),
        VisualRows.packed(visual),
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, prompt.lastSlot() + 1, ids.length)),
        List.of(new GenerationLimits(12, 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {ODD, "onevision/untied"})
  void answersAreTheReferences(String model) throws IOException {
    JsonNode cases = cases(model);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (String frames : (Iterable<String>) cases::fieldNames) {
        JsonNode one = cases.get(frames);
        Answer answer =
            answers(model, List.of(video(Integer.parseInt(frames), one)), QUESTION, "none").get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.text())
            .isEqualTo(loaded.tokenizer().answer(Goldens.ints(one.get("greedy"))));
        assertThat(answer.tokens().visualBefore()).isEqualTo(one.get("tokens").asInt());
        assertThat(answer.tokens().visualAfter()).isEqualTo(one.get("tokens").asInt());
      }
    }
  }

  /** torch's FlopCounterMode over the reference up to the first token, as OneVisionAnswersTest. */
  @ParameterizedTest
  @ValueSource(strings = {ODD, "onevision/untied"})
  void flopsAreTorchs(String model) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path(model)).config();
    CostModel cost = CostModel.of(config);
    JsonNode cases = cases(model);
    for (String frames : (Iterable<String>) cases::fieldNames) {
      JsonNode one = cases.get(frames);
      Visual.Video video = video(Integer.parseInt(frames), one);
      LlavaEngine.releaseIdle(); // or the system prompt is there already
      Answer answer = answers(model, List.of(video), QUESTION, "none").get(0);
      AnswerWork work = answer.work();
      assertThat(work.cost().vision()).isEqualTo(one.get("flops").get("tower").asLong());
      int tokens = one.get("ids").size() - 1 + one.get("tokens").asInt();
      assertThat(
              work.cost().vision()
                  + work.cost().projector()
                  + cost.decoder().prefill(tokens)
                  + (long) config.text().heads().width() * tokens)
          .isEqualTo(one.get("flops").get("all").asLong());
      assertThat(work.cost().reduction()).isZero();
      // The system prompt's rows see nothing behind them.
      assertThat(work.flopsExecuted())
          .isBetween(work.cost().total() * 9 / 10, work.cost().total() - 1);
    }
  }

  /** Cosines are of the patches that methods see; the connector's rows cost nothing more. */
  @Test
  void methodsPayForPooledPatches() {
    long width = Checkpoint.open(Goldens.path(ODD)).config().text().hiddenSize();
    Visual.Video video = video(5, 90, 20);
    AnswerWork none = answer(video, "none").work();
    AnswerWork divprune = answer(video, "divprune:tokens=15").work();
    assertThat(divprune.cost().reduction()).isEqualTo(5 * (3 * 9 * width + 2 * 9 * 9 * width));
    assertThat(divprune.cost().projector()).isEqualTo(none.cost().projector());
    assertThat(divprune.cost().vision()).isEqualTo(none.cost().vision());
    assertThat(divprune.cost().prefill()).isLessThan(none.cost().prefill());
    assertThat(divprune.kvCacheBytes()).isLessThan(none.kvCacheBytes());
  }

  @Test
  void halfPrecisionAnswersToo() {
    EngineConfig half =
        EngineConfigs.of(
            Goldens.path(ODD).toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.BF16,
            ImageAspect.AUTO,
            "qwen_1_5");
    try (ModelLease lease = LlavaEngine.acquire(half)) {
      assertThat(
              lease.answer(
                  new ImageRequest(
                      List.of(video(3, 37, 37)),
                      List.of(new Question(QUESTION, 2)),
                      reducers("none", "divprune:tokens=15", "hiprune:tokens=15"),
                      ReduceBy.EACH)))
          .extracting(Answer::error)
          .containsOnlyNulls();
    }
  }

  /** Attention that patches get, pooled as the features are, as HoliTom's code does it. */
  @Test
  void attentionThatPatchesGetIsPooled() throws IOException, ImageException {
    List<TokenReducer> method = reducers("vispruner:attention=received,tokens=9");
    JsonNode cases = cases(ODD);
    try (LoadedModel loaded = LoadedModel.load(config(ODD))) {
      for (int frames : new int[] {1, 3, 16}) {
        PreparedImages prepared =
            loaded.prepare(List.of(video(frames, cases.get("" + frames))), method);
        try (EncodedImages encoded =
            loaded.model().encode(List.of(prepared), TowerDepth.of(method), 2).get(0)) {
          float[] received = new float[9 * frames];
          for (EncodedView view : encoded.views()) {
            float[] own = view.of(new TowerEvidence.ColumnAttention(new TowerLayer.Last()));
            System.arraycopy(own, 0, received, 9 * view.view(), 9);
          }
          close("odd/" + frames + "/received", received);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 46, 46",
    "first:tokens=10, 46, 11", // and the learned row
    "uniform:tokens=12, 46, 13", // 3, 3, 2, 2 and 2 of the frames
    "random:tokens=45, 46, 46",
    "'pool:cols=2,rows=2', 46, 21",
    "'pool:cols=1,rows=1', 46, 6",
    "divprune:tokens=15, 46, 16",
    "'divprune:positions=kept,tokens=15', 46, 16",
    "hiprune:tokens=25, 46, 26", // attention that patches get
    "'vispruner:attention=received,tokens=20', 46, 21",
    "'fastervlm:attention=received,tokens=20', 46, 21",
    "'visionzip:attention=received,tokens=40', 46, 41",
    "'fastv:layer=1,tokens=10', 46, 46",
    "'pyramiddrop:layers=1,ratio=0.5', 46, 46",
    "'vtw:layer=1', 46, 46",
    "frames=2, 46, 19",
    "frames=40%, 46, 19",
    "frames=1, 46, 10",
    "frames=9, 46, 46",
  })
  void leavesSoManyTokensOfAllFrames(String method, int before, int after) {
    Answer answer = answer(video(5, 90, 20), method);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(before);
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "fastervlm:tokens=20",
        "tome:tokens=20",
        "downsample:tokens=20",
        "flowcut:tokens=20",
        "resize:tokens=20",
        "first:tokens=46",
        "first:tokens=4",
      })
  void refusesWithAReason(String method) {
    assertThat(answer(video(5, 90, 20), method).error()).startsWith("reduction_failed: Cannot ");
  }

  /** Whatever the method, a video is answered or refused with a reason. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void everyMethodAnswersOrSaysWhyNot(int frames) {
    List<String> methods =
        Stream.concat(
                TokenReducers.names().stream()
                    .map(TokenReducers::named)
                    .filter(method -> !method.takesAnyNumber())
                    .map(TokenReducers::shortest)
                    .map(spec -> spec.replace("tokens=64", "tokens=6")),
                INSIDE_DECODER.stream())
            .map(spec -> spec.replace("CLIP", Goldens.path("clips/mha").toString()))
            .toList();
    List<Answer> answers =
        answers(ODD, List.of(video(frames, 45, 61)), QUESTION, methods.toArray(String[]::new));
    assertThat(answers).hasSize(methods.size());
    assertThat(answers).filteredOn(answer -> answer.error() == null).hasSizeGreaterThan(20);
    assertThat(answers)
        .filteredOn(answer -> answer.error() != null)
        .allMatch(answer -> answer.error().startsWith("reduction_failed: Cannot "));
  }

  @Test
  void whatIsInsideTheTowerIsRefusedByName() {
    assertThat(answer(video(5, 90, 20), "tome:tokens=20").error())
        .contains("for a video, whose patches are pooled behind the connector");
  }

  @Test
  void keptPatchesAreNumberedThroughTheFrames() {
    Answer answer = answer(video(2, 45, 61), "uniform:tokens=4");
    int[] kept = answer.tokens().keptIndices();
    assertThat(kept).hasSize(4);
    assertThat(IntStream.of(kept).filter(patch -> patch < 9).count()).isEqualTo(2);
    assertThat(IntStream.of(kept).max().orElseThrow()).isBetween(9, 17);
    assertThat(answer(video(2, 45, 61), "none").tokens().keptIndices()).isNull();
  }

  @Test
  void passesOfTheTowerMakeTheRowsOfOne() throws ImageException {
    List<TokenReducer> none = reducers("none");
    try (LoadedModel loaded = LoadedModel.load(config(ODD))) {
      PreparedImages prepared = loaded.prepare(List.of(video(7, 40, 30)), none);
      List<float[]> rows = new ArrayList<>();
      for (int most : new int[] {1, 2, 3, 6, 7, 100}) {
        try (EncodedImages encoded =
                loaded.model().encode(List.of(prepared), TowerDepth.of(none), most).get(0);
            ReducedImages all = encoded.reduce(none.get(0));
            ProjectedTokens projected = loaded.model().project(all)) {
          rows.add(loaded.model().floats(projected.rows()));
        }
      }
      rows.forEach(one -> ModelGoldenTest.assertClose(one, rows.get(4), "passes"));
    }
  }

  @Test
  void aVideoThatTheTowerDoesNotHoldIsEncodedInSmallerPasses() throws ImageException {
    List<TokenReducer> none = reducers("none");
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(ODD));
    int side = checkpoint.config().vision().imageSize();
    int frame = checkpoint.config().vision().channels() * side * side;
    ScarceTorch torch = // closed with the model
        new ScarceTorch(
            TorchRuntime.open(), checkpoint.config().tower().script(), "pixels", 2 * frame);
    CachePlan plan =
        CachePlan.of(Device.cpu(), Precision.FP32, Quantization.NONE, checkpoint.config());
    try (LoadedModel loaded = LoadedModel.load(config(ODD));
        LlavaModel scarce =
            LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan, torch)) {
      PreparedImages prepared = loaded.prepare(List.of(video(7, 40, 30)), none);
      IntFunction<EncodedImages> encode =
          most -> scarce.encode(List.of(prepared), TowerDepth.of(none), most).get(0);
      List<float[]> whole = features(encode.apply(2));
      long open = OpenValues.count();
      List<float[]> halved = features(new VideoPasses("cpu", 32).encode(7, encode));
      assertThat(OpenValues.count()).as("of the passes that failed, too").isEqualTo(open);
      for (int view = 0; view < 7; view++) {
        ModelGoldenTest.assertClose(halved.get(view), whole.get(view), "frame " + view);
      }
      assertThat(torch.asked().stream().map(elements -> elements / frame))
          .containsExactly(2, 2, 2, 1, 7, 3, 1, 1, 1, 1, 1, 1, 1);
    }
  }

  private static List<float[]> features(EncodedImages encoded) {
    try (encoded) {
      return encoded.views().stream().map(view -> view.of(new TowerEvidence.Features())).toList();
    }
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() {
    List<Visual> video = List.of(video(5, 90, 20));
    String[] methods = {"none", "divprune:tokens=15", "frames=2", "fastv:layer=1,tokens=10"};
    List<String> together =
        answers(ODD, video, QUESTION, methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      assertThat(answers(ODD, video, QUESTION, methods[m]).get(0).text())
          .isEqualTo(together.get(m));
    }
  }

  /** Fewer frames are those frames alone. */
  @Test
  void fewerFramesAreAVideoOfThese() {
    Visual.Video all = video(5, 90, 20);
    Visual.Video some =
        new Visual.Video(List.of(all.frames().get(1), all.frames().get(3)), FrameTimes.UNKNOWN);
    Answer fewer = answer(all, "frames=2");
    Answer alone = answer(some, "none");
    assertThat(fewer.text()).isEqualTo(alone.text());
    assertThat(fewer.work().cost()).isEqualTo(alone.work().cost());
  }

  @Test
  void picturesAndVideosShareAPrompt() {
    Visual picture = new Visual.Picture(MadeFrames.files(1, 50, 40).get(0));
    List<Visual> both = List.of(picture, video(2, 45, 61));
    for (String question : List.of(QUESTION, "<image> and <video>: which?")) {
      Answer answer = answers(ODD, both, question, "none").get(0);
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(113 + 19); // in tiles; the video
    }
    assertThat(answers(ODD, both, "<video> and <image>?", "none").get(0).error())
        .isEqualTo(
            "prompt_placeholder: place 1 in the prompt is not that of its image, a picture; write"
                + " <image> there");
    assertThat(answers(ODD, both, "<video>?", "none").get(0).error())
        .isEqualTo(
            "prompt_placeholder: the number of <image> and <video> in the prompt, 1, is not that of"
                + " its images, 2; give one for each, or none to have the images first");
    assertThat(answers(ODD, both, QUESTION, "frames=1").get(0).error())
        .startsWith("reduction_failed: Cannot take fewer frames of a picture");
    assertThat(answers(ODD, both, QUESTION, "tome:tokens=20").get(0).error())
        .startsWith("reduction_failed: Cannot drop patches inside the tower");
  }

  /** One picture is seen in tiles, as without the video, and two are seen whole only. */
  @Test
  void answersAboutPicturesBesideAVideoAreTheReferences()
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json("video/video.json").get("beside");
    assertThat(cases.size()).isEqualTo(2);
    try (LoadedModel loaded = LoadedModel.load(config(ODD))) {
      for (JsonNode one : cases) {
        List<Visual> visuals = new ArrayList<>();
        String places = "";
        for (JsonNode size : one.get("pictures")) {
          List<byte[]> made = MadeFrames.files(1, size.get(0).asInt(), size.get(1).asInt());
          visuals.add(new Visual.Picture(made.get(0)));
          places += "<image>\n";
        }
        int[] shown = Goldens.ints(one.get("video"));
        visuals.add(video(shown[0], shown[1], shown[2]));
        String question = places + "<video>\n" + QUESTION;
        List<ViewGrid> grids = loaded.prepare(visuals, reducers("none")).grids().images();
        assertThat(loaded.prompts().withImages(question, grids).ids())
            .containsExactly(Goldens.ints(one.get("ids")));
        Answer answer = answers(ODD, visuals, question, "none").get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.tokens().visualBefore())
            .isEqualTo(IntStream.of(Goldens.ints(one.get("tokens"))).sum());
        assertThat(answer.text())
            .isEqualTo(loaded.tokenizer().answer(Goldens.ints(one.get("greedy"))));
      }
    }
  }

  @Test
  void framesThatCannotBeUsedAreNamed() {
    List<byte[]> frames = MadeFrames.files(3, 40, 30);
    Visual.Video cut =
        new Visual.Video(
            List.of(frames.get(0), Arrays.copyOf(frames.get(1), 60)), FrameTimes.UNKNOWN);
    assertThat(answer(cut, "none").error()).startsWith("image_corrupt: Frame 2 of 2: ");
    Visual.Video missing =
        new Visual.Video(List.of(frames.get(0), new byte[0]), FrameTimes.UNKNOWN);
    assertThat(answer(missing, "none").error())
        .isEqualTo("image_missing: Frame 2 of 2: The image has no bytes");
    Visual.Video uneven =
        new Visual.Video(
            List.of(frames.get(0), MadeFrames.files(1, 41, 30).get(0)), FrameTimes.UNKNOWN);
    assertThat(answer(uneven, "none").error())
        .isEqualTo(
            "video_unsupported: Frame 2 of 2: 41x30 pixels, but the video's first frame has 40x30;"
                + " give all frames one size");
  }

  @Test
  void familiesWithoutVideosSayWhatToUse() {
    EngineConfig llava =
        EngineConfigs.of(
            Goldens.path("checkpoints/bf16").toString(),
            DeviceChoice.CPU,
            -1,
            DtypeChoice.FP32,
            ImageAspect.AUTO,
            "vicuna_v1");
    try (ModelLease lease = LlavaEngine.acquire(llava)) {
      Answer answer =
          lease
              .answer(
                  new ImageRequest(
                      List.of(video(2, 40, 30)),
                      List.of(new Question(QUESTION, 2)),
                      reducers("none"),
                      ReduceBy.EACH))
              .get(0);
      assertThat(answer.error())
          .isEqualTo(
              "video_unsupported: A model of the family llava takes no videos; use one of a family"
                  + " that does (udfs/README.md, Checkpoints)");
    }
  }

  @Test
  void aVideosHashIsOfItsFramesHashes() {
    Visual.Video video = video(2, 40, 30);
    byte[] hashes = new byte[64];
    System.arraycopy(Sha256.of(video.frames().get(0)), 0, hashes, 0, 32);
    System.arraycopy(Sha256.of(video.frames().get(1)), 0, hashes, 32, 32);
    assertThat(VideoFrames.sha256(video)).isEqualTo(Sha256.of(hashes));
  }

  @Test
  void explanationsShowEachFrame() throws ImageException {
    List<Visual> video = List.of(video(5, 90, 20));
    List<MethodSpec> methods =
        Stream.of(
                "none",
                "divprune:tokens=15",
                "frames=2",
                "'fastv:layer=1,tokens=10'",
                "'holitom:ratio=0.4,tau=0.3'")
            .map(method -> MethodSpec.parseKnown(method.replace("'", "")))
            .toList();
    try (ModelLease lease = LlavaEngine.acquire(config(ODD))) {
      Explanation one = lease.explain(video, Optional.of(QUESTION), methods).get(0);
      assertThat(one.grid()).isEqualTo(ViewGrid.video(90, 20, 5));
      assertThat(one.patchGrid()).isEqualTo(PatchGrid.square(3));
      assertThat(one.tokens()).isEqualTo(46);
      assertThat(one.received()).contains(new ReceivedAttention(3, 3));
      assertThat(one.views())
          .hasSize(5)
          .allSatisfy(
              view -> {
                assertThat(view.attention()).hasSize(9);
                // 5 patches of 7 pixels, of 37
                assertThat(view.seen().width()).isCloseTo(90 * 35 / 37.0, within(1e-9));
              });
      assertThat(one.choices().get(0).kept()).isEmpty();
      MethodChoice divprune = one.choices().get(1);
      assertThat(divprune.tokens()).containsExactly(3, 3, 3, 3, 3);
      assertThat(divprune.kept().orElseThrow()).hasSize(15);
      assertThat(divprune.learned()).isOne();
      MethodChoice frames = one.choices().get(2);
      assertThat(frames.tokens()).containsExactly(0, 9, 0, 9, 0);
      assertThat(frames.kept().orElseThrow())
          .containsExactlyElementsOf(
              IntStream.concat(IntStream.range(9, 18), IntStream.range(27, 36)).boxed().toList());
      assertThat(one.choices().get(3).staying()).hasSize(1);
      MethodChoice holitom = one.choices().get(4);
      // Means of several frames stand for patches of the first of them.
      assertThat(holitom.merges())
          .anySatisfy(
              mean ->
                  assertThat(mean.neighbours())
                      .anyMatch(other -> other.patch() % 9 == mean.position() % 9)
                      .allMatch(other -> other.patch() < 45));
    }
  }

  @Test
  void gridsWithoutAVideoLayoutAreRefused() {
    LlavaConfig config = Checkpoint.open(Goldens.path("checkpoints/bf16")).config();
    assertThatThrownBy(() -> config.patches(ViewGrid.video(9, 9, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes no video");
  }
}

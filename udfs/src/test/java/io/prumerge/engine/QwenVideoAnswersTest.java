package io.prumerge.engine;

import static io.prumerge.engine.QwenVideoReference.QUESTION;
import static io.prumerge.engine.QwenVideoReference.assertFlops;
import static io.prumerge.engine.QwenVideoReference.reducers;
import static io.prumerge.engine.QwenVideoReference.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos against transformers' Qwen2-VL and Qwen2.5-VL, alone and with a picture. */
@Tag("model")
class QwenVideoAnswersTest {

  private static final QwenVideoReference REFERENCE =
      new QwenVideoReference("qwen-video/qwen-video");
  private static final String NEWER = "qwen2_5_vl/tied";
  private static final Pattern VIDEO = Pattern.compile("(\\d+)x(\\d+)x(\\d+)(?:@([\\d.]+))?");

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String model) {
    return EngineConfigs.of(
        Goldens.path("qwen/" + model).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "qwen2_vl");
  }

  private static JsonNode cases(String model) throws IOException {
    return Goldens.json(REFERENCE.file() + ".json").get("cases").get(model);
  }

  private static Visual.Video video(int frames, int width, int height, double rate) {
    FrameTimes times = new FrameTimes(List.of(), OptionalDouble.of(rate), false);
    return new Visual.Video(MadeFrames.files(frames, width, height), times);
  }

  // As a case's name says them.
  private static List<Visual> visuals(String asked) {
    return Stream.of(asked.split("\\+")).map(QwenVideoAnswersTest::visual).toList();
  }

  private static Visual visual(String asked) {
    Matcher video = VIDEO.matcher(asked);
    if (!video.matches()) {
      return new Visual.Picture(MadeFrames.files(1, 33, 21).get(0));
    }
    return video(
        Integer.parseInt(video.group(1)),
        Integer.parseInt(video.group(2)),
        Integer.parseInt(video.group(3)),
        video.group(4) == null ? 2 : Double.parseDouble(video.group(4)));
  }

  private static List<Answer> answers(String model, List<Visual> visuals, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config(model))) {
      return lease.answer(
          new ImageRequest(
              visuals, List.of(new Question(QUESTION, 12)), reducers(methods), ReduceBy.EACH));
    }
  }

  private static Answer answer(Visual.Video video, String method) {
    return answers(NEWER, List.of(video), method).get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2_vl/tied, 7",
    "qwen2_5_vl/tied, 12",
    "qwen2_vl/untied, 1",
    "qwen2_5_vl/untied, 3"
  })
  void saysWhatTheReferenceSays(String model, int asked)
      throws IOException, ImageException, PromptException {
    JsonNode cases = cases(model);
    assertThat(cases.size()).isEqualTo(asked);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (String name : (Iterable<String>) cases::fieldNames) {
        REFERENCE.check(loaded, model + "/" + name + "/", visuals(name), cases.get(name));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_vl/tied", "qwen2_5_vl/tied", "qwen2_vl/untied", "qwen2_5_vl/untied"})
  void answersAreTheReferences(String model) throws IOException {
    JsonNode cases = cases(model);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (String name : (Iterable<String>) cases::fieldNames) {
        Answer answer = answers(model, visuals(name), "none").get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.text())
            .as(name)
            .isEqualTo(loaded.tokenizer().answer(Goldens.ints(cases.get(name).get("greedy"))));
      }
    }
  }

  /** torch's FlopCounterMode over the reference up to the first token, as QwenAnswersTest. */
  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_vl/tied", "qwen2_5_vl/tied", "qwen2_vl/untied", "qwen2_5_vl/untied"})
  void flopsAreTorchs(String model) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("qwen/" + model)).config();
    JsonNode cases = cases(model);
    assertFlops(config, cases, QwenVideoAnswersTest::visuals, false);
    String first = cases.fieldNames().next();
    AnswerWork work = answers(model, visuals(first), "none").get(0).work();
    assertThat(work.cost().vision() + work.cost().projector())
        .isEqualTo(cases.get(first).get("flops").get("tower").asLong());
  }

  /** A video of one frame has the rows of the picture that the frame is, where bounds are alike. */
  @Test
  void oneFrameIsThePairOfItself() throws ImageException {
    List<TokenReducer> none = reducers("none");
    try (LoadedModel loaded = LoadedModel.load(config(NEWER))) {
      PreparedImages one = loaded.prepare(List.of(video(1, 40, 32, 2)), none);
      PreparedImages twice =
          loaded.prepare(
              List.of(
                  new Visual.Video(
                      Collections.nCopies(2, MadeFrames.files(1, 40, 32).get(0)),
                      FrameTimes.UNKNOWN)),
              none);
      assertThat(rows(loaded, one, 4)).containsExactly(rows(loaded, twice, 4));
    }
  }

  @Test
  void passesOfTheTowerMakeTheRowsOfOne() throws ImageException {
    try (LoadedModel loaded = LoadedModel.load(config(NEWER))) {
      PreparedImages prepared = loaded.prepare(List.of(video(15, 64, 64, 2)), reducers("none"));
      float[] all = rows(loaded, prepared, 100);
      for (int most : new int[] {1, 2, 3}) {
        ModelGoldenTest.assertClose(rows(loaded, prepared, most), all, "passes");
      }
    }
  }

  /** Three pairs of 4 x 6 tokens. */
  @ParameterizedTest
  @CsvSource({
    "none, 72, 72",
    "first:tokens=10, 72, 10",
    "uniform:tokens=13, 72, 13", // 5, 4 and 4
    "random:tokens=71, 72, 71",
    "divprune:tokens=15, 72, 15",
    "'apet:basis=3,tokens=15', 72, 15",
    "otprune:tokens=15, 72, 15",
    "'fastervlm:attention=received,tokens=20', 72, 20",
    "'vispruner:attention=received,tokens=20', 72, 20",
    "'visionzip:attention=received,tokens=40', 72, 40",
    "'prumerge:attention=received,tokens=20', 72, 20",
    "'mmtok:temperature=0.01,tokens=20,words=all', 72, 20",
    "'fastervlm:attention=received,tokens=25%', 72, 18",
    "'fastv:layer=1,positions=kept,tokens=10', 72, 72",
    "'pyramiddrop:layers=1,positions=kept,ratio=0.5', 72, 72",
    "'vtw:layer=1', 72, 72",
    "vidcom2:tokens=20, 72, 20",
    "evs:pruned=0.5, 72, 36",
    "evs:pruned=0.9, 72, 24",
    "dycoke:variant=repaired, 72, 38",
    "frames=4, 72, 48",
    "frames=3, 72, 48", // the last one doubled
    "frames=40%, 72, 24",
    "frames=1, 72, 24",
    "frames=9, 72, 72",
  })
  void leavesSoManyTokensOfAllPairs(String method, int before, int after) {
    Answer answer = answer(video(5, 45, 29, 2), method);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(before);
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "tome:tokens=20",
        "downsample:tokens=20",
        "flowcut:tokens=20",
        "resize:tokens=20",
        "first:tokens=73",
        "first:tokens=2",
        "fastv:layer=1,positions=packed,tokens=10",
      })
  void refusesWithAReason(String method) {
    assertThat(answer(video(5, 45, 29, 2), method).error()).startsWith("reduction_failed: Cannot ");
  }

  /** Whatever the method, a video is answered or refused with a reason. */
  @ParameterizedTest
  @CsvSource({"qwen2_vl/tied, 1", "qwen2_5_vl/tied, 3"})
  void everyMethodAnswersOrSaysWhyNot(String model, int frames) {
    List<String> methods =
        TokenReducers.names().stream()
            .map(TokenReducers::named)
            .filter(method -> !method.takesAnyNumber())
            .map(TokenReducers::shortest)
            .map(spec -> spec.replace("tokens=64", "tokens=6"))
            .map(spec -> spec.replace("CLIP", Goldens.path("clips/mha").toString()))
            .toList();
    List<Answer> answers =
        answers(model, List.of(video(frames, 45, 29, 2)), methods.toArray(String[]::new));
    assertThat(answers).hasSize(methods.size());
    assertThat(answers).filteredOn(answer -> answer.error() == null).hasSizeGreaterThan(5);
    assertThat(answers)
        .filteredOn(answer -> answer.error() != null)
        .allMatch(answer -> answer.error().startsWith("reduction_failed: Cannot "));
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() {
    List<Visual> video = List.of(video(5, 45, 29, 2));
    String[] methods = {"none", "divprune:tokens=15", "frames=2", "vtw:layer=1"};
    List<String> together = answers(NEWER, video, methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      assertThat(answers(NEWER, video, methods[m]).get(0).text()).isEqualTo(together.get(m));
    }
  }

  /** Fewer frames are those frames alone, at their own rate. */
  @Test
  void fewerFramesAreAVideoOfThese() {
    Visual.Video all = video(8, 45, 29, 2);
    List<byte[]> some = Stream.of(1, 3, 5, 7).map(all.frames()::get).toList();
    FrameTimes slower = new FrameTimes(List.of(), OptionalDouble.of(1), false);
    Answer fewer = answer(all, "frames=4");
    Answer alone = answer(new Visual.Video(some, slower), "none");
    assertThat(fewer.text()).isEqualTo(alone.text());
    assertThat(fewer.work().cost()).isEqualTo(alone.work().cost());
  }

  /** At 4 frames a second transformers gives all pairs one time; the published rule does not. */
  @Test
  void publishedTimesAreAnotherModel() {
    Visual.Video fast = video(5, 45, 29, 4);
    Visual.Video slow = video(5, 45, 29, 2);
    assertThat(published(fast).text()).isNotEqualTo(answer(fast, "none").text());
    assertThat(published(slow).text()).isEqualTo(answer(slow, "none").text());
  }

  private static Answer published(Visual.Video video) {
    EngineConfig config =
        new EngineConfig(
            Goldens.path("qwen/" + NEWER).toString(),
            -1,
            LoadSettings.DEFAULT
                .with(LoadSettings.DEVICE, DeviceChoice.CPU)
                .with(LoadSettings.DTYPE, DtypeChoice.FP32)
                .with(LoadSettings.CONVERSATION, "qwen2_vl")
                .with(LoadSettings.MROPE, TimeRule.PUBLISHED));
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease
          .answer(
              new ImageRequest(
                  List.of(video),
                  List.of(new Question(QUESTION, 12)),
                  reducers("none"),
                  ReduceBy.EACH))
          .get(0);
    }
  }

  @Test
  void timesThatAreInNoSecondsHaveNoRule() {
    LlavaConfig counted = Checkpoint.open(Goldens.path("qwen/qwen2_vl/tied")).config();
    assertThat(counted.timed(TimeRule.TRANSFORMERS)).isEqualTo(counted);
    assertThatThrownBy(() -> counted.timed(TimeRule.PUBLISHED))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("leave mrope out");
  }

  @Test
  void framesOfAnotherSizeOrShapeAreRefused() {
    assertThat(answer(video(2, 201, 1, 2), "none").error())
        .startsWith("video_unsupported: A frame of 201 x 1 pixels is too long");
    Visual.Video uneven =
        new Visual.Video(
            List.of(MadeFrames.files(1, 40, 30).get(0), MadeFrames.files(1, 41, 30).get(0)),
            FrameTimes.UNKNOWN);
    assertThat(answer(uneven, "none").error())
        .startsWith("video_unsupported: Frame 2 of 2: 41x30 pixels");
  }

  @Test
  void explanationsShowEachPair() throws ImageException {
    List<Visual> video = List.of(video(5, 45, 29, 2));
    List<MethodSpec> methods =
        Stream.of("none", "divprune:tokens=15").map(MethodSpec::parseKnown).toList();
    try (ModelLease lease = LlavaEngine.acquire(config(NEWER))) {
      Explanation one = lease.explain(video, Optional.of(QUESTION), methods).get(0);
      assertThat(one.views()).hasSize(3);
      assertThat(one.patches()).isEqualTo(24);
      assertThat(one.choices().get(1).tokens()).containsExactly(5, 5, 5);
      assertThat(one.choices().get(0).positions()).hasSize(72);
    }
  }
}

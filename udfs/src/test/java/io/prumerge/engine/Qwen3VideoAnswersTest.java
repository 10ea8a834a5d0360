package io.prumerge.engine;

import static io.prumerge.engine.QwenVideoReference.QUESTION;
import static io.prumerge.engine.QwenVideoReference.assertFlops;
import static io.prumerge.engine.QwenVideoReference.group;
import static io.prumerge.engine.QwenVideoReference.reducers;
import static io.prumerge.engine.QwenVideoReference.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
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
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos against transformers' Qwen3-VL, alone and with a picture. */
@Tag("model")
class Qwen3VideoAnswersTest {

  private static final QwenVideoReference REFERENCE =
      new QwenVideoReference("qwen3-video/qwen3-video");
  private static final String TIED = "tied";
  private static final Pattern VIDEO = Pattern.compile("(\\d+)x(\\d+)x(\\d+)(?:@(\\d+)/(\\d+))?");

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String model) {
    return EngineConfigs.of(
        Goldens.path("qwen3/" + model).toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "qwen3_vl");
  }

  private static JsonNode cases(String model) throws IOException {
    return Goldens.json(REFERENCE.file() + ".json").get("cases").get(model);
  }

  private static Visual.Video video(int frames, int width, int height, FrameTimes times) {
    return new Visual.Video(MadeFrames.files(frames, width, height), times);
  }

  private static Visual.Video video(int frames, int width, int height) {
    return video(frames, width, height, FrameTimes.UNKNOWN);
  }

  // Each so many frames of a video of so many a second.
  private static FrameTimes each(int step, int rate, int frames) {
    return FrameTimes.at(
        IntStream.range(0, frames).mapToObj(frame -> (double) (step * frame) / rate).toList());
  }

  // As a case's name says them.
  private static List<Visual> visuals(String asked) {
    return Stream.of(asked.split("\\+")).map(Qwen3VideoAnswersTest::visual).toList();
  }

  private static Visual visual(String asked) {
    Matcher video = VIDEO.matcher(asked);
    if (!video.matches()) {
      return new Visual.Picture(MadeFrames.files(1, 33, 21).get(0));
    }
    int frames = Integer.parseInt(video.group(1));
    return video(
        frames,
        Integer.parseInt(video.group(2)),
        Integer.parseInt(video.group(3)),
        video.group(4) == null
            ? FrameTimes.UNKNOWN
            : each(Integer.parseInt(video.group(4)), Integer.parseInt(video.group(5)), frames));
  }

  private static List<Answer> answers(String model, List<Visual> visuals, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config(model))) {
      return lease.answer(
          new ImageRequest(
              visuals, List.of(new Question(QUESTION, 12)), reducers(methods), ReduceBy.EACH));
    }
  }

  private static Answer answer(Visual.Video video, String method) {
    return answers(TIED, List.of(video), method).get(0);
  }

  @ParameterizedTest
  @CsvSource({"tied, 7", "untied, 2"})
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
  @ValueSource(strings = {"tied", "untied"})
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
  @ValueSource(strings = {"tied", "untied"})
  void flopsAreTorchs(String model) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("qwen3/" + model)).config();
    JsonNode cases = cases(model);
    assertFlops(config, cases, Qwen3VideoAnswersTest::visuals, true);
    String first = cases.fieldNames().next();
    AnswerWork work = answers(model, visuals(first), "none").get(0).work();
    assertThat(work.cost().vision() + work.cost().projector())
        .isEqualTo(cases.get(first).get("flops").get("tower").asLong());
  }

  @Test
  void passesOfTheTowerMakeTheRowsOfOne() throws ImageException {
    try (LoadedModel loaded = LoadedModel.load(config(TIED))) {
      PreparedImages prepared = loaded.prepare(List.of(video(7, 64, 64)), reducers("none"));
      float[] all = rows(loaded, prepared, 100);
      for (int most : new int[] {1, 2, 3}) {
        ModelGoldenTest.assertClose(rows(loaded, prepared, most), all, "passes");
      }
    }
  }

  /** Three pairs of 2 x 4 tokens. */
  @ParameterizedTest
  @CsvSource({
    "none, 24, 24",
    "first:tokens=10, 24, 10",
    "uniform:tokens=13, 24, 13", // 5, 4 and 4
    "random:tokens=23, 24, 23",
    "divprune:tokens=15, 24, 15",
    "'fastervlm:attention=received,tokens=12', 24, 12",
    "'visionzip:attention=received,tokens=20', 24, 20",
    "'prumerge:attention=received,tokens=20', 24, 20",
    "'mmtok:temperature=0.01,tokens=20,words=all', 24, 20",
    "'fastervlm:attention=received,tokens=25%', 24, 6",
    "frames=9, 24, 24",
  })
  void leavesSoManyTokensOfAllPairs(String method, int before, int after) {
    Answer answer = answer(video(5, 45, 29), method);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(before);
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  /** What is left of each view has its places behind its own seconds, in all levels. */
  @ParameterizedTest
  @ValueSource(strings = {"tied", "untied"})
  void whatIsLeftIsTheReferences(String model) throws IOException, ImageException, PromptException {
    int seen = 0;
    JsonNode cases = cases(model);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (String name : (Iterable<String>) cases::fieldNames) {
        if (name.contains("+")) {
          continue;
        }
        int views = cases.get(name).get("grids").get(0).get(0).asInt();
        List<TokenReducer> first = reducers("first:tokens=" + 2 * views);
        PreparedImages prepared = loaded.prepare(visuals(name), first);
        EncodedPrompt prompt = loaded.prompts().withImages(QUESTION, prepared.grids().images());
        LlavaModel llava = loaded.model();
        try (EncodedImages encoded =
                llava.encode(List.of(prepared), TowerDepth.of(first), 1).get(0);
            ReducedImages left = encoded.reduce(first.get(0));
            ProjectedTokens projected = llava.project(left)) {
          String key = model + "/" + name + "/left";
          ModelGoldenTest.assertClose(
              llava.logits(group(prompt, new VisualRows(projected, left.positions()))),
              Goldens.floats(REFERENCE.file() + ".safetensors", key),
              key);
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastv:layer=1,positions=kept,tokens=10",
        "pyramiddrop:layers=1,positions=kept,ratio=0.5",
        "vtw:layer=1",
        "first:tokens=10..fastv:layer=1,tokens=4",
      })
  void cutsInTheDecoderAreRefused(String method) {
    assertThat(answer(video(5, 45, 29), method).error())
        .startsWith(
            "reduction_failed: Cannot drop tokens inside the decoder of this model for a video,"
                + " between whose frames the prompt has text");
  }

  /** Whatever the method, a video is answered or refused with a reason. */
  @Test
  void everyMethodAnswersOrSaysWhyNot() {
    List<String> methods =
        TokenReducers.names().stream()
            .map(TokenReducers::named)
            .filter(method -> !method.takesAnyNumber())
            .map(TokenReducers::shortest)
            .map(spec -> spec.replace("tokens=64", "tokens=6"))
            .map(spec -> spec.replace("CLIP", Goldens.path("clips/mha").toString()))
            .toList();
    List<Answer> answers = answers(TIED, List.of(video(3, 45, 29)), methods.toArray(String[]::new));
    assertThat(answers).hasSize(methods.size());
    assertThat(answers).filteredOn(answer -> answer.error() == null).hasSizeGreaterThan(5);
    assertThat(answers)
        .filteredOn(answer -> answer.error() != null)
        .allMatch(
            answer ->
                answer.error().startsWith("reduction_failed: Cannot ")
                    || answer.error().startsWith("video_unsupported: A video of 1 frame"));
  }

  @Test
  void methodsTogetherAnswerAsEachAlone() {
    List<Visual> video = List.of(video(5, 45, 29, each(15, 30, 5)));
    String[] methods = {"none", "divprune:tokens=15", "frames=2", "frames=3"};
    List<String> together = answers(TIED, video, methods).stream().map(Answer::text).toList();
    for (int m = 0; m < methods.length; m++) {
      assertThat(answers(TIED, video, methods[m]).get(0).text()).isEqualTo(together.get(m));
    }
  }

  /** Fewer frames are those frames alone, at their own times and of their own size. */
  @Test
  void fewerFramesAreAVideoOfThese() {
    FrameTimes times = each(15, 30, 8);
    Visual.Video all = video(8, 45, 29, times);
    List<byte[]> some = Stream.of(1, 3, 5, 7).map(all.frames()::get).toList();
    FrameTimes own = FrameTimes.at(Stream.of(1, 3, 5, 7).map(times.seconds()::get).toList());
    Answer fewer = answer(all, "frames=4");
    Answer alone = answer(new Visual.Video(some, own), "none");
    assertThat(fewer.text()).isEqualTo(alone.text());
    assertThat(fewer.work().cost()).isEqualTo(alone.work().cost());
  }

  /** As the processor's smart_resize does. */
  @Test
  void videosOfOneFrameOrOfSmallOrLongFramesAreRefused() {
    assertThat(answer(video(1, 45, 29), "none").error())
        .isEqualTo(
            "video_unsupported: A video of 1 frame is too short: the model takes one of 2 or more;"
                + " show more frames");
    assertThat(answer(video(4, 45, 29), "frames=1").error())
        .startsWith("video_unsupported: A video of 1 frame is too short");
    assertThat(answer(video(2, 45, 7), "none").error())
        .isEqualTo(
            "video_unsupported: A frame of 45 x 7 pixels is too small: the model takes one of 8"
                + " pixels a side or more");
    assertThat(answer(video(2, 1601, 8), "none").error())
        .startsWith("video_unsupported: A frame of 1601 x 8 pixels is too long");
  }

  @Test
  void explanationsShowEachPair() throws ImageException {
    List<Visual> video = List.of(video(5, 45, 29));
    List<MethodSpec> methods =
        Stream.of("none", "divprune:tokens=15").map(MethodSpec::parseKnown).toList();
    try (ModelLease lease = LlavaEngine.acquire(config(TIED))) {
      Explanation one = lease.explain(video, Optional.of(QUESTION), methods).get(0);
      assertThat(one.views()).hasSize(3);
      assertThat(one.patches()).isEqualTo(8);
      assertThat(one.choices().get(1).tokens()).containsExactly(5, 5, 5);
    }
  }
}

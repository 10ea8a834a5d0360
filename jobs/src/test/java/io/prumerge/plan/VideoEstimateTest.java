package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.ViewGrid;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.spark.ModelCache;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What plans count of videos: of a golden checkpoint, 4 x 4 patches a frame, pooled to 2 x 2. */
@Tag("spark")
class VideoEstimateTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root")).resolve("udfs/src/test/resources/goldens");

  private static final int FRAMES = 5;
  private static final int BEFORE = 7;
  private static final int BEHIND = 9;

  @TempDir private Path folder;

  private LlavaConfig config;
  private CostModel cost;

  @BeforeEach
  void readsTheModel() throws IOException {
    config =
        new MethodFits(GOLDENS.resolve("clips/mini"), folder)
            .deep(GOLDENS.resolve("onevision/untied"));
    cost = CostModel.of(config, video(FRAMES).image());
  }

  private TypicalImage video(int frames) {
    return TypicalImage.of(config, ViewGrid.video(64, 48, frames), 1);
  }

  private RunEstimate estimate(String... methods) {
    return RunEstimate.of(
        cost,
        video(FRAMES),
        BEFORE,
        BEHIND,
        Stream.of(methods).map(MethodSpec::parse).toList(),
        folder -> null);
  }

  private TrialOutcome outcome(TypicalImage image, String method) throws IOException {
    SeenPictures pictures = new SeenPictures(config, List.of(new PictureKind(image, 1)), 0);
    ClipFolders clips = new ClipFolders(new ModelCache(Optional.of(folder), new Configuration()));
    return new MethodTrial(pictures, MethodSpec.parse(method), BEFORE, BEHIND, clips).outcome();
  }

  @ParameterizedTest
  @CsvSource({
    "none, 21",
    "first:tokens=7, 8",
    "divprune:tokens=25%, 6",
    "'divprune:over=video,tokens=35%', 8",
    "prumerge:attention=received, 11", // one of four, and what sums up the others, of each frame
    "frames=2, 9",
    "frames=1, 5",
    "frames=50%, 9",
    "frames=64, 21",
    "uniform:tokens=@frames=2, 9",
    "'fastv:layer=2,tokens=7', 21",
    "'apet:basis=1,tokens=7', 8",
    "otprune:tokens=7, 8",
    "vidcom2, 6",
    "vidcom2:tokens=7, 8",
    "evs:pruned=0.5, 11",
    "evs:tokens=@frames=2, 9",
    "dycoke, 8",
    "'dycoke:pruned=0.5,variant=repaired', 15",
    "holitom, 6", // no two frames are alike
    "holitom:ratio=0.5, 11",
  })
  void theRowBehindTheLastFrameStays(String method, int tokens) {
    assertThat(estimate(method).methods().get(0).tokens()).isEqualTo(tokens);
  }

  /** The tower over whole frames, all of whose patches go through the connector. */
  @Test
  void aQuestionCostsTheTowerAndTheConnectorOfAllFrames() {
    int tokens = FRAMES * 4 + 1;
    double frames = FRAMES * ((double) cost.tower().features() + cost.connector().own(4 * 4, 0));
    double decoder = cost.decoder().prefill(tokens + BEFORE + BEHIND);
    RunEstimate none = estimate("none");
    assertThat(none.alone(none.methods().get(0))).isEqualTo(frames + decoder);
    RunEstimate fewer = estimate("frames=2");
    assertThat(fewer.alone(fewer.methods().get(0)))
        .isEqualTo(frames * 2 / FRAMES + cost.decoder().prefill(2 * 4 + 1 + BEFORE + BEHIND));
  }

  @Test
  void methodsShareTheTowerAndTheConnectorOfAVideo() {
    double none = estimate("none").work().perImage();
    double first = estimate("first:tokens=7").work().perImage();
    double shared = FRAMES * ((double) cost.tower().features() + cost.connector().own(4 * 4, 0));
    assertThat(estimate("none", "first:tokens=7").work().perImage())
        .isCloseTo(none + first - shared, within(1.0));
    double alike = FRAMES * (double) cost.evidence().of(TowerEvidence.Cosines.OF_PROJECTED);
    assertThat(estimate("none", "divprune:tokens=7").work().perImage())
        .isCloseTo(none + first - shared + alike, within(1.0));
    double all = cost.evidence().of(new TowerEvidence.SequenceCosines(FRAMES * 4, false));
    String[] both = {"none", "divprune:tokens=7", "divprune:over=video,tokens=7"};
    assertThat(estimate(both).work().perImage())
        .isCloseTo(none + 2 * (first - shared) + alike + all, within(1.0));
    assertThat(estimate(both[2]).methods().get(0).work().evidence())
        .contains(new TowerEvidence.SequenceCosines(FRAMES * 4, false))
        .doesNotContain(TowerEvidence.Cosines.OF_PROJECTED);
  }

  /** Of more than 4,096 patches no plan looks at all pairs; it counts them. */
  @Test
  void methodsOverAllFramesAreCountedUpToTheirLimit() throws IOException {
    String method = "divprune:over=video,tokens=3000";
    TrialOutcome most = outcome(video(2048), method);
    assertThat(most.refusal()).isEmpty();
    assertThat(most.estimate().orElseThrow().tokens()).isEqualTo(3001);
    assertThat(outcome(video(2049), method).refusal().orElseThrow())
        .startsWith("Cannot compare all 8196 patches of a video with each other, as ")
        .endsWith("at most 8192; choose fewer frames, or leave over=video out");
    assertThat(outcome(video(2049), "divprune:tokens=3000").refusal()).isEmpty();
  }

  /** Views but the first are compared with the one before, once for all methods that do so. */
  @Test
  void whatIsLookedAtInSomeFramesCountsOnce() {
    double first = estimate("first:tokens=10").work().perImage();
    double compared = (FRAMES - 1) * 8d * 4 * cost.shape().decoder().width();
    assertThat(estimate("evs:tokens=10").work().perImage())
        .isCloseTo(first + compared, within(1.0));
    RunEstimate evs = estimate("evs:tokens=10");
    RunEstimate plain = estimate("first:tokens=10");
    assertThat(evs.alone(evs.methods().get(0)))
        .isCloseTo(plain.alone(plain.methods().get(0)) + compared, within(1.0));
    double both = estimate("first:tokens=10", "evs:tokens=10").work().perImage();
    assertThat(estimate("first:tokens=10", "evs:tokens=10", "evs:tokens=11").work().perImage())
        .isCloseTo(
            both
                + estimate("none", "first:tokens=11").work().perImage()
                - estimate("none").work().perImage(),
            within(1.0));
  }

  @Test
  void fewerFramesHaveATowerOfTheirOwn() {
    double none = estimate("none").work().perImage();
    double fewer = estimate("frames=2").work().perImage();
    assertThat(estimate("none", "frames=2").work().perImage()).isCloseTo(none + fewer, within(1.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tome:tokens=10 | for a video, whose patches are pooled behind the connector",
        "downsample:tokens=10 | for a video, whose patches are pooled behind the connector",
        "fastervlm:tokens=10 | Cannot look at the class token",
        "resize:tiles=2 | Cannot make the frames of a video smaller; take fewer of them: frames=N",
        "first:tokens=4 | the video has 5 views, each of which keeps at least one",
        "first:tokens=21 | the video has 20 patches; give tokens=20 or fewer",
        "clse | it filters the grid of one view's patches",
      })
  void refusesBeforeTheRun(String method, String why) throws IOException {
    assertThat(outcome(video(FRAMES), method).refusal().orElseThrow()).contains(why);
  }

  @Test
  void picturesHaveNoFrames() throws IOException {
    TypicalImage picture = TypicalImage.of(config, config.views(64, 48), 1);
    assertThat(outcome(picture, "frames=4").refusal().orElseThrow())
        .startsWith("Cannot take fewer frames of a picture: it has one; frames=N is a method for");
    assertThat(outcome(video(FRAMES), "frames=4").refusal()).isEmpty();
    new ModelChecks(new Folders(LocalSpark.session()))
        .check("this model", config, List.of(MethodSpec.parse("frames=4")));
  }

  private static Stream<String> methods() {
    return TokenReducers.names().stream()
        .filter(name -> !TokenReducers.named(name).takesAnyNumber());
  }

  /** The list asks no model; the plan of a run does. */
  @ParameterizedTest
  @MethodSource("methods")
  void theListSaysWhatAPlanSays(String name) throws IOException {
    ReducerFactory method = TokenReducers.named(name);
    VideoFit fit = VideoFit.of(method);
    MethodSpec spec =
        fit.spec()
            .orElseGet(
                () -> TokenReducers.of(MethodSpec.read(TokenReducers.shortest(method))).spec());
    String small = spec.toString().replace("tokens=64", "tokens=50%");
    if (!small.contains("clip=")) {
      assertThat(outcome(video(8), small).refusal()).isEqualTo(fit.why());
    }
  }

  /** InternVL's prompt has text between the frames, which are not pooled. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fastv:layer=1,tokens=10 | between whose frames the prompt has text; use a method that",
        "vtw:layer=1 | between whose frames the prompt has text",
        "divprune:tokens=10..fastv:layer=1,tokens=5 | between whose frames the prompt has text",
        "tome:tokens=10 | whose vision tower makes tokens of blocks of patches",
        "resize:tiles=2 | take fewer of them: frames=N",
      })
  void refusesCutsBeforeTheRunWhereTextStandsBetweenFrames(String method, String why)
      throws IOException {
    LlavaConfig intern = intern();
    TypicalImage image = TypicalImage.of(intern, ViewGrid.video(64, 48, FRAMES), 1);
    SeenPictures pictures = new SeenPictures(intern, List.of(new PictureKind(image, 1)), 0);
    ClipFolders clips = new ClipFolders(new ModelCache(Optional.of(folder), new Configuration()));
    MethodSpec spec = MethodSpec.parse(method);
    assertThat(
            new MethodTrial(pictures, spec, BEFORE, BEHIND, clips)
                .outcome()
                .refusal()
                .orElseThrow())
        .contains(why);
    new ModelChecks(new Folders(LocalSpark.session()))
        .check("this model", intern, List.of(MethodSpec.parse("frames=4")));
  }

  @ParameterizedTest
  @CsvSource({
    "none, 45",
    "divprune:tokens=25%, 11",
    "fastervlm:tokens=12, 12",
    "frames=2, 18",
    "'pool:cols=2,rows=2', 20"
  })
  void framesAmongTextHaveNoRowOfTheirOwn(String method, int tokens) throws IOException {
    LlavaConfig intern = intern();
    TypicalImage image = TypicalImage.of(intern, ViewGrid.video(64, 48, FRAMES), 1);
    RunEstimate estimate =
        RunEstimate.of(
            CostModel.of(intern, image.image()),
            image,
            BEFORE,
            BEHIND,
            List.of(MethodSpec.parse(method)),
            folder -> null);
    assertThat(estimate.methods().get(0).tokens()).isEqualTo(tokens);
  }

  private LlavaConfig intern() throws IOException {
    return new MethodFits(GOLDENS.resolve("clips/mini"), folder)
        .deep(GOLDENS.resolve("intern/small"));
  }

  /** What a method that acts inside the decoder says in the list. */
  @Test
  void theListSaysWhereTextMayNotStandBetweenFrames() {
    VideoFit fastv = VideoFit.of(TokenReducers.named("fastv"));
    assertThat(fastv.why()).isEmpty();
    assertThat(fastv.whyAmongText().orElseThrow())
        .startsWith(
            "Cannot drop tokens inside the decoder of this model for a video, between whose");
    VideoFit vscan = VideoFit.of(TokenReducers.named("vscan"));
    assertThat(vscan.spec().orElseThrow().toString()).contains("attention=received");
    assertThat(vscan.whyAmongText()).isPresent();
    assertThat(VideoFit.of(TokenReducers.named("divprune")).whyAmongText()).isEmpty();
    assertThat(VideoFit.of(TokenReducers.named("tome")).whyAmongText()).isEmpty(); // nowhere
  }
}

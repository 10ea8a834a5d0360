package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.Activation;
import io.prumerge.config.ClipConfig;
import io.prumerge.config.Encoder;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.cost.TextCost;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerEvidence.ClassAttention;
import io.prumerge.reduction.TowerLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class RunEstimateTest {

  private static final CostModel LLAVA =
      new CostModel(ShapeTable.bundled().named("llava-1.5-7b").shape());
  private static final TypicalImage IMAGE = new TypicalImage(576, 576, 23);

  private static final Map<String, ClipConfig> CLIPS =
      Map.of(
          "clip",
          new ClipConfig(
              new Encoder(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5),
              49408,
              77,
              2,
              1024,
              1e-5,
              768));

  private static RunEstimate estimate(String... methods) {
    return RunEstimate.of(
        LLAVA, IMAGE, 35, 12, Stream.of(methods).map(MethodSpec::parse).toList(), CLIPS::get);
  }

  @Test
  void methodsLeaveWhatTheyLeaveOfAnImageWith32Outliers() {
    List<Integer> tokens =
        estimate(
                "none",
                "prumerge",
                "prumerge:summary=false",
                "uniform:tokens=@prumerge",
                "spatial:rows=5,cols=8",
                "random:tokens=40",
                "prumerge+")
            .methods()
            .stream()
            .map(MethodEstimate::tokens)
            .toList();

    assertThat(tokens.subList(0, 6)).containsExactly(576, 33, 32, 33, 40, 40);
    assertThat(tokens.get(6))
        .as("32 outliers, 96 samples of which some are outliers, and the summary")
        .isBetween(115, 128);
  }

  @Test
  void methodsBehindTheTowerLeaveTheirTokens() {
    assertThat(
            estimate(
                    "fastervlm:tokens=64",
                    "hired:tokens=64",
                    "hiprune:tokens=64",
                    "vispruner:tokens=64",
                    "divprune:tokens=64",
                    "apet:tokens=64",
                    "otprune:tokens=64",
                    "scope:tokens=64",
                    "holov:tokens=64",
                    "visionzip:tokens=64",
                    "prunesid:tokens=64",
                    "pool:tokens=64")
                .methods())
        .extracting(MethodEstimate::tokens)
        .containsOnly(64);
  }

  /** A token is 13 GFLOP; what PruMerge looks at and merges is a tenth of that. */
  @Test
  void budgetsAreMetOnATypicalImage() {
    RunEstimate estimate =
        estimate(
            "prumerge",
            "uniform:flops=@prumerge",
            "fastv:tokens=@mean:128",
            "first:tokens=@prumerge");
    assertThat(estimate.methods())
        .extracting(method -> method.sized().toString())
        .containsExactly("prumerge", "uniform:tokens=33", "fastv:tokens=82", "first:tokens=33");
    assertThat(estimate.alone(estimate.methods().get(1)))
        .isCloseTo(estimate.alone(estimate.methods().get(0)), within(7e9));
    assertThat(estimate.layerMean(estimate.methods().get(2))).isEqualTo(128, within(0.5));
    assertThatThrownBy(() -> estimate("fastv:tokens=@mean:16"))
        .isInstanceOf(ReductionException.class)
        .hasMessage(
            "Cannot have 16 visual tokens in a layer on average: fastv:tokens=@mean:16 can have"
                + " from 54.9 to 576.0; name another number or other layers");
  }

  @Test
  void aloneIsWhatTheCostModelCounts() {
    RunEstimate estimate = estimate("none", "prumerge");

    assertThat(estimate.alone(estimate.methods().get(0)))
        .isEqualTo(alone(new ReductionWork(false, 576, 0, false)), within(1e3));
    assertThat(estimate.alone(estimate.methods().get(1)))
        .isEqualTo(alone(new ReductionWork(true, 32, 32, true)), within(1e3));
  }

  private static double alone(ReductionWork work) {
    return LLAVA.question(ImageWork.of(work), List.of(), 47, 12, 1).total();
  }

  // Rows through all layers after cached ones, without the head.
  private static long rows(CostModel cost, long rows, long cached) {
    long layers = cost.shape().decoder().layers();
    return cost.decoder().of(layers * rows, layers * rows * (cached + rows), 0);
  }

  @Test
  void aRunSharesTheTowerTheScoresAndTheVisualTokens() {
    RunEstimate estimate = estimate("none", "prumerge", "first:tokens=@prumerge");
    ReductionWork pruned = new ReductionWork(true, 32, 32, true);
    double image =
        (double) LLAVA.tower().features()
            + LLAVA.reductions().of(pruned)
            + LLAVA.connector().of(576, 0)
            + 2 * LLAVA.connector().of(33, 0)
            + rows(LLAVA, 576, 35)
            + 2 * rows(LLAVA, 33, 35);
    double question =
        (double) rows(LLAVA, 12 + 576, 35)
            - rows(LLAVA, 576, 35)
            + 2 * (rows(LLAVA, 12 + 33, 35) - rows(LLAVA, 33, 35))
            + 3 * LLAVA.decoder().head(1);

    assertThat(estimate.work().perImage() / image).isEqualTo(1, within(1e-12));
    assertThat(estimate.work().perQuestion() / question).isEqualTo(1, within(1e-12));
    assertThat(estimate.work().perTextQuestion())
        .as("once for all methods")
        .isEqualTo(LLAVA.decoder().prefill(47));
    assertThat(estimate.work().of(2, 7, 5))
        .isEqualTo(
            2 * image + 7 * question + 5.0 * LLAVA.decoder().prefill(47), within(image * 1e-9));
    assertThat(estimate.work().of(1_000_000_000_000L, 1, 0))
        .as("beyond 64 bits")
        .isGreaterThan(1e24);
  }

  /** Layers 0 and 1 for all questions together, the others for each with the tokens it keeps. */
  @Test
  void tokensThatLeaveInsideTheDecoderAreNotCountedBehindIt() {
    RunEstimate estimate = estimate("fastv:layer=2,tokens=64", "vtw:layer=2");
    MethodEstimate fastv = estimate.methods().get(0);
    MethodEstimate vtw = estimate.methods().get(1);
    long evidence = LLAVA.decoder().evidence().attention(1, 0, 35 + 576 + 12);

    assertThat(estimate.alone(fastv))
        .isEqualTo(
            LLAVA.tower().features()
                + LLAVA.connector().of(576, 0)
                + LLAVA.decoder().prefill(TokenSchedule.parse("0:623,2:111"))
                + evidence);
    assertThat(estimate.alone(vtw))
        .isEqualTo(
            LLAVA.tower().features()
                + LLAVA.connector().of(576, 0)
                + LLAVA.decoder().prefill(TokenSchedule.parse("0:623,2:47")));
    double shared = LLAVA.decoder().of(2 * 576, 2L * 576 * 611, 0);
    assertThat(estimate.work().perImage())
        .isEqualTo(
            (double) LLAVA.tower().features() + 2 * LLAVA.connector().of(576, 0) + 2 * shared);
    double below = LLAVA.decoder().of(2 * 12, 2 * (12L * 623 + 576 * 12), 0);
    double fastvAbove = LLAVA.decoder().of(30 * 76, 30 * 76L * 111, 1);
    double vtwAbove = LLAVA.decoder().of(30 * 12, 30 * 12L * 47, 1);
    assertThat(estimate.work().perQuestion() / (2 * below + fastvAbove + vtwAbove + evidence))
        .isEqualTo(1, within(1e-12));
  }

  /** Each question has all of the visual tokens for itself; texts are as long as the prompt's. */
  @Test
  void tokensChosenByTheQuestionAreItsOwn() {
    RunEstimate estimate =
        estimate("mmtok:tokens=64", "trim:clip=clip", "cdpruner:clip=clip,tokens=64");
    assertThat(estimate.methods()).extracting(MethodEstimate::tokens).containsExactly(64, 33, 64);
    TextCost texts = new TextCost(LLAVA.shape());
    double words = texts.words(12, 576);
    double cut =
        texts.clipTexts(CLIPS.get("clip"), new int[] {12})
            + texts.clipProducts(CLIPS.get("clip"), 1, false);
    double pieces =
        texts.clipTexts(CLIPS.get("clip"), new int[] {12})
            + texts.clipProducts(CLIPS.get("clip"), 1, true);
    double image =
        (double) LLAVA.tower().features()
            + LLAVA.connector().of(576, 0)
            + LLAVA.evidence().of(TowerEvidence.Cosines.OF_FEATURES)
            + LLAVA.evidence().of(TowerEvidence.Cosines.OF_PROJECTED)
            + texts.clipPatches(CLIPS.get("clip"));
    double question =
        words
            + cut
            + pieces
            + 2.0 * (576 - 32) * 1024 // the mean of the others
            + LLAVA.connector().of(33, 0)
            + 2 * (rows(LLAVA, 12 + 64, 35) + LLAVA.decoder().head(1))
            + rows(LLAVA, 12 + 33, 35)
            + LLAVA.decoder().head(1);

    assertThat(estimate.work().perImage() / image).isEqualTo(1, within(1e-12));
    assertThat(estimate.work().perQuestion() / question).isEqualTo(1, within(1e-12));
    assertThat(estimate.alone(estimate.methods().get(0)))
        .isEqualTo(
            LLAVA.tower().features()
                + words
                + LLAVA.evidence().of(TowerEvidence.Cosines.OF_FEATURES)
                + LLAVA.connector().of(576, 0)
                + LLAVA.decoder().prefill(47 + 64),
            within(1e6));
  }

  @Test
  void cutsThatTheDecoderDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> estimate("vtw:layer=32"))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("before layer 32: the decoder has layers 0 to 31");
  }

  @Test
  void scoresAreNotCountedWhereNobodyLooks() {
    assertThat(estimate("none").work().perImage())
        .isEqualTo(
            (double) LLAVA.tower().features()
                + LLAVA.connector().of(576, 0)
                + rows(LLAVA, 576, 35));
  }

  @Test
  void refusesWhatNoImageCanHave() {
    assertThatThrownBy(() -> estimate("uniform:tokens=577"))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("Cannot keep 577 tokens: the image has 576 patches");
    assertThatThrownBy(
            () ->
                RunEstimate.of(
                    LLAVA,
                    new TypicalImage(576, 577, 23),
                    35,
                    12,
                    List.of(MethodSpec.parse("prumerge")),
                    CLIPS::get))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("selects CLS");
    assertThatThrownBy(() -> new TypicalImage(575, 575, 23))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("575");
  }

  // Up to 2 x 2 tiles of 16 patches.
  private static RunEstimate ofTiles(String method) {
    return ofFolder("families/next", method);
  }

  private static LlavaConfig configuration(String folder) {
    return Checkpoint.configuration(
        Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens")
            .resolve(folder));
  }

  private static RunEstimate ofFolder(String folder, String method) {
    LlavaConfig config = configuration(folder);
    return RunEstimate.of(
        CostModel.of(config),
        SeenPictures.unknown(config).typical(),
        35,
        12,
        List.of(MethodSpec.parse(method)),
        CLIPS::get);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first:positions=packed,tokens=20",
        "first:positions=packed,tokens=20..vtw:layer=1",
        "fastv:layer=1,positions=packed,tokens=20"
      })
  void positionsThatAreRowsAndColumnsDoNotCloseUp(String method) {
    assertThatThrownBy(() -> ofFolder("qwen/qwen2_vl/tied", method))
        .isInstanceOf(ReductionException.class)
        .hasMessageStartingWith("Cannot close up positions");
    assertThat(ofFolder("qwen/qwen2_vl/tied", method.replace("packed", "kept")).methods())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fastervlm:tokens=9                             | Cannot look at the class token",
        "vscan:layer=1,tokens=9                         | Cannot look at the class token",
        "hiprune:layer=3,tokens=9                       | Cannot look at layer 3 of the vision"
            + " tower: it attends within windows; layers that do not: [2, 4]",
        "hiprune:layer=5,tokens=9                       | Cannot look at layer 5 of the vision"
            + " tower: the features need layers 1 to 4",
        "tome:tokens=9                                  | Cannot drop patches inside the tower of"
            + " this model",
        "flowcut:tokens=9                               | Cannot drop patches inside the tower of"
            + " this model",
        "downsample:tokens=9                            | Cannot make an image smaller for this"
            + " model",
        "vscan:attention=received,layer=1,positions=packed,tokens=9 | Cannot close up positions",
      })
  void whatATowerOfAnySizeDoesNotHaveIsRefusedBeforeTheRun(String method, String why) {
    assertThatThrownBy(() -> ofFolder("qwen/qwen2_5_vl/tied", method))
        .isInstanceOf(ReductionException.class)
        .hasMessageStartingWith(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastervlm:attention=received,tokens=9",
        "vispruner:attention=received,tokens=9",
        "visionzip:attention=received,tokens=9",
        "prumerge:attention=received",
        "prumerge+:attention=received",
        "vscan:attention=received,layer=1,tokens=9",
        "hiprune:tokens=9",
        "mmtok:temperature=0.01,tokens=9,words=all"
      })
  void methodsByReceivedAttentionAreEstimated(String method) {
    assertThat(ofFolder("qwen/qwen2_5_vl/tied", method).methods()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "visionzip:tokens=14      | Cannot feed the class token of this model's vision tower",
        "prunesid:tokens=14       | Cannot feed the class token of this model's vision tower",
        "tome:tokens=14           | Cannot drop patches inside the tower of this model",
        "clse:layers=1,tokens=9   | Cannot use clse: it filters the grid of one view's patches",
      })
  void whatBlocksInTilesDoNotHaveIsRefusedBeforeTheRun(String method, String why) {
    assertThatThrownBy(() -> ofFolder("intern/small", method))
        .isInstanceOf(ReductionException.class)
        .hasMessageStartingWith(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "visionzip:attention=received,tokens=14",
        "prumerge:tokens=14,variant=paper",
        "prumerge+:attention=received",
        "hired:tokens=14"
      })
  void methodsOnBlocksInTilesAreEstimated(String method) {
    assertThat(ofFolder("intern/small", method).methods()).hasSize(1);
  }

  @Test
  void anImageInTilesRunsInTheTowerOncePerView() {
    RunEstimate estimate = ofTiles("none");
    CostModel cost = estimate.cost();
    assertThat(estimate.methods().get(0).tokens()).isEqualTo(5 * 16 + 8);
    assertThat(estimate.work().perImage())
        .isEqualTo(
            5.0 * cost.tower().features() + 5 * cost.connector().of(16, 0) + rows(cost, 88, 35));
    assertThat(ofTiles("fastervlm:tokens=20").work().perImage())
        .isEqualTo(
            5.0 * cost.tower().features()
                + 5 * cost.evidence().of(new ClassAttention(new TowerLayer.Last()))
                + 5 * cost.connector().of(4, 0)
                + rows(cost, 20, 35));
  }

  @ParameterizedTest
  @CsvSource({
    "mmtok:tokens=20, 20",
    "'first:tokens=@trim:clip=clip,tokens=20', 20",
    "downsample:tokens=24, 20",
    "'vscan:layer=1,tokens=20', 15", // of 6 of each view, no window gives one
    "first:flops=@first:tokens=40, 40",
    "tome:flops=@first:tokens=60, 0"
  })
  void tilesHaveTheirPartOfEveryMethodsTokens(String method, int tokens) {
    MethodEstimate estimate = ofTiles(method).methods().get(0);
    assertThat(estimate.work().views()).hasSize(5);
    assertThat(estimate.tokens()).isEqualTo(tokens > 0 ? tokens : estimate.tokens());
    assertThat(estimate.tokens()).isBetween(15, 79);
  }

  @Test
  void smallerTilesRunInPlaceOfTheWholeOnes() {
    RunEstimate estimate = ofTiles("downsample:tokens=24");
    CostModel cost = estimate.cost();
    assertThat(estimate.work().perImage())
        .isEqualTo(
            5.0 * cost.tower().layers(0)
                + 5 * cost.evidence().of(new TowerEvidence.SmallImage(2))
                + 5 * cost.connector().of(4, 0)
                + rows(cost, 20, 35));
    assertThat(new RunFlops(ofTiles("downsample:tokens=@fastervlm:tokens=24")).tower())
        .isEqualTo(5.0 * cost.tower().features());
  }

  /**
   * A photograph of 640 x 480 becomes 6 x 9 tokens of 8 x 8 pixels, within the 4,096 of the file.
   */
  @Test
  void aSmallerPictureHasItsOwnTower() {
    RunEstimate whole = ofFolder("qwen/qwen2_5_vl/tied", "none");
    RunEstimate estimate = ofFolder("qwen/qwen2_5_vl/tied", "resize:tokens=20");
    RunEstimate half = ofFolder("qwen/qwen2_5_vl/tied", "first:tokens=@resize:tokens=20");
    CostModel cost = estimate.cost();
    MethodEstimate resized = estimate.methods().get(0);
    PatchGrid grid = new PatchGrid(3, 5);

    assertThat(whole.methods().get(0).tokens()).isEqualTo(6 * 9);
    assertThat(resized.work().grids()).containsExactly(grid);
    assertThat(resized.tokens()).isEqualTo(15);
    assertThat(half.methods().get(0).sized()).hasToString("first:tokens=15");
    assertThat(new RunFlops(estimate).tower()).isEqualTo(cost.tower().of(resized.work()));
    assertThat(new RunFlops(estimate).tower()).isLessThan(new RunFlops(whole).tower());
    assertThat(estimate.alone(resized))
        .isLessThan(half.alone(half.methods().get(0)))
        .isGreaterThan(cost.tower().of(resized.work()));
  }

  /** Both pictures go through the tower, the whole one once for all that see it. */
  @Test
  void theTowerRunsOncePerPicture() {
    LlavaConfig config = configuration("intern/small");
    RunEstimate together =
        RunEstimate.of(
            CostModel.of(config),
            SeenPictures.unknown(config).typical(),
            35,
            12,
            Stream.of("none", "resize:tiles=2", "first:tokens=50").map(MethodSpec::parse).toList(),
            CLIPS::get);
    CostModel cost = together.cost();
    int views = together.methods().get(0).work().views().size();
    int fewer = together.methods().get(1).work().views().size();

    assertThat(fewer).isLessThanOrEqualTo(3).isLessThan(views);
    assertThat(together.methods().get(1).tokens()).isEqualTo(fewer * config.viewTokens());
    assertThat(new RunFlops(together).tower())
        .isEqualTo((views + fewer) * (double) cost.tower().features());
  }

  private static RunEstimate ofQueries(String name, String method) {
    LlavaConfig config =
        Checkpoint.configuration(
            Path.of(
                System.getProperty("project.root"),
                "udfs/src/test/resources/goldens/queries",
                name));
    return RunEstimate.of(
        CostModel.of(config),
        SeenPictures.unknown(config).typical(),
        0,
        12,
        List.of(MethodSpec.parse(method)),
        CLIPS::get);
  }

  @Test
  void queriesThatReadTheQuestionRunForEach() {
    RunEstimate estimate = ofQueries("instructblip", "none");
    CostModel cost = estimate.cost();
    long shared = cost.connector().shared();
    assertThat(estimate.methods().get(0).tokens()).isEqualTo(5);
    assertThat(estimate.work().perImage()).isEqualTo((double) cost.tower().features() + shared);
    assertThat(estimate.work().perQuestion())
        .isEqualTo((double) cost.connector().of(5, 12) - shared + cost.decoder().prefill(17));
    assertThat(estimate.alone(estimate.methods().get(0)))
        .isEqualTo(
            (double) cost.tower().features()
                + cost.connector().of(5, 12)
                + cost.decoder().prefill(17));
  }

  @Test
  void queriesThatDoNotRunOncePerImage() {
    RunEstimate estimate = ofQueries("blip2", "none");
    CostModel cost = estimate.cost();
    assertThat(estimate.work().perImage())
        .isEqualTo((double) cost.tower().features() + cost.connector().of(5, 0) + rows(cost, 5, 0));
    assertThat(estimate.work().perQuestion()).isLessThan(cost.decoder().prefill(17));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prumerge", "random:tokens=2", "tome:tokens=9", "fastv:flops=@prumerge"})
  void refusesToDropPatchesBeforeQueries(String method) {
    assertThatThrownBy(() -> ofQueries("blip2", method))
        .isInstanceOf(ReductionException.class)
        .hasMessage(
            "Cannot drop patches of a model whose queries make 5 tokens of all of them; use"
                + " none, or a method that drops tokens inside the decoder");
  }

  @Test
  void itsOutliersAreThePapersShareInEveryGrid() {
    for (int side = 1; side <= 48; side++) {
      int patches = side * side;
      int kept =
          TokenReducers.of(MethodSpec.parse("prumerge:summary=false"))
              .tokens(new TypicalImage(patches, patches, 23));
      // The official rounding of the share drops one patch on some grids.
      assertThat(kept)
          .isBetween((int) (0.055 * patches) - 1, (int) Math.max(1, 0.055 * patches + 1));
    }
  }
}

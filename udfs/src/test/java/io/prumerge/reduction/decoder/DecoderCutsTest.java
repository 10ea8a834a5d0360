package io.prumerge.reduction.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.config.ReferenceModel;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.MethodCost;
import io.prumerge.cost.Shapes;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that drop visual tokens inside the decoder: their specs and their counts. */
class DecoderCutsTest {

  private static final int LAYERS = 32;

  private static final CostModel LLAVA_7B =
      new CostModel(
          Shapes.llava(
              Shapes.clip(1024, 4096, 24, 16, 23, 1024, 576, 14),
              Shapes.llama(4096, 11008, LAYERS, 32, 32, 128, 32000)));

  private static final MethodCost LLAVA_7B_METHODS = new MethodCost(LLAVA_7B);

  /** An image of which nothing but its size is known, before a decoder of 32 layers. */
  private static ArrayPatchTokens image(int tokens) {
    return new ArrayPatchTokens(
            new float[tokens][1], new float[tokens][1], new float[tokens], new byte[32])
        .with(LLAVA_7B_METHODS);
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static List<LayerCut> cuts(String method, int tokens) {
    List<LayerCut> cuts = reducer(method).on(image(tokens)).cuts(tokens, LAYERS);
    LayerCut.check(cuts, tokens, LAYERS);
    return cuts;
  }

  /** Layers, and the tokens from them on. */
  private static String schedule(String method, int tokens) {
    List<String> steps = new ArrayList<>();
    int left = tokens;
    for (LayerCut cut : cuts(method, tokens)) {
      left = cut.count(left);
      steps.add(cut.layer() + ":" + left);
    }
    return String.join(" ", steps);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fastv                              | fastv",
        "fastv:layer=3,ratio=0.5            | fastv",
        "fastv:positions=kept               | fastv",
        "fastv:ratio=0.250,layer=2          | fastv:layer=2,ratio=0.25",
        "fastv:tokens=144                   | fastv:tokens=144",
        "fastv:tokens=@mean:0192,layer=2    | fastv:layer=2,tokens=@mean:192",
        "fastv:positions=packed             | fastv:positions=packed",
        "fastv:variant=hf                   | fastv",
        "fastv:variant=rows,tokens=9        | fastv:tokens=9,variant=rows",
        "fastv:flops=@uniform:tokens=0400   | fastv:flops=@uniform:tokens=400",
        "fastv:layer=2,flops=@vtw           | fastv:layer=2,flops=@vtw",
        "fastv:variant=rows,tokens=@none    | fastv:variant=rows,tokens=@none",
        "vtw:tokens=@mean:100               | vtw:tokens=@mean:100",
        "v2drop:ratios=0.5/0.50/0,flops=@vtw:layer=16 | v2drop:ratios=0.5/0.5/0,flops=@vtw",
        "pact                               | pact",
        "pact:layer=4,ratio=.55,cutoff=0.210 | pact",
        "pact:cutoff=0.3,layer=1            | pact:cutoff=0.3,layer=1",
        "deeprandom:layer=20,ratio=.5,seed=0 | deeprandom",
        "deeprandom:seed=3,tokens=9         | deeprandom:seed=3,tokens=9",
        "deeprandom:layer=9,flops=@vtw      | deeprandom:layer=9,flops=@vtw",
        "priortr:layer=03,query=question,tokens=192 | priortr:layer=3",
        "priortr:query=last,tokens=320      | priortr:query=last,tokens=320",
        "priortr:tokens=@mean:100           | priortr:tokens=@mean:100",
        "clse:layers=1/11/21,tokens=192     | clse:layers=1/11/21",
        "clse:positions=packed,tokens=64    | clse:positions=packed,tokens=64",
        "clse:flops=@vtw:layer=9            | clse:flops=@vtw:layer=9",
        "vtw                                | vtw",
        "vtw:layer=16                       | vtw",
        "vtw:layer=15                       | vtw:layer=15",
        "pyramiddrop:layers=08/16/24        | pyramiddrop",
        "pyramiddrop:ratio=.50              | pyramiddrop",
        "pyramiddrop:layers=2/4             | pyramiddrop:layers=2/4",
        "pyramiddrop:tokens=@mean:192       | pyramiddrop:tokens=@mean:192",
        "pyramiddrop:positions=kept         | pyramiddrop:positions=kept",
        "dart:tokens=128,layer=2            | dart",
        "dart:reduction=0.7780              | dart:reduction=0.778",
        "v2drop:layers=3/17/22              | v2drop:layers=3/17/22",
        "v2drop:ratios=0.50/0.5/0.0         | v2drop:ratios=0.5/0.5/0",
        "v2drop:schedule=192                | v2drop:schedule=192",
        "v2drop:layers=2,ratios=0.25        | v2drop:layers=2,ratios=0.25",
        "sparsevlm:tokens=192,version=1     | sparsevlm",
        "sparsevlm:version=2,tokens=64      | sparsevlm:tokens=64,version=2",
        "sparsevlm:budgets=300/200/110      | sparsevlm",
        "sparsevlm:budgets=300/200/118      | sparsevlm:budgets=300/200/118",
        "sparsevlm:budgets=9/0,layers=0/1   | sparsevlm:budgets=9/0,layers=0/1",
        "uniform:tokens=@mean:64            | uniform:tokens=64"
      })
  void specsAreCanonical(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
    if (!text.startsWith("uniform")) {
      assertThat(cuts(canonical, 576)).isEqualTo(cuts(text, 576));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastv:ratio=0.5,tokens=3",
        "deeprandom:ratio=0.5,tokens=3",
        "deeprandom:seed=x",
        "priortr:query=all",
        "priortr:ratio=0.5",
        "clse:layers=1/2/3/4",
        "clse:layers=0/2",
        "divprune:tokens=64..clse",
        "downsample:tokens=64..clse:tokens=@mean:20",
        "priortr..fastv",
        "fastv:ratio=0.5,tokens=@mean:3",
        "fastv:tokens=@mean:0",
        "fastv:layer=0",
        "fastv:ratio=2",
        "fastv:positions=Kept",
        "vtw:tokens=3",
        "pyramiddrop:tokens=64",
        "pyramiddrop:tokens=@prumerge",
        "pyramiddrop:ratio=0.5,flops=@prumerge",
        "vtw:layer=3,tokens=@mean:100",
        "pact:tokens=64",
        "pact:flops=@prumerge",
        "none:flops=@prumerge",
        "fastv:flops=64",
        "fastv:flops=@fastv:flops=@prumerge",
        "fastv:flops=@prumerge:tokens=@none",
        "fastv:ratio=0.5,flops=@prumerge",
        "fastv:tokens=3,flops=@prumerge",
        "fastv:tokens=@mean:3,flops=@prumerge",
        "fastv:variant=paper",
        "pyramiddrop:layers=8/8",
        "pyramiddrop:layers=0/8",
        "pyramiddrop:layers=8//9",
        "dart:reduction=0.5,tokens=3",
        "v2drop:ratios=0.5",
        "v2drop:ratios=0.5/0.5/1.5",
        "v2drop:schedule=100",
        "v2drop:schedule=64,ratios=0.5/0.5/0",
        "v2drop:schedule=64,layers=1/2",
        "v2drop:schedule=64,tokens=@mean:64",
        "v2drop:schedule=64,flops=@vtw",
        "sparsevlm:tokens=100",
        "sparsevlm:version=3",
        "sparsevlm:tokens=64,budgets=1/2/3",
        "sparsevlm:budgets=1/2"
      })
  void whatContradictsItselfIsRefused(String text) {
    assertThatThrownBy(() -> MethodSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Python's round(n * ratio), which rounds halves to even. */
  @ParameterizedTest
  @CsvSource({"576, 0.5, 288", "5, 0.5, 2", "7, 0.5, 4", "576, 0.0001, 1", "576, 1, 576"})
  void fastVRoundsItsShareHalfToEven(int tokens, double ratio, int kept) {
    assertThat(schedule("fastv:ratio=" + ratio, tokens)).isEqualTo("3:" + kept);
  }

  /** The published settings, and the counts that rival-reducers works out from the code. */
  @ParameterizedTest
  @CsvSource({
    "pyramiddrop, 576, 8:288 16:144 24:72",
    "pyramiddrop, 577, 8:288 16:144 24:72",
    "pyramiddrop, 1, 8:0 16:0 24:0",
    "pyramiddrop:ratio=0.3, 576, 8:172 16:51 24:15",
    "v2drop, 576, 3:288 17:144 22:1",
    "v2drop, 1, 3:1 17:1 22:1",
    "v2drop, 7, 3:3 17:1 22:1",
    "v2drop:schedule=192, 576, 3:288 17:86 22:1",
    "v2drop:schedule=128, 576, 3:161 17:40 22:1",
    "v2drop:schedule=64, 576, 3:28 17:1 22:1",
    "'v2drop:layers=1/3/4,schedule=64', 576, 1:28 3:1 4:1",
    "dart, 576, 2:132",
    "dart:tokens=64, 576, 2:68",
    "dart:tokens=192, 576, 2:196",
    "dart:reduction=0.778, 576, 2:124",
    "dart:tokens=7, 576, 2:4",
    "dart, 100, 2:100",
    "dart, 3, 2:3",
    "sparsevlm, 576, 3:309 7:204 16:113",
    "sparsevlm:tokens=128, 576, 3:312 7:117 16:39",
    "sparsevlm:tokens=64, 576, 3:82 7:32 16:18",
    "'sparsevlm:version=2', 576, 3:300 7:200 16:118",
    "'sparsevlm:tokens=96,version=2', 576, 3:246 7:54 16:28",
    "sparsevlm, 1, 3:1 7:1 16:1",
    "'sparsevlm:version=2', 1, 3:0 7:0 16:0",
    "priortr, 576, 3:192",
    "'priortr:layer=2,tokens=64', 576, 2:64",
    "priortr, 144, 3:144",
    "clse, 576, 1:330 11:210 21:62",
    "clse:tokens=128, 576, 1:220 11:140 21:41",
    "clse:tokens=64, 576, 1:110 11:70 21:20",
    "clse:tokens=100, 576, 1:172 11:109 21:32",
    "clse, 144, 1:144 11:144 21:62",
    "clse:tokens=@mean:192, 576, 1:304 11:192 21:56",
    "clse:tokens=@mean:128, 576, 1:192 11:122 21:35",
    "clse:tokens=@mean:64, 576, 1:80 11:51 21:15",
    "'clse:layers=4/6,tokens=64', 576, 4:110 6:70",
    "fastv:tokens=@mean:192, 576, 3:152",
    "fastv:tokens=@mean:128, 576, 3:82",
    "fastv:tokens=@mean:64, 576, 3:11",
    "'fastv:layer=2,tokens=@mean:192', 576, 2:166",
    "'fastv:layer=2,tokens=@mean:128', 576, 2:98",
    "'fastv:layer=2,tokens=@mean:64', 576, 2:30",
    "fastv:tokens=@mean:576, 576, 3:576",
    "'fastv:layer=1,tokens=@mean:1', 1, 1:1",
    "deeprandom, 577, 20:288",
    "'deeprandom:layer=16,tokens=@mean:320', 576, 16:64"
  })
  void countsAreThoseOfTheAuthors(String method, int tokens, String schedule) {
    assertThat(schedule(method, tokens)).isEqualTo(schedule);
  }

  private static ArrayPatchTokens qwen(int rows, int cols) {
    return image(rows * cols).of(ReferenceModel.QWEN_VL, new PatchGrid(rows, cols));
  }

  private static String scheduleOn(ArrayPatchTokens image, String method) {
    List<String> steps = new ArrayList<>();
    List<LayerCut> cuts = LayerCut.of(reducer(method).on(image), image, image.count(), LAYERS);
    int left = image.count();
    for (LayerCut cut : cuts) {
      left = cut.count(left);
      steps.add(cut.layer() + ":" + left);
    }
    return String.join(" ", steps);
  }

  /**
   * The authors' code for Qwen2-VL: {@code clse_qwen2vl_model.py}, {@code
   * modeling_qwen2_vl_self.py} of V2Drop, {@code VTRConfig} of PriorTR.
   */
  @ParameterizedTest
  @CsvSource({
    "clse:tokens=33.4%, 10, 10, 1:56 10:36 19:9",
    "clse:tokens=33.4%, 4, 25, 1:56 10:36 19:9",
    "clse:tokens=22.3%, 10, 10, 1:38 10:24 19:6",
    "clse:tokens=11.2%, 10, 10, 1:19 10:12 19:3",
    "clse:tokens=25%, 10, 10, 1:42 10:27 19:7",
    "clse:tokens=50%, 10, 10, 1:85 10:54 19:14",
    "clse:tokens=100%, 10, 10, 1:100 10:100 19:29",
    "clse:tokens=192, 24, 24, 1:328 10:207 19:56",
    "clse:tokens=64, 16, 36, 1:109 10:69 19:18",
    "clse:tokens=1, 3, 5, 1:1 10:1 19:1",
    "clse, 5, 7, 1:35 10:35 19:35",
    "'clse:layers=1/11/21,tokens=33.4%', 10, 10, 1:56 11:36 21:9",
    "v2drop, 10, 10, 3:25 16:1 22:1",
    "v2drop, 24, 24, 3:144 16:7 22:1",
    "v2drop:layers=3/17/22, 24, 24, 3:144 17:7 22:1",
    "v2drop:ratios=0.5/0.5/0, 24, 24, 3:288 16:144 22:1",
    "v2drop:schedule=64, 24, 24, 3:28 17:1 22:1",
    "v2drop:tokens=@mean:100, 24, 24, 3:111 16:4 22:1",
    "priortr, 24, 24, 3:192"
  })
  void qwensCountsAreThoseOfItsOwnCode(String method, int rows, int cols, String schedule) {
    assertThat(scheduleOn(qwen(rows, cols), method)).isEqualTo(schedule);
  }

  /** The authors' code for Qwen2-VL has what would drop them commented out. */
  @Test
  void clseLeavesEarlierRowsOnQwen() {
    assertThat(reducer("clse").on(qwen(4, 6)).cuts(24, LAYERS))
        .noneMatch(LayerCut::dropsEarlierRows);
    assertThat(cuts("clse", 576)).allMatch(LayerCut::dropsEarlierRows);
  }

  @Test
  void priorTrsLayerIsTheModels() {
    ArrayPatchTokens intern = image(576).of(ReferenceModel.INTERN_VL, PatchGrid.square(24));
    assertThat(scheduleOn(intern, "priortr")).isEqualTo("2:192");
    assertThat(scheduleOn(intern, "priortr:layer=3,tokens=64")).isEqualTo("3:64");
  }

  /** Means over the layers of what their authors call 192, 128 and 64. */
  @ParameterizedTest
  @CsvSource({
    "priortr, 192, 228.0",
    "priortr, 128, 170.0",
    "priortr, 64, 112.0",
    "clse, 192, 208.1",
    "clse, 128, 144.6",
    "clse, 64, 81.1"
  })
  void theAuthorsNumbersAreNotTheMeans(String method, int tokens, double mean) {
    String spec = method + ":tokens=" + tokens;
    double found = LLAVA_7B_METHODS.layerMean(reducer(spec).on(image(576)), image(576));
    assertThat(found).isCloseTo(mean, within(0.05));
  }

  @Test
  void clseWantsTheGridOfOneView() {
    ArrayPatchTokens image = image(577);
    assertThatThrownBy(() -> reducer("clse").on(qwen(1, 9)))
        .isInstanceOf(ReductionException.class)
        .hasMessage(
            "Cannot use clse: it filters a grid of tokens, and this image has 1 x 9 of them; use a"
                + " larger image, or another method");
    assertThatThrownBy(() -> LayerCut.of(reducer("clse"), 577, LAYERS))
        .isInstanceOf(ReductionException.class)
        .hasMessage(
            "Cannot filter 577 tokens for the cut before layer 1: they are no grid of"
                + " 24 x 24");
    assertThatThrownBy(() -> reducer("divprune:tokens=64..clse").on(image))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use method 'divprune:tokens=64..clse': clse filters the whole grid of patches,"
                + " of which the first leaves some; give it alone");
  }

  /** The draw of {@code random}, whatever the layer; another image has another one. */
  @Test
  void deepRandomDrawsAsRandomDoes() {
    SeenTokens all = new SeenTokens(576, Map.of());
    LayerCut cut = cuts("deeprandom:seed=3,tokens=40", 576).get(0);
    assertThat(cut.keep(all).tokens()).containsExactly(SeededDraw.of(image(576), 3).of(576, 40));
    assertThat(cuts("deeprandom:tokens=40", 576).get(0).keep(all).tokens())
        .isNotEqualTo(cut.keep(all).tokens());
    byte[] hash = new byte[32];
    hash[0] = 1;
    ArrayPatchTokens other =
        new ArrayPatchTokens(new float[576][1], new float[576][1], new float[576], hash);
    assertThat(
            reducer("deeprandom:seed=3,tokens=40")
                .on(other)
                .cuts(576, LAYERS)
                .get(0)
                .keep(all)
                .tokens())
        .isNotEqualTo(cut.keep(all).tokens());
    assertThat(reducer("deeprandom").on(other).spec()).hasToString("deeprandom");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fastv", "pyramiddrop", "dart", "sparsevlm", "v2drop", "vtw", "priortr", "clse"})
  void aMeanOverTheLayersIsAsCloseAsTheMethodAllows(String method) {
    double step = method.equals("dart") ? 8 * 30 / 32.0 / 2 : method.equals("vtw") ? 9 : 1.5;
    int most = method.equals("sparsevlm") ? 340 : method.equals("v2drop") ? 390 : 576;
    most = method.equals("clse") ? 440 : most;
    for (int mean = 180; mean <= most; mean += 37) {
      long total = 0;
      int left = 576;
      int layer = 0;
      for (LayerCut cut : cuts(method + ":tokens=@mean:" + mean, 576)) {
        total += (long) left * (cut.layer() - layer);
        left = cut.count(left);
        layer = cut.layer();
      }
      total += (long) left * (LAYERS - layer);
      assertThat(Math.abs(total / (double) LAYERS - mean)).as("%d", mean).isLessThanOrEqualTo(step);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fastv, 54, 54.9, 576.0",
    "pyramiddrop, 143, 144.3, 576.0",
    "dart, 579, 39.8, 576.0",
    "sparsevlm, 576, 57.2, 344.2",
    "v2drop, 16, 54.9, 396.3",
    "priortr, 54, 54.9, 576.0",
    "clse, 18, 18.6, 441.3",
    "vtw, 8, 18.0, 558.0"
  })
  void aMeanThatCannotBeIsRefused(String method, int mean, double least, double most) {
    TokenReducer reducer = reducer(method + ":tokens=@mean:" + mean);
    assertThatThrownBy(() -> reducer.on(image(576)))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining(
            "Cannot have "
                + mean
                + " visual tokens in a layer on average: "
                + method
                + ":tokens=@mean:"
                + mean
                + " can have from "
                + least
                + " to "
                + most);
  }

  /** One and a half of it in the first half of the layers, a half of it in the second. */
  @ParameterizedTest
  @CsvSource({"64, 64", "192, 192", "384, 384"})
  void vscansBudgetIsItsAuthorsNumber(int mean, int tokens) {
    ArrayPatchTokens image = image(576);
    for (TowerEvidence seen : reducer("vscan:tokens=9").sees()) {
      if (seen instanceof TowerEvidence.ClassAttention) {
        image.with(seen, new float[576]);
      }
    }
    assertThat(reducer("vscan:tokens=@mean:" + mean).on(image).spec())
        .hasToString("vscan:tokens=" + tokens);
    TokenReducer out = reducer("vscan:tokens=@mean:390");
    assertThatThrownBy(() -> out.on(image))
        .isInstanceOf(ReductionException.class)
        .hasMessageEndingWith("to 384.0; name another number or other layers");
  }

  @Test
  void fastVKeepsTheMostAttendedInTheirOrderAndTheLowerOfEqualOnes() {
    LayerCut cut = cuts("fastv:layer=2,tokens=3", 6).get(0);
    Evidence attention = new Evidence.LastRowAttention(1);
    assertThat(cut.layer()).isEqualTo(2);
    assertThat(cut.sees()).containsExactly(attention);
    assertThat(cut.positions()).isEqualTo(CutPositions.KEPT);
    float[] scores = {0.1f, 0.3f, 0.2f, 0.05f, 0.3f, 0.2f};
    assertThat(cut.keep(new SeenTokens(6, Map.of(attention, scores))).tokens())
        .containsExactly(1, 2, 4);
  }

  /** P = (0.2, 0.5, 0.3), Q = (0.5, 0.4, 0.1): scores -0.18, 0.11, 0.33; the last row alone. */
  @Test
  void priorTrKeepsWhatTheQuestionGivesMoreAttentionThanItsNullToken() {
    Evidence attention = new Evidence.TextAttention(1);
    float[] rows = {0.05f, 0.04f, 0.01f, 0.0f, 0.085f, 0.065f, 0.01f, 0.025f, 0.015f};
    try (DeviceRules rules = new DeviceRules()) {
      for (String spec :
          List.of("priortr:layer=2,tokens=2", "priortr:layer=2,query=last,tokens=2")) {
        LayerCut cut = cuts(spec, 3).get(0);
        assertThat(cut.sees()).containsExactly(attention);
        assertThat(cut.dropsEarlierRows()).isTrue();
        assertThat(cut.keep(rules.seen(cut, 3, Map.of(attention, rows))).tokens())
            .containsExactly(1, 2);
      }
      LayerCut one = cuts("priortr:layer=2,query=last,tokens=1", 3).get(0);
      float[] last = {0.05f, 0.04f, 0.01f, 0.0f, 0.0f, 0.9f, 0.1f, 0.8f, 0.1f};
      assertThat(one.keep(rules.seen(one, 3, Map.of(attention, last))).tokens())
          .as("of the last row only")
          .containsExactly(1);
    }
  }

  /**
   * The rows are those of {@code </img>}, its line's end, the question and the answer's begin. On
   * InternVL the null token is the second row; Qwen's models leave out the last one.
   */
  @ParameterizedTest
  @CsvSource({"LLAVA, 2", "INTERN_VL, 1", "QWEN_VL, 0"})
  void priorTrsNullTokenAndQuestionAreTheModels(ReferenceModel model, int kept) {
    float[] rows = {
      0.02f, 0.19f, 0.03f,
      0.04f, 0.02f, 0.2f,
      0.41f, 0.31f, 0.04f,
      0.08f, 0.12f, 0.57f
    };
    ArrayPatchTokens image = image(3).of(model, new PatchGrid(1, 3));
    LayerCut cut = reducer("priortr:layer=2,tokens=1").on(image).cuts(3, LAYERS).get(0);
    try (DeviceRules rules = new DeviceRules()) {
      assertThat(cut.keep(rules.seen(cut, 3, Map.of(new Evidence.TextAttention(1), rows))).tokens())
          .containsExactly(kept);
    }
  }

  @Test
  void vtwLooksAtNothingAndKeepsNothing() {
    LayerCut cut = cuts("vtw:layer=1", 576).get(0);
    assertThat(cut.sees()).isEmpty();
    assertThat(cut.keep(new SeenTokens(576, Map.of())).tokens()).isEmpty();
    assertThat(cut.count(576)).isZero();
  }

  @Test
  void moreTokensThanThereAreCannotBeKept() {
    assertThatThrownBy(() -> LayerCut.of(reducer("fastv:tokens=10"), 9, LAYERS))
        .isInstanceOf(ReductionException.class)
        .hasMessage("Cannot keep 10 of 9 tokens before layer 3; a cut keeps from 0 to all of them");
  }

  /** The defaults are layers of a decoder with 32. */
  @ParameterizedTest
  @CsvSource({"vtw, 16", "pyramiddrop, 8", "v2drop, 17", "sparsevlm, 16", "'fastv:layer=9', 9"})
  void aSmallerDecoderNeedsOtherLayers(String method, int layer) {
    List<LayerCut> cuts = reducer(method).cuts(144, 8);
    assertThatThrownBy(() -> LayerCut.check(cuts, 144, 8))
        .isInstanceOf(ReductionException.class)
        .hasMessageStartingWith(
            "Cannot drop visual tokens before layer "
                + layer
                + ": the decoder has layers 0 to 7, and the layer must be above ")
        .hasMessageEndingWith("; name the method's layers");
  }

  private record Sees(int layer, int kept, List<Evidence> sees) implements LayerCut {
    @Override
    public CutPositions positions() {
      return CutPositions.KEPT;
    }

    @Override
    public int count(int tokens) {
      return kept;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of();
    }
  }

  @Test
  void cutsThatADecoderCannotMakeAreRefused() {
    LayerCut third = new Sees(3, 2, List.of());
    LayerCut second = new Sees(2, 4, List.of());
    LayerCut.check(List.of(second, third), 4, 4);
    for (List<LayerCut> cuts : List.of(List.of(second, second), List.of(third, second))) {
      assertThatThrownBy(() -> LayerCut.check(cuts, 9, 4))
          .isInstanceOf(ReductionException.class)
          .hasMessageContaining("before layer 2: the decoder has layers 0 to 3");
    }
    assertThatThrownBy(() -> LayerCut.check(List.of(second), 3, 4))
        .hasMessageStartingWith("Cannot keep 4 of 3 tokens before layer 2;");
    assertThatThrownBy(() -> LayerCut.check(List.of(new Sees(2, -1, List.of())), 3, 4))
        .hasMessageStartingWith("Cannot keep -1 of 3 tokens before layer 2;");
    // Evidence of layer 1, where other tokens were there than after the cut before layer 2; and of
    // a layer that has not run.
    for (int layer : new int[] {1, 3}) {
      LayerCut early = new Sees(3, 1, List.of(new Evidence.Keys(layer)));
      assertThatThrownBy(() -> LayerCut.check(List.of(second, early), 8, 8))
          .hasMessageContaining("for the cut before layer 3: its layer must be from 2 to 2");
    }
    LayerCut.check(
        List.of(
            second,
            new Sees(
                3,
                1,
                List.of(
                    new Evidence.LastRowAttention(3),
                    new Evidence.Hidden(3),
                    new Evidence.TextAttention(2),
                    new Evidence.TextRelevance()))),
        8,
        8);
  }
}

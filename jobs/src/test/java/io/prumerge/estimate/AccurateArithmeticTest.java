package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.Connector;
import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.MlpConnector;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.QFormerQueries;
import io.prumerge.architecture.QFormerWords;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.PatchShape;
import io.prumerge.cost.ReductionWork;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerFeatures;
import io.prumerge.cost.TowerShape;
import io.prumerge.estimate.Estimate.PruningFloor;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccurateArithmeticTest {

  private static final CostMode MODE = CostMode.ACCURATE;

  private static Estimate estimate(String shape, int visual, String precision, String hardware) {
    return Estimate.of(Scenarios.of(shape, visual, 40, precision, hardware, MODE));
  }

  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b,  576, 8177644994560,  8567838044160,  322961408, 13537640448",
    "llava-1.5-7b,  144, 2401182416896,  2773256073216,  96468992,  13311148032",
    "llava-1.5-7b,  32,  935524827136,   1302900862976,  37748736,  13252427776",
    "llava-1.5-13b, 576, 15942510182400, 16344782827520, 504627200, 26208665600",
    "llava-1.5-13b, 144, 4697161728000,  5072255283200,  150732800, 25854771200",
    "llava-1.5-13b, 32,  1831613235200,  2199660359680,  58982400,  25763020800"
  })
  void givesTheReferenceTotals(
      String shape, int visual, long prefill, long endToEnd, long cache, long nextToken) {
    Estimate estimate = estimate(shape, visual, "fp16", "a100-80gb-sxm");
    long reduction = estimate.image().reduction().orElseThrow().flops();

    assertThat(estimate.prefill().flops()).isEqualTo(prefill);
    assertThat(estimate.firstTokenFlops() - reduction).isEqualTo(endToEnd);
    assertThat(estimate.footprint().cache()).isEqualTo(cache);
    assertThat(estimate.decodeToken().flops()).isEqualTo(nextToken);
    assertThat(reduction).isEqualTo(visual == 576 ? 0 : pruMerge(shape, visual));
  }

  private static long pruMerge(String shape, int tokens) {
    return new CostModel(Scenarios.SHAPES.named(shape).shape())
        .reductions()
        .of(new ReductionWork(true, tokens - 1, 32, true));
  }

  /** The operators' FLOPs add up to the closed forms, on made-up shapes. */
  @Test
  void operatorsAddUpToTheCountedFlops() {
    Random random = new Random(20261120);
    for (int i = 0; i < 300; i++) {
      Scenario scenario = scenario(random);
      Arithmetic arithmetic = Arithmetic.of(scenario);
      TokenSchedule prompt = scenario.prompt().tokens();

      agrees(scenario, Optional.of(arithmetic.prefill(prompt)));
      agrees(scenario, Optional.of(arithmetic.decodeToken(prompt)));
      agrees(scenario, arithmetic.vision());
      agrees(scenario, arithmetic.projector());
      agrees(scenario, arithmetic.reduction());
      assertThat(arithmetic.prefill(prompt).pass().traffic().cacheStored())
          .as("%s", scenario)
          .isEqualTo(arithmetic.footprint(prompt).cache());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llava-onevision-7b", "qwen2.5-vl-3b", "qwen2.5-vl-7b"})
  void operatorsOfATowerWithoutAClassTokenAddUpToTheCountedFlops(String shape) {
    Scenario scenario = Scenarios.of(shape, 100, 40, "fp16", "t4", MODE);
    Arithmetic arithmetic = Arithmetic.of(scenario);

    agrees(scenario, arithmetic.vision());
    agrees(scenario, arithmetic.projector());
    assertThat(arithmetic.reduction().orElseThrow()).isEqualTo(StageWork.NOTHING);
  }

  @Test
  void operatorsOfAQFormerAddUpToTheCountedFlops() {
    Random random = new Random(20261121);
    for (int i = 0; i < 100; i++) {
      Scenario scenario = scenario(random);
      ModelShape shape = scenario.shape().shape();
      int heads = 1 + random.nextInt(3);
      int queries = 1 + random.nextInt(6);
      QFormer connector =
          new QFormer(
              shape.tower().features().width(),
              shape.decoder().width(),
              heads * (1 + random.nextInt(5)),
              1 + random.nextInt(9),
              1 + random.nextInt(5),
              heads,
              new QFormerQueries(queries, 1 + random.nextInt(3)),
              random.nextBoolean() ? QFormerWords.NONE : new QFormerWords(9, 99));
      Scenario asked =
          new Scenario(
              new NamedShape("q", new ModelShape(shape.tower(), connector, shape.decoder()), 1),
              new PromptTokens(
                  TokenSchedule.constant(queries * random.nextInt(4)), 1 + random.nextInt(40)),
              scenario.batch(),
              scenario.precision(),
              scenario.attention(),
              ReductionKind.NONE,
              scenario.hardware(),
              CostMode.ACCURATE);
      agrees(asked, Arithmetic.of(asked).projector());
    }
  }

  private static void agrees(Scenario scenario, Optional<StageWork> work) {
    assertThat(work.orElseThrow().pass().products())
        .as("%s", scenario)
        .isEqualTo(work.orElseThrow().flops());
  }

  private static Scenario scenario(Random random) {
    int layers = 1 + random.nextInt(4);
    int kvHeads = 1 + random.nextInt(3);
    int headDim = 2 * (1 + random.nextInt(4));
    int heads = 1 + random.nextInt(3);
    TowerShape tower =
        new TowerShape(
            heads * (1 + random.nextInt(6)),
            1 + random.nextInt(9),
            5,
            heads,
            new TowerFeatures(random.nextInt(6), 1 + random.nextInt(9)),
            1 + random.nextInt(50),
            new PatchShape(1 + random.nextInt(5), 3),
            ClipKind.CLIP);
    int queryHeads = kvHeads * (1 + random.nextInt(3));
    LlamaWeights.Builder weights =
        LlamaWeights.builder()
            .width(1 + random.nextInt(9))
            .mlp(1 + random.nextInt(9))
            .layers(layers)
            .queries((long) queryHeads * headDim)
            .keys((long) kvHeads * headDim)
            .vocabulary(1 + random.nextInt(9));
    boolean attention = random.nextBoolean();
    weights.biases(new LlamaBiases(attention, attention, random.nextBoolean()));
    weights.tied(random.nextBoolean());
    DecoderShape llama = new DecoderShape(weights.build(), queryHeads, kvHeads, headDim);
    DecoderShape opt =
        new DecoderShape(
            new OptWeights(
                (long) heads * headDim,
                1 + random.nextInt(9),
                layers,
                1 + random.nextInt(99),
                1 + random.nextInt(9),
                random.nextBoolean(),
                random.nextBoolean()),
            heads,
            heads,
            headDim);
    DecoderShape decoder = random.nextInt(3) > 0 ? llama : opt;
    Connector connector =
        random.nextBoolean()
            ? new MlpConnector(tower.features().width(), decoder.width(), true)
            : new LinearConnector(tower.features().width(), decoder.width());
    TokenSchedule visual =
        layers > 1 && random.nextBoolean()
            ? TokenSchedule.parse("0:%d,1:%d".formatted(random.nextInt(60), random.nextInt(60)))
            : TokenSchedule.constant(random.nextInt(60));
    return Scenarios.of(
        new NamedShape("odd", new ModelShape(tower, connector, decoder), 1 + random.nextInt(3)),
        visual,
        1 + random.nextInt(9),
        1 + random.nextInt(3),
        "fp16",
        random.nextBoolean() ? AttentionKernel.EAGER : AttentionKernel.FLASH,
        Scenarios.HARDWARE.named("t4"),
        MODE);
  }

  @Test
  void weightsAreTheWholeCheckpoint() {
    assertThat(estimate("llava-1.5-7b", 576, "fp16", "t4").footprint().weights())
        .isEqualTo(2 * 7_062_902_784L);
    assertThat(estimate("llava-1.5-7b", 576, "w4a16", "t4").footprint().weights())
        .as("tower and projector stay in 16 bits")
        .isEqualTo(6_738_415_616L / 2 + 2 * 324_487_168L);
    assertThat(estimate("llava-1.5-7b", 576, "fp32", "t4").footprint().weights())
        .isEqualTo(4 * 7_062_902_784L);
  }

  @Test
  void timeIsTheLongerOfArithmeticAndTraffic() {
    Estimate full = estimate("llava-1.5-7b", 576, "fp16", "v100-pcie");
    Estimate small = estimate("llava-1.5-7b", 32, "fp16", "v100-pcie");

    assertThat(full.prefill().seconds()).isGreaterThan(full.prefill().flops() / 112e12);
    assertThat(small.prefill().seconds())
        .isGreaterThan(small.prefill().traffic().weights() / 900e9);
    assertThat(full.prefill().memoryBound())
        .contains("softmax", "lm_head")
        .doesNotContain("q_proj");
    assertThat(small.prefill().memoryBound()).contains("q_proj", "down_proj");
    assertThat(full.decodeToken().memoryBound()).contains("q_proj", "qk_matmul", "lm_head");
    assertThat(full.image().vision().orElseThrow().memoryBound()).doesNotContain("q_proj");
    assertThat(full.image().vision().orElseThrow().seconds() * 1e3)
        .as("the tower's 0.366 T at 112 T/s and some")
        .isBetween(3.27, 6.0);
  }

  @Test
  void flashAttentionMovesNoScores() {
    StageEstimate flash =
        Estimate.of(
                Scenarios.of(
                    Scenarios.SHAPES.named("llava-1.5-7b"),
                    TokenSchedule.constant(576),
                    40,
                    1,
                    "fp16",
                    AttentionKernel.FLASH,
                    Scenarios.HARDWARE.named("v100-pcie"),
                    MODE))
            .prefill();
    StageEstimate eager = estimate("llava-1.5-7b", 576, "fp16", "v100-pcie").prefill();
    long scores = 32L * 32 * 616 * 616 * 2;

    assertThat(flash.flops()).isEqualTo(eager.flops());
    assertThat(eager.traffic().total() - flash.traffic().total()).isEqualTo(4 * scores);
    assertThat(flash.seconds()).isLessThan(eager.seconds());
  }

  @Test
  void belowTheRidgeFewerTokensBuyNothing() {
    PruningFloor floor = estimate("llava-1.5-7b", 576, "fp16", "v100-pcie").floor();
    int threshold = floor.visualTokens().orElseThrow();

    assertThat(threshold).isBetween(80, 110);
    assertThat(estimate("llava-1.5-7b", threshold, "fp16", "v100-pcie").prefill().memoryBound())
        .contains("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
    assertThat(estimate("llava-1.5-7b", threshold + 1, "fp16", "v100-pcie").prefill().memoryBound())
        .doesNotContain("gate_proj");
    assertThat(floor.seconds())
        .isEqualTo(estimate("llava-1.5-7b", 0, "fp16", "v100-pcie").prefill().seconds());
    assertThat(floor.seconds() * 1e3).as("13.2 GB at 900 GB/s").isBetween(14.68, 15.3);
  }

  @Test
  void theFloorDependsOnBatchAndWidth() {
    Hardware slow =
        HardwareTable.parse(
                "slow: {bandwidth_gb_per_s: 1, tera_per_s: {fp16: 1000}, source: x}", "x")
            .named("slow");
    Scenario tiny =
        Scenarios.of(
            Scenarios.SHAPES.named("mini"),
            TokenSchedule.constant(1),
            1,
            1,
            "fp16",
            AttentionKernel.EAGER,
            slow,
            MODE);
    Scenario crowd =
        Scenarios.of(
            Scenarios.SHAPES.named("llava-1.5-7b"),
            TokenSchedule.constant(1),
            40,
            8,
            "fp16",
            AttentionKernel.EAGER,
            Scenarios.HARDWARE.named("v100-pcie"),
            MODE);

    assertThat(Estimate.of(tiny).floor().visualTokens())
        .as("memory bound for any question")
        .isEmpty();
    assertThat(Estimate.of(crowd).floor().visualTokens()).as("text alone is enough").hasValue(0);
  }

  @Test
  void noVisualTokenMeansNoImage() {
    Estimate none = estimate("llava-1.5-7b", 0, "fp16", "t4");

    assertThat(none.image().vision().orElseThrow().flops()).isZero();
    assertThat(none.image().reduction().orElseThrow().flops()).isZero();
    assertThat(none.image().projector().orElseThrow().flops()).isZero();
    assertThat(none.firstTokenFlops()).isEqualTo(none.prefill().flops());
    assertThat(none.firstTokenSeconds()).isEqualTo(none.prefill().seconds());
  }

  @Test
  void oneTokenIsEnough() {
    Estimate one = Estimate.of(Scenarios.of("llava-1.5-7b", 1, 0, "fp16", "t4", MODE));

    assertThat(one.prefill().flops())
        .isEqualTo(new CostModel(one.scenario().shape().shape()).decoder().prefill(1));
    assertThat(one.image().reduction().orElseThrow().flops()).isPositive();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenarios.of("llava-1.5-7b", 0, 0, "fp16", "t4", MODE))
        .withMessageContaining("at least 1 token");
  }

  @Test
  void viewsAndBatchMultiply() {
    Estimate one = estimate("llava-1.5-7b", 576, "fp16", "t4");
    Estimate five = estimate("llava-1.6-vicuna-7b", 2880, "fp16", "t4");
    Estimate batch =
        Estimate.of(
            Scenarios.of(
                Scenarios.SHAPES.named("llava-1.5-7b"),
                TokenSchedule.constant(576),
                40,
                4,
                "fp16",
                AttentionKernel.EAGER,
                Scenarios.HARDWARE.named("t4"),
                MODE));

    assertThat(five.image().vision().orElseThrow().flops())
        .isEqualTo(5 * one.image().vision().orElseThrow().flops());
    assertThat(batch.firstTokenFlops()).isEqualTo(4 * one.firstTokenFlops());
    assertThat(batch.footprint().cache()).isEqualTo(4 * one.footprint().cache());
    assertThat(batch.footprint().weights()).isEqualTo(one.footprint().weights());
    assertThat(batch.prefill().traffic().weights() / (double) one.prefill().traffic().weights())
        .as("weights are read once but for the rows of the embedding")
        .isEqualTo(1, within(2e-3));
  }

  @Test
  void aScheduleSumsItsLayers() {
    Scenario scenario =
        Scenarios.of(
            Scenarios.SHAPES.named("llava-1.5-7b"),
            TokenSchedule.parse("0:576,2:192"),
            40,
            1,
            "fp16",
            AttentionKernel.EAGER,
            Scenarios.HARDWARE.named("t4"),
            MODE);
    Estimate estimate = Estimate.of(scenario);

    assertThat(estimate.prefill().flops() / 1e12).isEqualTo(3.3549, within(5e-5));
    assertThat(estimate.image().reduction().orElseThrow().flops()).as("all 576 enter").isZero();
    assertThat(estimate.footprint().cache()).isEqualTo(2L * 4096 * 2 * (2 * 616 + 30 * 232));
    assertThat(estimate.prefill().memoryBound()).doesNotHaveDuplicates();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Scenarios.of(
                    scenario.shape(),
                    scenario.prompt().visualTokens(),
                    40,
                    1,
                    "fp16",
                    AttentionKernel.EAGER,
                    scenario.hardware(),
                    CostMode.LLM_VIEWER))
        .withMessageContaining("which knows one number for all layers; use mode accurate");
  }

  @Test
  void aCountThatDoesNotFitIsAnError() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> estimate("llava-1.5-7b", 2_000_000_000, "fp16", "t4"));
  }

  @Test
  void reductionCanBeLeftOut() {
    Scenario scenario = Scenarios.of("llava-1.5-7b", 32, 40, "fp16", "t4", MODE);
    Scenario free =
        new Scenario(
            scenario.shape(),
            scenario.prompt(),
            1,
            scenario.precision(),
            scenario.attention(),
            ReductionKind.NONE,
            scenario.hardware(),
            MODE);

    assertThat(Estimate.of(free).image().reduction().orElseThrow().flops()).isZero();
    assertThat(Estimate.of(scenario).image().reduction().orElseThrow().flops() / 1e9)
        .isEqualTo(1.255, within(1e-3));
  }
}

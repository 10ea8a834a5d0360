package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.OptWeights;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with the tool and with published tables made by it. */
class LlmViewerArithmeticTest {

  private static final double EXACT_PERCENT = 1e-10;

  private static Estimate estimate(
      CostMode mode, String shape, int tokens, String precision, String hardware) {
    return Estimate.of(Scenarios.of(shape, tokens - 40, 40, precision, hardware, mode));
  }

  @Test
  void givesTheToolsFigures() throws IOException {
    List<String> lines;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    getClass().getResourceAsStream("/goldens/cost/llm_viewer.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      lines = in.lines().toList();
    }
    assertThat(lines).hasSize(1440);
    ObjectMapper mapper = new ObjectMapper();
    for (String line : lines) {
      JsonNode golden = mapper.readTree(line);
      String place = line.substring(0, line.indexOf("prefill"));
      Scenario scenario =
          Scenarios.of(
              Scenarios.SHAPES.named(golden.get("model").textValue()),
              TokenSchedule.constant(0),
              golden.get("tokens").intValue(),
              golden.get("batch").intValue(),
              golden.get("precision").textValue(),
              AttentionKernel.named(golden.get("attention").textValue()),
              Scenarios.HARDWARE.named(golden.get("hardware").textValue()),
              CostMode.named(golden.get("mode").textValue()));
      Estimate estimate = Estimate.of(scenario);

      compare(place + "prefill", estimate.prefill(), golden.get("prefill"));
      compare(place + "decode", estimate.decodeToken(), golden.get("decode"));
      JsonNode footprint = golden.get("prefill").get("footprint");
      near(place + "weights", estimate.footprint().weights(), footprint.get(0));
      near(place + "cache", estimate.footprint().cache(), footprint.get(1));
      near(place + "activations", estimate.footprint().activations(), footprint.get(2));
    }
  }

  private static void compare(String place, StageEstimate stage, JsonNode golden) {
    near(place + " ops", stage.flops(), golden.get("ops"));
    near(place + " ms", stage.seconds() * 1e3, golden.get("ms"));
    Traffic traffic = stage.traffic();
    JsonNode bytes = golden.get("bytes");
    near(place + " weights", traffic.weights(), bytes.get(0));
    near(place + " loaded", traffic.activationsLoaded(), bytes.get(1));
    near(place + " stored", traffic.activationsStored(), bytes.get(2));
    near(place + " cache loaded", traffic.cacheLoaded(), bytes.get(3));
    near(place + " cache stored", traffic.cacheStored(), bytes.get(4));
  }

  private static void near(String place, double value, JsonNode golden) {
    assertThat(value).as(place).isCloseTo(golden.doubleValue(), withinPercentage(EXACT_PERCENT));
  }

  /** The run of the PruMerge paper's efficiency table. */
  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b,  700, fp16, 9.327600,  88.6142,  23.34773, 4.644928",
    "llava-1.5-7b,  70,  fp16, 0.909531,  15.2759,  13.74835, 0.283917",
    "llava-1.5-7b,  700, w4a4, 9.327600,  151.6398, 5.93524,  1.161232",
    "llava-1.5-7b,  70,  w4a4, 0.909531,  14.8720,  3.53539,  0.070979",
    "llava-1.5-13b, 700, fp16, 18.170950, 170.5268, 41.58861, 7.264832",
    "llava-1.5-13b, 70,  fp16, 1.780763,  29.5332,  26.57989, 0.444301",
    "llava-1.5-13b, 700, w4a4, 18.170950, 294.9016, 10.52003, 1.816208",
    "llava-1.5-13b, 70,  w4a4, 1.780763,  28.9929,  6.76785,  0.111075",
    "llava-1.5-7b,  700, w8a8, 9.327600,  152.758,  11.739,   2.3225",
    "llava-1.5-7b,  70,  w8a8, 0.909531,  14.944,   6.940,    0.14196",
    "llava-1.5-13b, 700, w8a8, 18.170950, 296.649,  20.876,   3.6324",
    "llava-1.5-13b, 70,  w8a8, 1.780763,  29.106,   13.372,   0.22215"
  })
  void reproducesThePapersTable(
      String shape,
      int tokens,
      String precision,
      String tera,
      String ms,
      String traffic,
      String activations) {
    StageEstimate prefill =
        estimate(CostMode.LLM_VIEWER_2024_03_11, shape, tokens, precision, "llm-viewer/v100")
            .prefill();

    printed(prefill.flops() / 1e12, tera);
    printed(prefill.seconds() * 1e3, ms);
    printed(prefill.traffic().total() / 1e9, traffic);
    printed(prefill.traffic().activationsStored() / 1e9, activations);
  }

  /** Returns whether the values are equal in the printed digits. */
  private static void printed(double value, String text) {
    int decimals = text.length() - text.indexOf('.') - 1;
    assertThat(value)
        .isCloseTo(Double.parseDouble(text), within(0.5 * Math.pow(10, -decimals) * (1 + 1e-9)));
  }

  /** The lengths in the paper's text give other figures. */
  @ParameterizedTest
  @CsvSource({"616, 8.181, 77.53, 21.69, 3.876", "80,  1.040, 15.39, 13.85, 0.328"})
  void thePapersTextGivesOtherFigures(
      int tokens, String tera, String ms, String traffic, String activations) {
    reproducesThePapersTable("llava-1.5-7b", tokens, "fp16", tera, ms, traffic, activations);
  }

  @Test
  void theCurrentVersionPrintsOtherFiguresForThePapersLengths() {
    CostMode mode = CostMode.LLM_VIEWER;
    String v100 = "llm-viewer/v100";
    printed(ms(estimate(mode, "llava-1.5-7b", 700, "fp16", v100)), "88.8");
    printed(ms(estimate(mode, "llava-1.5-7b", 70, "fp16", v100)), "15.4");
    printed(ms(estimate(mode, "llava-1.5-7b", 700, "w4a4", v100)), "151.6");
    printed(ms(estimate(mode, "llava-1.5-7b", 70, "w4a4", v100)), "14.8");
  }

  @Test
  void countsLlamasMatricesOnly() {
    DecoderShape opt = new DecoderShape(new OptWeights(64, 256, 2, 99, 100, true, true), 2, 2, 32);
    TowerShape tower = Scenarios.SHAPES.named("mini").shape().tower();
    Scenario scenario =
        Scenarios.of(
            new NamedShape(
                "blip",
                new ModelShape(tower, new LinearConnector(tower.features().width(), 64), opt),
                1),
            TokenSchedule.constant(32),
            40,
            1,
            "fp16",
            AttentionKernel.EAGER,
            Scenarios.HARDWARE.named("t4"),
            CostMode.LLM_VIEWER);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Estimate.of(scenario))
        .withMessage(
            "Mode llm-viewer counts the seven matrices of Llama, which the decoder of 'blip' does"
                + " not have; use mode accurate");
  }

  private static double ms(Estimate estimate) {
    return estimate.prefill().seconds() * 1e3;
  }

  @ParameterizedTest
  @CsvSource({
    "llm-viewer/v100, llava-1.5-7b, 616, 77.673,133.889,77.454",
    "llm-viewer/v100, llava-1.5-7b, 184, 22.682,39.242,22.463",
    "llm-viewer/v100, llava-1.5-7b, 72, 15.444,15.368,8.761",
    "llm-viewer/v100, llava-1.5-13b, 616, 149.532,260.205,149.259",
    "llm-viewer/v100, llava-1.5-13b, 184, 43.790,76.518,43.517",
    "llm-viewer/v100, llava-1.5-13b, 72, 29.750,29.933,16.969",
    "a100-80gb-sxm, llava-1.5-7b, 616, 28.413,14.206,28.317",
    "a100-80gb-sxm, llava-1.5-7b, 184, 8.258,4.129,8.161",
    "a100-80gb-sxm, llava-1.5-7b, 72, 6.817,3.408,3.181",
    "a100-80gb-sxm, llava-1.5-13b, 616, 54.499,27.250,54.379",
    "a100-80gb-sxm, llava-1.5-13b, 184, 15.893,7.946,15.772",
    "a100-80gb-sxm, llava-1.5-13b, 72, 13.132,6.566,6.146",
    "h100-sxm, llava-1.5-7b, 616, 9.793,4.896,9.734",
    "h100-sxm, llava-1.5-7b, 184, 4.518,2.259,2.727",
    "h100-sxm, llava-1.5-7b, 72, 4.149,2.075,1.191",
    "h100-sxm, llava-1.5-13b, 616, 18.476,9.238,18.403",
    "h100-sxm, llava-1.5-13b, 184, 8.569,4.285,5.210",
    "h100-sxm, llava-1.5-13b, 72, 7.993,3.996,2.238",
    "t4, llava-1.5-7b, 616, 140.848,70.424,140.234",
    "t4, llava-1.5-7b, 184, 47.296,23.648,39.997",
    "t4, llava-1.5-7b, 72, 43.436,21.718,15.569",
    "t4, llava-1.5-13b, 616, 268.512,134.256,267.744",
    "t4, llava-1.5-13b, 184, 89.708,44.854,76.976",
    "t4, llava-1.5-13b, 72, 83.673,41.836,29.954",
    "rtx-4090, llava-1.5-7b, 616, 54.043,14.951,53.848",
    "rtx-4090, llava-1.5-7b, 184, 15.679,7.507,15.484",
    "rtx-4090, llava-1.5-7b, 72, 13.789,6.895,6.033",
    "rtx-4090, llava-1.5-13b, 616, 103.519,28.111,103.275",
    "rtx-4090, llava-1.5-13b, 184, 30.140,14.239,29.896",
    "rtx-4090, llava-1.5-13b, 72, 26.563,13.281,11.646"
  })
  void prefillTimesOfTheNotes(
      String hardware, String shape, int tokens, String fp16, String w8a8, String w4a16) {
    CostMode mode = CostMode.LLM_VIEWER;
    printed(ms(estimate(mode, shape, tokens, "fp16", hardware)), fp16);
    printed(ms(estimate(mode, shape, tokens, "w8a8", hardware)), w8a8);
    printed(ms(estimate(mode, shape, tokens, "w4a16", hardware)), w4a16);
  }

  /** Matryoshka Multimodal Models (arXiv:2405.17430) says V100; its times are the A6000's. */
  @ParameterizedTest
  @CsvSource({
    "576, 58.1, 58.05, 21.6, 3.79, 76.4",
    "144, 19.5, 19.55, 15.0, 0.78, 21.45",
    "36,  18.0, 18.02, 13.8, 0.27, 15.4",
    "9,   17.7, 17.68, 13.6, 0.15, 15.1",
    "1,   17.6, 17.58, 13.5, 0.12, 15.0"
  })
  void anotherPapersTableIsOfOtherHardwareThanItSays(
      int visual, String printedMs, String ms, String gb, String stored, String v100) {
    CostMode mode = CostMode.LLM_VIEWER;
    StageEstimate a6000 =
        Estimate.of(Scenarios.of("llava-1.5-7b", visual, 30, "fp16", "llm-viewer/a6000", mode))
            .prefill();

    printed(a6000.seconds() * 1e3, ms);
    assertThat(a6000.seconds() * 1e3).isCloseTo(Double.parseDouble(printedMs), within(0.06));
    printed(a6000.traffic().total() / 1e9, gb);
    printed(a6000.traffic().activationsStored() / 1e9, stored);
    printed(
        ms(Estimate.of(Scenarios.of("llava-1.5-7b", visual, 30, "fp16", "llm-viewer/v100", mode))),
        v100);
  }

  @Test
  void countsTheLanguageModelOnly() {
    Estimate estimate =
        estimate(CostMode.LLM_VIEWER, "llava-1.5-7b", 700, "fp16", "llm-viewer/v100");

    assertThat(estimate.image().vision()).isEmpty();
    assertThat(estimate.image().reduction()).isEmpty();
    assertThat(estimate.image().projector()).isEmpty();
    assertThat(estimate.firstTokenSeconds()).isEqualTo(estimate.prefill().seconds());
    assertThat(estimate.footprint().total() / 1e9).isCloseTo(13.464, within(0.001));
    assertThat(estimate.prefill().traffic().total() / 1e9).isCloseTo(23.479, within(0.001));
  }

  @Test
  void flashAttentionNeedsTheBufferOfTheToolsEntries() {
    Scenario scenario =
        Scenarios.of(
            Scenarios.SHAPES.named("llava-1.5-7b"),
            TokenSchedule.constant(576),
            40,
            1,
            "fp16",
            AttentionKernel.FLASH,
            Scenarios.HARDWARE.named("t4"),
            CostMode.LLM_VIEWER);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Estimate.of(scenario))
        .withMessage(
            "Mode llm-viewer needs on_chip_bytes of hardware 't4' for flash attention, which states none; the llm-viewer/ entries do");
  }
}

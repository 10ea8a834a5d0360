package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateCommandTest {

  private static final List<String> CONTRACT =
      List.of(
          "shape",
          "visual_tokens",
          "text_tokens",
          "hardware",
          "precision",
          "flops_vision",
          "flops_projector",
          "flops_prefill",
          "flops_decode_token",
          "prefill_ms",
          "decode_token_ms",
          "bytes_weights",
          "bytes_kv_cache",
          "bytes_traffic",
          "bytes_activations");

  @TempDir private Path folder;

  private static CommandLineRun estimate(String... arguments) {
    List<String> all = new ArrayList<>(List.of("estimate"));
    all.addAll(Arrays.asList(arguments));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static JsonNode rows(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--json");
    CommandLineRun run = estimate(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    try {
      JsonNode document = new ObjectMapper().readTree(run.out());
      assertThat(document.fieldNames()).toIterable().containsExactly("rows");
      return document.get("rows");
    } catch (JsonProcessingException e) {
      throw new AssertionError(run.out(), e);
    }
  }

  @Test
  void printsTheContractsRows() {
    JsonNode rows =
        rows("--shape", "llava-1.5-7b", "--visual-tokens", "576,32", "--precision", "fp16");

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).fieldNames()).toIterable().containsAll(CONTRACT);
    JsonNode full = rows.get(0);
    assertThat(full.get("shape").textValue()).isEqualTo("llava-1.5-7b");
    assertThat(full.get("visual_tokens").intValue()).isEqualTo(576);
    assertThat(full.get("text_tokens").intValue()).isEqualTo(40);
    assertThat(full.get("hardware").textValue()).isEqualTo("a100-80gb-sxm");
    assertThat(full.get("precision").textValue()).isEqualTo("fp16");
    assertThat(full.get("flops_vision").longValue()).isEqualTo(366_033_858_560L);
    assertThat(full.get("flops_prefill").longValue()).isEqualTo(8_177_644_994_560L);
    assertThat(full.get("flops_first_token").longValue()).isEqualTo(8_567_838_044_160L);
    assertThat(full.get("flops_decode_token").longValue()).isEqualTo(13_537_640_448L);
    assertThat(full.get("bytes_kv_cache").longValue()).isEqualTo(322_961_408L);
    assertThat(full.get("bytes_weights").longValue()).isEqualTo(14_125_805_568L);
    assertThat(full.get("published").isNull()).isTrue();
    assertThat(rows.get(1).get("flops_prefill").longValue()).isEqualTo(935_524_827_136L);
    assertThat(rows.get(1).get("memory_bound").get("prefill").toString()).contains("\"q_proj\"");
  }

  /** All patches of a video's frames go through tower and connector, however few tokens enter. */
  @Test
  void countsTheFramesOfVideos() {
    JsonNode rows =
        rows(
            "--shape=llava-onevision-7b",
            "--frames=8,32",
            "--visual-tokens=1569,393",
            "--precision=fp16");
    assertThat(rows).hasSize(4);
    JsonNode eight = row(rows, "llava-onevision-7b with 8 frames", 1569, "fp16");
    JsonNode pruned = row(rows, "llava-onevision-7b with 32 frames", 393, "fp16");
    assertThat(eight.get("visual_tokens_before").intValue()).isEqualTo(8 * 196 + 1);
    assertThat(pruned.get("visual_tokens_before").intValue()).isEqualTo(32 * 196 + 1);
    long connector = 2L * 729 * (1152L * 3584 + 3584L * 3584);
    assertThat(eight.get("flops_projector").longValue()).isEqualTo(8 * connector);
    assertThat(pruned.get("flops_projector").longValue()).isEqualTo(32 * connector);
    assertThat(pruned.get("flops_vision").longValue())
        .isEqualTo(4 * eight.get("flops_vision").longValue());
    assertThat(rows("--frames=1", "--precision=fp16").get(0).get("visual_tokens").intValue())
        .isEqualTo(197);
    String model =
        System.getProperty("project.root") + "/udfs/src/test/resources/goldens/onevision/untied";
    assertThat(rows("--model=" + model, "--frames=3").get(0).get("visual_tokens").intValue())
        .isEqualTo(3 * 4 + 1);
  }

  /** Of frames that are not pooled the tokens that enter go through the connector. */
  @Test
  void countsTheFramesOfVideosThatAreNotPooled() {
    JsonNode rows =
        rows(
            "--shape=internvl3.5-8b",
            "--frames=8",
            "--visual-tokens=2048,512",
            "--text-tokens=95", // 40, and 7 before and behind each frame, less one
            "--precision=fp16");
    JsonNode all = row(rows, "internvl3.5-8b with 8 frames", 2048, "fp16");
    JsonNode pruned = row(rows, "internvl3.5-8b with 8 frames", 512, "fp16");
    assertThat(all.get("visual_tokens_before").intValue()).isEqualTo(8 * 256);
    assertThat(all.get("flops_projector").longValue())
        .isEqualTo(4 * pruned.get("flops_projector").longValue());
    assertThat(all.get("flops_vision")).isEqualTo(pruned.get("flops_vision"));
    String model =
        System.getProperty("project.root") + "/udfs/src/test/resources/goldens/intern/small";
    assertThat(rows("--model=" + model, "--frames=3").get(0).get("visual_tokens").intValue())
        .isEqualTo(3 * 9);
  }

  /** The defaults recompute the paper's table. */
  @Test
  void recomputesThePapersTable() {
    JsonNode rows =
        rows(
            "--mode",
            "llm-viewer-2024-03-11",
            "--hardware",
            "llm-viewer/v100",
            "--visual-tokens",
            "660,30",
            "--text-tokens",
            "40");

    assertThat(rows).hasSize(16);
    JsonNode small = row(rows, "llava-1.5-7b", 30, "w4a4");
    assertThat(small.get("flops_prefill").doubleValue() / 1e12).isCloseTo(0.909531, within(5e-7));
    assertThat(small.get("prefill_ms").doubleValue()).isCloseTo(14.8720, within(5e-5));
    assertThat(small.get("bytes_traffic").doubleValue() / 1e9).isCloseTo(3.53539, within(5e-6));
    assertThat(small.get("bytes_activations").doubleValue() / 1e9)
        .isCloseTo(0.070979, within(5e-7));
    assertThat(small.get("flops_vision").isNull()).isTrue();
    assertThat(small.get("published").get("tera_flops").doubleValue()).isEqualTo(0.28);
    assertThat(small.get("published").get("remark").textValue()).contains("0.28 is an error");
    JsonNode full = row(rows, "llava-1.5-13b", 660, "fp16");
    assertThat(full.get("prefill_ms").doubleValue()).isCloseTo(170.5268, within(5e-5));
    assertThat(row(rows, "llava-1.5-7b", 660, "w8a8").get("published").isNull()).isTrue();
  }

  private static JsonNode row(JsonNode rows, String shape, int visual, String precision) {
    for (JsonNode row : rows) {
      if (row.get("shape").textValue().equals(shape)
          && row.get("visual_tokens").intValue() == visual
          && row.get("precision").textValue().equals(precision)) {
        return row;
      }
    }
    throw new AssertionError("No row " + shape + " " + visual + " " + precision);
  }

  @Test
  void printsTablesWithUnitsAndFootnotes() {
    CommandLineRun run =
        estimate(
            "--shape=llava-1.5-7b",
            "--mode=llm-viewer-2024-03-11",
            "--hardware=llm-viewer/v100",
            "--visual-tokens=660,30",
            "--precision=fp16,w4a4");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains(
            "llava-1.5-7b on llm-viewer/v100 (900 GB/s), 40 text tokens, batch 1, eager attention,"
                + " mode llm-viewer-2024-03-11")
        .anyMatch(line -> line.matches("w4a4 +30 +- +0\\.9095 +.* 14\\.87 .* 3\\.535 +0\\.07098"))
        .allMatch(line -> line.length() <= 120);
    assertThat(run.out())
        .containsIgnoringWhitespaces(
            "w4a4, 30: the paper (arXiv 2403.15388v6) prints 0.28 TFLOP, 14.9 ms, 3.5 GB of"
                + " traffic, 0.07 GB stored;",
            "the printed 0.28 is an error",
            "memory bound in the prefill (w4a4, 660; w4a4, 30): softmax, attn_norm,");
  }

  @Test
  void smallModelsHaveFiguresToo() {
    CommandLineRun run = estimate("--shape=mini", "--hardware=h200-sxm", "--precision=fp16");

    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("fp16 +144 +0\\.000\\d{4,} .*"))
        .anyMatch(line -> line.contains("every matrix is memory bound at any length"))
        .noneMatch(line -> line.contains(" 0.0000 "));
  }

  @Test
  void saysWhatDoesNotFitAndWherePruningStopsToPay() {
    CommandLineRun run =
        estimate("--shape", "llava-1.5-13b", "--hardware", "v100-pcie", "--precision", "fp16");

    assertThat(run.out())
        .contains("GB do not fit into 16 GB of memory")
        .containsPattern("fp16 at 112 T/s \\(fp16\\): up to \\d+ visual tokens every")
        .contains("v100-pcie: NVIDIA Volta architecture white paper; also with 32 GB");
  }

  @Test
  void layersMaySeeDifferentNumbers() {
    JsonNode rows =
        rows(
            "--shape=llava-1.5-7b",
            "--schedule=0:576,2:192",
            "--schedule=0:576,8:288,16:144,24:72",
            "--precision=fp16");

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("schedule").textValue()).isEqualTo("0:576,2:192");
    assertThat(rows.get(0).get("visual_tokens_mean").doubleValue()).isEqualTo(216);
    assertThat(rows.get(0).get("flops_prefill").doubleValue() / 1e12)
        .isCloseTo(3.3549, within(5e-5));
    assertThat(rows.get(1).get("flops_prefill").doubleValue() / 1e12)
        .isCloseTo(4.0853, within(5e-5));
  }

  @Test
  void takesTheDimensionsOfACheckpoint() throws IOException {
    Path model = Files.createDirectory(folder.resolve("llava"));
    Files.writeString(
        model.resolve("config.json"),
        "{\"model_type\": \"llava\", \"text_config\": {\"vocab_size\": 32064}}");

    JsonNode rows = rows("--model", model.toString(), "--precision", "fp16");

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("shape").textValue()).isEqualTo("llava");
    assertThat(rows.get(0).get("visual_tokens").intValue()).isEqualTo(576);
    assertThat(rows.get(1).get("visual_tokens").intValue()).isEqualTo(32);
    assertThat(rows.get(0).get("flops_prefill").longValue())
        .isEqualTo(8_177_644_994_560L + 2 * 64 * 4096);
    assertThat(estimate("--model", folder.toString()))
        .isEqualTo(
            new CommandLineRun(
                ExitCode.FAILED,
                "",
                "prumerge-spark: Cannot open checkpoint %s: it has no config.json, so it is no model folder\n"
                    .formatted(folder)));
  }

  @Test
  void takesHardwareOfOnesOwn() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("mine.yaml"),
            "mine: {bandwidth_gb_per_s: 100, tera_per_s: {fp32: 1}, source: measured}\n");

    JsonNode rows =
        rows("--shape=mini", "--hardware=mine,t4", "--hardware-file=" + file, "--precision=fp16");

    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).get("peak_format").textValue()).isEqualTo("fp32");
    assertThat(rows.get(0).get("peak_operations_per_s").doubleValue()).isEqualTo(1e12);
    assertThat(rows.get(0).get("bytes_memory").isNull()).isTrue();
    assertThat(rows.get(2).get("hardware").textValue()).isEqualTo("t4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --shape=7b            | --shape: Unknown shape '7b'; known: llava-1.5-7b, llava-1.5-13b,
          --hardware=v100       | --hardware: Unknown hardware 'v100'; known: v100-pcie,
          --precision=int4      | --precision: Unknown precision 'int4'; known: fp32,
          --mode=fast           | --mode: Unknown mode 'fast'; known: accurate, llm-viewer, llm-viewer-2024-03-11
          --attention=paged     | --attention: Unknown attention 'paged'; known: eager, flash
          --reduction=fastv     | --reduction: Unknown reduction 'fastv'; known: none, prumerge
          --schedule=2:5        | --schedule: Cannot use the schedule 2:5: it must begin at layer 0
          --schedule=0:5,40:1   | Cannot use the schedule 0:5,40:1: it names layer 40
          --visual-tokens=-1    | Cannot schedule -1 tokens from layer 0: negative
          --frames=0            | --frames must be at least 1, not 0
          --frames=2,-1         | --frames must be at least 1, not -1
          --visual-tokens=x     | Invalid value for option '--visual-tokens'
          --visual-tokens=٣٢    | Invalid value for option '--visual-tokens' (N): '٣٢' is not a whole number (
          --text-tokens=-1      | Cannot estimate -1 text tokens in batches of 1
          --batch=0             | Cannot estimate 40 text tokens in batches of 0
          --visual-tokens=2000000000 | Cannot estimate 2000000000 visual and 40 text tokens of llava-1.5-7b in batches of 1: a count does not fit into 64 bits
          --visual-tokens=2147483647 | Cannot estimate 2147483647 visual and 40 text tokens of llava-1.5-7b in batches of 1: a count does not fit into 64 bits
          --hardware-file=no.yaml    | --hardware-file: Cannot read hardware file no.yaml
          """)
  void refusesWithOneLine(String option, String line) {
    CommandLineRun run = estimate(option);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().startsWith("prumerge-spark: " + line);
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThat(estimate("--mode=llm-viewer", "--schedule=0:576,2:192").err())
        .contains("which knows one number for all layers; use mode accurate");
    assertThat(estimate("--visual-tokens=0", "--text-tokens=0").err())
        .contains("every layer needs at least 1 token");
    assertThat(estimate("--frames=8", "--shape=llava-1.5-7b").err())
        .contains(
            "Cannot estimate videos of llava-1.5-7b, which takes none; known:"
                + " llava-onevision-0.5b, llava-onevision-7b");
    assertThat(estimate("--hardware=llm-viewer/a100", "--precision=bf16").err())
        .contains("Hardware 'llm-viewer/a100' states no rate for bf16");
  }

  @Test
  void noneAndOneToken() {
    JsonNode rows =
        rows("--shape=llava-1.5-7b", "--visual-tokens=0,1", "--text-tokens=1", "--precision=fp16");

    assertThat(rows.get(0).get("flops_vision").longValue()).isZero();
    assertThat(rows.get(0).get("flops_prefill").longValue()).isPositive();
    assertThat(rows.get(1).get("flops_vision").longValue()).isPositive();
  }

  @Test
  void needsNoSparkSession() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();

    rows("--shape=mini");

    assertThat(SparkSession.getDefaultSession().isDefined()).isFalse();
  }
}

package io.prumerge.image.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TokenRulesTest {

  /** Compares with transformers 5.24.0, by notebooks/goldens/make_token_goldens.py. */
  @TestFactory
  List<DynamicTest> rulesCountAsTransformersDoes() throws IOException {
    Map<String, List<JsonNode>> rows = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("/goldens/tokens.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      ObjectMapper mapper = new ObjectMapper();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = mapper.readTree(line);
        rows.computeIfAbsent(row.get("family").textValue(), any -> new ArrayList<>()).add(row);
      }
    }
    assertThat(rows).containsKeys("gemma-3", "gemma-4", "minicpm-v", "pixtral", "phi-4", "molmo2");
    return rows.entrySet().stream()
        .filter(family -> TokenRules.named(family.getKey()).isPresent())
        .map(
            family ->
                DynamicTest.dynamicTest(
                    family.getKey(),
                    () ->
                        assertThat(family.getValue())
                            .hasSizeGreaterThan(90)
                            .allSatisfy(TokenRulesTest::isCounted)))
        .toList();
  }

  private static void isCounted(JsonNode row) {
    Map<String, String> settings = new TreeMap<>();
    row.get("setting")
        .properties()
        .forEach(of -> settings.put(of.getKey(), of.getValue().asText()));
    TokenRule rule = TokenRules.named(row.get("family").textValue()).orElseThrow().of(settings);
    int width = row.get("width").intValue();
    int height = row.get("height").intValue();
    if (row.has("error")) {
      assertThatThrownBy(() -> rule.of(width, height)).isInstanceOf(IllegalArgumentException.class);
      return;
    }
    assertThat(rule.of(width, height))
        .isEqualTo(new PictureTokens(row.get("tokens").intValue(), row.get("special").intValue()));
  }

  /** The worked examples of OpenAI's guide to images and vision. */
  @ParameterizedTest
  @CsvSource({
    "openai-tiles, detail=high, 1024, 1024, 765",
    "openai-tiles, detail=high, 2048, 4096, 1105",
    "openai-tiles, detail=low, 4096, 8192, 85",
    "openai-patches, factor=1, 1024, 1024, 1024",
    "openai-patches, factor=1, 1800, 2400, 1452",
    "claude, edge=1568, 1000, 1000, 1296",
    "claude, edge=1568, 1092, 1092, 1521"
  })
  void publishedExamplesHold(String rule, String setting, int width, int height, int tokens) {
    String[] parts = setting.split("=");
    assertThat(
            TokenRules.named(rule).orElseThrow().of(Map.of(parts[0], parts[1])).of(width, height))
        .isEqualTo(new PictureTokens(tokens, 0));
  }

  @ParameterizedTest
  @EnumSource(TokenRules.class)
  void theSmallestAndTheLongestPicturesAreCountedOrRefused(TokenRules rules) {
    TokenRule rule = rules.of(Map.of());
    for (int[] size : new int[][] {{1, 1}, {1, 2}, {1, 60_000}, {60_000, 1}, {30_000, 30_000}}) {
      try {
        assertThat(rule.of(size[0], size[1]).visual()).isBetween(1, 1_000_000);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("(is|leaves) .*");
      }
    }
  }

  @Test
  void settingsAreReadAndRefusedByName() {
    assertThat(TokenRules.names()).doesNotHaveDuplicates().contains("gemma-4", "claude");
    assertThat(TokenRules.named("qwen2-vl")).isEmpty();
    assertThat(TokenRules.GEMMA_4.of(Map.of("max_soft_tokens", "70")))
        .isEqualTo(TokenRules.GEMMA_4.of(Map.of("max_soft_tokens", "70")))
        .isNotEqualTo(TokenRules.GEMMA_4.of(Map.of()));
    assertThatThrownBy(() -> TokenRules.GEMMA_4.of(Map.of("max_soft_tokens", "400")))
        .hasMessage("max_soft_tokens=400 is none of [70, 140, 280, 560, 1120]");
    assertThatThrownBy(() -> TokenRules.GEMMA_4.of(Map.of("soft_tokens", "70")))
        .hasMessage("gemma-4 has no setting 'soft_tokens'; it has max_soft_tokens");
    assertThatThrownBy(() -> TokenRules.MINICPM_V.of(Map.of("downsample_mode", "8x")))
        .hasMessage("downsample_mode of minicpm-v must be one of 16x, 4x, it is '8x'");
    assertThatThrownBy(() -> TokenRules.PHI_4.of(Map.of("dynamic_hd", "1.5")))
        .hasMessage("dynamic_hd of phi-4 must be a whole number from 1 to 16777216, it is '1.5'");
  }

  @Test
  void aCountFitsWithAndWithoutItsSpecialTokens() {
    PictureTokens tokens = new PictureTokens(256, 2);
    assertThat(List.of(255, 256, 257, 258, 259)).filteredOn(tokens::fit).containsExactly(256, 258);
  }
}

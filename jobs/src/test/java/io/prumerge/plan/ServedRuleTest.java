package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.reduction.RequestFields;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedRuleTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /**
   * Compares with transformers 5.24.0, by notebooks/goldens/make_token_goldens.py: what a family
   * counts that we run is by its own code, with the sizes of the published checkpoints.
   *
   * @param side of a view, and of a patch, in the small checkpoint and in the published one
   */
  @ParameterizedTest
  @CsvSource({
    "qwen2-vl, qwen/qwen2_5_vl/tied, 0, 0, 4, 14, 330",
    "qwen3-vl, qwen3/tied, 0, 0, 4, 16, 220",
    "internvl, intern/small, 24, 448, 4, 14, 330",
    "llava-next, families/next, 28, 336, 7, 14, 110",
    "llava-onevision, onevision/tied, 31, 384, 7, 14, 110"
  })
  void familiesThatWeRunCountByTheirOwnCode(
      String family, String checkpoint, int side, int published, int patch, int most, int rows)
      throws IOException {
    for (String name : new String[] {"config.json", "preprocessor_config.json"}) {
      JsonNode root = JSON.readTree(GOLDENS.resolve(checkpoint).resolve(name).toFile());
      scale(root, "", side, published, patch, most);
      JSON.writeValue(folder.resolve(name).toFile(), root);
    }
    ServedRule rule = ServedRule.parse(folder.toString());
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(GOLDENS.resolve("tokens.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = JSON.readTree(line);
        if (row.get("family").textValue().equals(family) && !row.has("error")) {
          Map<String, String> fields = new TreeMap<>();
          row.get("setting")
              .properties()
              .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
          TokenRule tokens = rule.of(RequestFields.of(fields)).orElseThrow();
          assertThat(tokens.of(row.get("width").intValue(), row.get("height").intValue()).visual())
              .as(line)
              .isEqualTo(row.get("tokens").intValue());
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(rows / 2);
  }

  /** Gives a small checkpoint's settings the sizes of a published one. */
  private static void scale(
      JsonNode node, String key, int side, int published, int patch, int mostPatch) {
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                JsonNode value = object.get(name);
                object.set(name, scaled(value, name, side, published, patch, mostPatch));
                scale(object.get(name), name, side, published, patch, mostPatch);
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, scaled(array.get(i), key, side, published, patch, mostPatch));
        scale(array.get(i), key, side, published, patch, mostPatch);
      }
    }
  }

  private static JsonNode scaled(
      JsonNode value, String name, int side, int published, int patch, int mostPatch) {
    if (!value.isInt()) {
      return value;
    }
    int number = value.intValue();
    return switch (name) {
      case "patch_size" -> IntNode.valueOf(mostPatch);
      case "window_size" -> IntNode.valueOf(number / patch * mostPatch);
      case "max_patches" -> IntNode.valueOf(12);
      case "image_size", "image_grid_pinpoints", "height", "width", "shortest_edge" ->
          side > 0 && number % side == 0 ? IntNode.valueOf(number / side * published) : value;
      default -> value;
    };
  }

  @Test
  void aNameTellsThePublishedRuleAndAnotherNone() {
    assertThat(ServedRule.ofName("google/gemma-4-E4B-it"))
        .map(Object::toString)
        .contains("gemma-4");
    assertThat(ServedRule.ofName("openbmb/MiniCPM-V-4_6"))
        .map(Object::toString)
        .contains("minicpm-v");
    assertThat(ServedRule.ofName("gpt-4.1")).map(Object::toString).contains("openai-tiles");
    assertThat(ServedRule.ofName("gpt-4.1-mini")).isEmpty();
    assertThat(ServedRule.ofName("my-model")).isEmpty();
    assertThat(ServedRule.ofName("mistral-small-3.2"))
        .map(Object::toString)
        .contains("pixtral:longest_edge=1540,patch_size=14,spatial_merge_size=2");
  }

  @Test
  void settingsOfARequestGoOverTheRulesOwn() {
    ServedRule rule = ServedRule.parse("pixtral:longest_edge=512");
    assertThat(rule.of(RequestFields.NONE).orElseThrow().of(1024, 1024).visual()).isEqualTo(1024);
    RequestFields larger =
        RequestFields.of(Map.of("mm_processor_kwargs.size.longest_edge", "1024"));
    assertThat(rule.of(larger).orElseThrow().of(1024, 1024).visual()).isEqualTo(4096);
    assertThat(rule.of(RequestFields.of(Map.of("detail", "low")))).isEmpty();
    assertThatThrownBy(
            () ->
                ServedRule.parse("gemma-4").of(RequestFields.of(Map.of("max_soft_tokens", "400"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCheckpointThatCannotBeReadIsRefusedInItsWords() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
    assertThatThrownBy(() -> ServedRule.parse(folder.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bert");
    assertThat(ServedRule.ofName(folder.toString())).isEmpty();
  }

  @Test
  void whatIsNoRuleIsRefusedWithWhatThereIs() {
    assertThatThrownBy(() -> ServedRule.parse("gema-4"))
        .hasMessageContaining("'gema-4' is neither a rule (gemma-3, gemma-4, ")
        .hasMessageContaining("nor a checkpoint's folder or name here");
    assertThatThrownBy(() -> ServedRule.parse("gemma-4:x"))
        .hasMessage("'x' of 'gemma-4:x' must be setting=value");
  }
}

package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.rule.AnswerRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The schema that editors read says what the reader knows. */
class BenchmarkSchemaTest {

  private static final Path SCHEMA =
      Path.of(System.getProperty("project.root"), "jobs", "benchmark.schema.json");

  private static List<String> names(JsonNode properties) {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> values(JsonNode choice) {
    List<String> values = new ArrayList<>();
    choice.get("enum").forEach(one -> values.add(one.textValue()));
    return values;
  }

  /** Returns the rule's keys, and those of every profile. */
  private static List<String> keysOf(String rule) {
    List<String> keys = new ArrayList<>(AnswerRules.keys(rule));
    keys.addAll(List.of("headline", "judge", "figures"));
    return keys;
  }

  @Test
  void hasTheKeysAndValuesOfTheReader() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(SCHEMA.toFile());
    JsonNode keys = schema.get("properties");

    assertThat(names(keys)).isEqualTo(BenchmarkFileReader.KEYS);
    assertThat(names(keys.at("/columns/properties"))).isEqualTo(LayoutReader.COLUMNS);
    assertThat(names(keys.at("/layouts/additionalProperties/properties")))
        .isEqualTo(LayoutReader.LAYOUT);
    assertThat(names(keys.at("/prompts/anyOf/1/additionalProperties/anyOf/1/properties")))
        .isEqualTo(WordingReader.WORDING);
    assertThat(values(keys.at("/prompts/anyOf/1/additionalProperties/anyOf/1/properties/images")))
        .containsExactlyElementsOf(WordingReader.PICTURES.keySet());
    assertThat(names(keys.at("/answer_file/properties")))
        .isEqualTo(BenchmarkFileReader.ANSWER_FILE);
    assertThat(names(schema.at("/$defs/join/properties"))).isEqualTo(JoinReader.JOIN);
    assertThat(names(schema.at("/$defs/judge/properties"))).isEqualTo(BenchmarkFileReader.JUDGE);
    assertThat(names(keys.at("/texts/additionalProperties/properties")))
        .isEqualTo(BenchmarkFileReader.TEXT);
    JsonNode figure = keys.at("/figures/additionalProperties/properties");
    assertThat(names(figure)).isEqualTo(BenchmarkFileReader.FIGURE);
    assertThat(values(figure.get("statistic")))
        .containsExactlyElementsOf(BenchmarkFileReader.STATISTICS.keySet());
    assertThat(values(figure.get("pooling")))
        .containsExactlyElementsOf(BenchmarkFileReader.POOLINGS.keySet());
    assertThat(values(figure.get("breakdown")))
        .containsExactlyElementsOf(BenchmarkFileReader.BREAKDOWNS.keySet());
    List<String> rules = new ArrayList<>();
    for (JsonNode rule : keys.at("/score/additionalProperties/oneOf")) {
      if (!rule.at("/properties/rule").has("const")) {
        assertThat(values(rule.at("/properties/rule/not"))).as("a jar's").isEqualTo(rules);
        continue;
      }
      List<String> properties = names(rule.get("properties"));
      String name = rule.at("/properties/rule/const").textValue();
      rules.add(name);
      assertThat(properties.subList(1, properties.size()))
          .as(name)
          .containsExactlyInAnyOrderElementsOf(keysOf(name));
      if (rule.has("properties") && rule.get("properties").has("parser")) {
        assertThatThrownBy(() -> AnswerRules.of(name, Map.of("parser", "?")))
            .hasMessageContaining(
                "known: " + String.join(", ", values(rule.at("/properties/parser"))));
      }
    }
    assertThat(rules).containsExactlyElementsOf(AnswerRules.names());
  }
}

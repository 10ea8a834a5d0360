package io.prumerge.benchmark.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers with what the harnesses' and the benchmarks' own code makes of them. */
final class RuleVectors {

  private RuleVectors() {}

  /** Returns a file of {@code goldens/rules}. */
  static JsonNode read(String name) throws IOException {
    return Goldens.document("rules/" + name + ".json");
  }

  /** Returns the texts of a list; one if the node is a text. */
  static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(node.textValue());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(one -> texts.add(one.textValue()));
    return texts;
  }

  static Reference reference(List<String> answers, List<String> options) {
    return new Reference("", "", answers, options, Map.of());
  }
}

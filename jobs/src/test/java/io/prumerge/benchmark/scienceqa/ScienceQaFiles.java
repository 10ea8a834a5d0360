package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** ScienceQA's files, made by hand: a problem with an image, one with a hint, one with neither. */
public final class ScienceQaFiles {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ScienceQaFiles() {}

  /** Returns the three problems; tests may change them. */
  static ObjectNode problems() {
    return object(
        """
        {
        "7": {"question": "Which is farthest north?", "choices": ["Ohio", "Utah", "Iowa"],
          "answer": 2, "hint": "", "image": "image.png", "task": "closed choice",
          "grade": "grade2", "subject": "social science", "topic": "geography", "split": "test"},
        "12": {"question": "Will it sink? ", "choices": ["yes", "no\\nnever"],
          "answer": 0, "hint": "It is made of lead.", "image": null, "task": "yes or no",
          "grade": "grade7", "subject": "natural science", "topic": "physics", "split": "test"},
        "3": {"question": "Which is a verb?", "choices": ["a", "go", "to", "of", "in"],
          "answer": 1, "hint": "", "image": null, "task": "closed choice",
          "grade": "grade12", "subject": "language science", "topic": "verbs", "split": "test"},
        "1": {"question": "Not asked.", "choices": [], "answer": 0, "split": "train"}
        }
        """);
  }

  static ObjectNode splits() {
    return object(
        """
        {"train": ["1"], "val": [], "test": ["7", "12", "3"], "minitest": ["7"]}
        """);
  }

  /** Returns LLaVA's question file about them, in another order. */
  static ArrayNode conversations() {
    return (ArrayNode)
        tree(
            """
            [
            {"id": "12", "conversations": [
              {"from": "human", "value":
                "Context: It is made of lead.\\nWill it sink? \\nA. yes\\nB. no\\nnever"},
              {"from": "gpt", "value": "A"}]},
            {"id": "7", "image": "7/image.png", "conversations": [
              {"from": "human", "value":
                "<image>\\nWhich is farthest north?\\nA. Ohio\\nB. Utah\\nC. Iowa\\u00a0"},
              {"from": "gpt", "value": "C"}]},
            {"id": "3", "conversations": [
              {"from": "human", "value":
                "Which is a verb?\\nA. a\\nB. go\\nC. to\\nD. of\\nE. in"},
              {"from": "gpt", "value": "B"}]}
            ]
            """);
  }

  static ObjectNode object(String json) {
    return (ObjectNode) tree(json);
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** Writes the official files. */
  static void write(Path folder, JsonNode problems, JsonNode splits) throws IOException {
    Files.writeString(folder.resolve("problems.json"), problems.toString());
    Files.writeString(folder.resolve("pid_splits.json"), splits.toString());
  }

  /** Writes LLaVA's question file. */
  static void write(Path folder, ArrayNode conversations) throws IOException {
    Files.writeString(folder.resolve("llava_test_CQM-A.json"), conversations.toPrettyString());
  }
}

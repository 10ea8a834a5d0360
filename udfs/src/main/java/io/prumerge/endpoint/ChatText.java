package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * What a message, or a chunk's part of one, says. Servers name thoughts {@code reasoning} (vLLM
 * from 0.11.1, Ollama, OpenRouter) or {@code reasoning_content} (older vLLM, SGLang, llama.cpp,
 * DeepSeek); some send both, with the same text.
 *
 * @param content text of the answer; empty without any
 * @param thinks whether there is text of a thought apart from it
 * @param other whether something else stands in its place: calls of tools, a refusal
 */
record ChatText(String content, boolean thinks, boolean other) {

  private static final String CONTENT = "content";
  private static final String REASONING = "reasoning";
  private static final String REASONING_CONTENT = "reasoning_content";

  private static final Set<String> NEITHER =
      Set.of("role", REASONING, REASONING_CONTENT, "reasoning_details");

  /** Reads a message or a delta, which may be anything. */
  static ChatText of(JsonNode message) {
    return new ChatText(
        text(message.path(CONTENT)),
        !text(message.path(REASONING)).isEmpty()
            || !text(message.path(REASONING_CONTENT)).isEmpty(),
        hasOther(message));
  }

  private static String text(JsonNode field) {
    return field.isTextual() ? field.textValue() : "";
  }

  private static boolean hasOther(JsonNode message) {
    for (Map.Entry<String, JsonNode> field : message.properties()) {
      JsonNode value = field.getValue();
      boolean some = value.isTextual() ? !value.textValue().isEmpty() : !value.isEmpty();
      boolean text = field.getKey().equals(CONTENT) && value.isTextual();
      if (some && !text && !NEITHER.contains(field.getKey())) {
        return true;
      }
    }
    return false;
  }
}

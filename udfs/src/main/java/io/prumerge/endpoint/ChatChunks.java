package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Puts the chunks of a streamed answer together. A chunk is not a token: it may bring none, or
 * several. Not thread-safe.
 */
final class ChatChunks {

  private static final String DONE = "[DONE]";

  private final StringBuilder text = new StringBuilder();
  private String finishReason = "";
  private JsonNode usage = MissingNode.getInstance();
  private boolean otherThanText;
  private boolean done;

  /**
   * Adds a chunk; what comes after the service has said that it is done is not read.
   *
   * @return whether it brought text
   * @throws ChatException with a predicate that does not show the chunk, if it is none, or is an
   *     error in its place
   */
  boolean add(String data) throws ChatException {
    if (done || data.equals(DONE)) {
      done = true;
      return false;
    }
    JsonNode chunk =
        ChatReply.document(data.getBytes(StandardCharsets.UTF_8), "an event that is no JSON");
    if (chunk.hasNonNull("error") || chunk.path("object").asText().equals("error")) {
      throw new ChatException(
          ChatErrorKind.UNUSABLE_ANSWER, "broke off its answer with an error of its own");
    }
    JsonNode choice = chunk.path("choices").path(0);
    if (choice.path("finish_reason").isTextual()) {
      finishReason = choice.path("finish_reason").textValue();
    }
    if (chunk.path("usage").isObject()) {
      usage = chunk.path("usage");
    }
    JsonNode delta = choice.path("delta");
    otherThanText |= hasOtherThanText(delta);
    String content = delta.path("content").isTextual() ? delta.path("content").textValue() : "";
    text.append(content);
    return !content.isEmpty();
  }

  /** Thoughts, calls of tools, a refusal: what a whole answer has in the place of its text. */
  private static boolean hasOtherThanText(JsonNode delta) {
    for (Map.Entry<String, JsonNode> field : delta.properties()) {
      JsonNode value = field.getValue();
      boolean some = value.isTextual() ? !value.textValue().isEmpty() : !value.isEmpty();
      boolean text = field.getKey().equals("content") && value.isTextual();
      if (some && !text && !field.getKey().equals("role")) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the service has said that nothing comes any more. */
  boolean isDone() {
    return done;
  }

  /**
   * Returns the whole answer. One without any text is empty, as some services never send it, unless
   * something else came in its place.
   *
   * @param millis wall time of the request
   * @param tries how often it was sent
   * @throws ChatException if it isn't whole, or has no text
   */
  ChatReply reply(double millis, int tries) throws ChatException {
    if (finishReason.isEmpty()) {
      throw new ChatException(
          ChatErrorKind.BROKEN_ANSWER, "a stream that ends without a finish_reason");
    }
    if (text.isEmpty() && otherThanText) {
      throw new ChatException(
          ChatErrorKind.NO_TEXT, "gave an answer without text in choices[0].delta.content");
    }
    return ChatReply.of(text.toString(), finishReason, usage, millis, tries);
  }
}

package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * A service's answer. Counts are empty if the service states none, or 0 of what cannot be none:
 * some do so for a prompt that they have in their cache.
 *
 * @param text the generated text
 * @param finishReason why it ends, in the protocol's words; empty if not stated
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for the pictures and videos; 0 of a text alone
 * @param cachedTokens tokens of the prompt that the service had in its cache
 * @param generatedTokens tokens of the answer
 * @param millis wall time of the try that was answered
 * @param tries how often the request was sent
 */
public record ChatReply(
    String text,
    String finishReason,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt cachedTokens,
    OptionalInt generatedTokens,
    double millis,
    int tries) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Reads the body of a response. Fields that are not read may be anything.
   *
   * @throws ChatException with a predicate that does not show the body
   */
  static ChatReply of(byte[] body, double millis, int tries) throws ChatException {
    JsonNode document = document(body, "an answer that is no JSON");
    JsonNode choice = document.path("choices").path(0);
    JsonNode content = choice.path("message").path("content");
    if (!content.isTextual()) {
      throw new ChatException(
          ChatErrorKind.NO_TEXT, "gave an answer without text in choices[0].message.content");
    }
    return of(
        content.textValue(),
        choice.path("finish_reason").isTextual() ? choice.path("finish_reason").textValue() : "",
        document.path("usage"),
        millis,
        tries);
  }

  /** Reads the counts of an answer; they may be anything. */
  static ChatReply of(String text, String finishReason, JsonNode usage, double millis, int tries) {
    JsonNode details = usage.path("prompt_tokens_details");
    return new ChatReply(
        text,
        finishReason,
        count(usage.path("prompt_tokens"), 1),
        visual(details),
        count(details.path("cached_tokens"), 0),
        count(usage.path("completion_tokens"), text.isEmpty() ? 0 : 1),
        millis,
        tries);
  }

  /**
   * Reads a foreign text as JSON.
   *
   * @throws ChatException with these words, if it is none
   */
  static JsonNode document(byte[] text, String otherwise) throws ChatException {
    try {
      JsonNode document = MAPPER.readTree(text);
      if (!document.isMissingNode()) { // as for an empty body
        return document;
      }
    } catch (IOException e) {
      // says no more than that
    }
    throw new ChatException(ChatErrorKind.BROKEN_ANSWER, otherwise);
  }

  private static OptionalInt visual(JsonNode details) {
    OptionalInt images = count(details.path("image_tokens"), 0);
    OptionalInt videos = count(details.path("video_tokens"), 0);
    return images.isEmpty() || videos.isEmpty()
        ? images.isPresent() ? images : videos
        : OptionalInt.of(images.getAsInt() + videos.getAsInt());
  }

  private static OptionalInt count(JsonNode node, int least) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= least
        ? OptionalInt.of(node.intValue())
        : OptionalInt.empty();
  }
}

package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.text.Thoughts;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * A service's answer. Counts are empty if the service states none, or 0 of what cannot be none:
 * some do so for a prompt that they have in their cache.
 *
 * @param text the generated text; empty where the limit cut it within a thought, wherever that
 *     stands, or nothing follows a thought
 * @param finishReason why it ends, in the protocol's words; empty if not stated
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for the pictures and videos; 0 of a text alone;
 *     empty if they are more than all
 * @param cachedTokens tokens of the prompt that the service had in its cache; likewise
 * @param generatedTokens tokens of the answer, thoughts included
 * @param shownTokens those of them that the service sends as text: without a thought that it counts
 *     and keeps to itself
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
    OptionalInt shownTokens,
    double millis,
    int tries) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String THOUGHT = "reasoning_tokens";

  /**
   * Reads the body of a response. Fields that are not read may be anything.
   *
   * @throws ChatException with a predicate that does not show the body
   */
  static ChatReply of(byte[] body, double millis, int tries) throws ChatException {
    JsonNode document = document(body, "an answer that is no JSON");
    JsonNode choice = document.path("choices").path(0);
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      throw noText("message");
    }
    ChatText said = ChatText.of(message);
    boolean unsaid = !message.path("content").isTextual() && !said.thinks();
    return of(
        new ChatText(said.content(), said.thinks(), said.other() || unsaid),
        "message",
        choice.path("finish_reason").isTextual() ? choice.path("finish_reason").textValue() : "",
        document.path("usage"),
        millis,
        tries);
  }

  /**
   * Makes an answer of its text and counts; they may be anything. One without text is empty, as
   * some services never send it, unless it says so or has something else in its place. One that the
   * limit cut is empty in any case: it had no room for more than its thought.
   *
   * @param field whose {@code content} the text is
   * @throws ChatException if it has no text
   */
  static ChatReply of(
      ChatText said, String field, String finishReason, JsonNode usage, double millis, int tries)
      throws ChatException {
    boolean cut = isCut(finishReason);
    if (said.content().isEmpty() && said.other() && !cut) {
      throw noText(field);
    }
    OptionalInt prompt = count(usage.path("prompt_tokens"), 1);
    int most = prompt.orElse(Integer.MAX_VALUE);
    JsonNode details = usage.path("prompt_tokens_details");
    boolean silent = said.content().isEmpty() && !said.thinks();
    OptionalInt generated = count(usage.path("completion_tokens"), silent ? 0 : 1);
    OptionalInt thought = thought(usage);
    boolean shows = said.thinks() || Thoughts.areMarkedIn(said.content());
    boolean thoughtAlone =
        cut && !shows && thought.isPresent() && thought.equals(generated); // in the text, unmarked
    return new ChatReply(
        thoughtAlone || Thoughts.answer(said.content()).isBlank() ? "" : said.content(),
        finishReason,
        prompt,
        atMost(most, visual(details)),
        atMost(most, count(details.path("cached_tokens"), 0)),
        generated,
        shows || (thoughtAlone && !silent) ? generated : without(thought, generated),
        millis,
        tries);
  }

  private static ChatException noText(String field) {
    return new ChatException(
        ChatErrorKind.NO_TEXT, "gave an answer without text in choices[0]." + field + ".content");
  }

  /**
   * Returns the tokens of the thought; empty if none are stated, or 0, as where they are unknown.
   */
  private static OptionalInt thought(JsonNode usage) {
    OptionalInt detailed = count(usage.path("completion_tokens_details").path(THOUGHT), 1);
    return detailed.isPresent() ? detailed : count(usage.path(THOUGHT), 1); // SGLang's place
  }

  /** Returns the tokens without a thought's; with them, where a service counts thoughts apart. */
  private static OptionalInt without(OptionalInt thought, OptionalInt all) {
    return all.isPresent() && thought.orElse(0) <= all.getAsInt()
        ? OptionalInt.of(all.getAsInt() - thought.orElse(0))
        : all;
  }

  private static OptionalInt atMost(int most, OptionalInt count) {
    return count.orElse(0) <= most ? count : OptionalInt.empty();
  }

  /** Returns whether the limit of tokens cut it. */
  public boolean isCut() {
    return isCut(finishReason);
  }

  private static boolean isCut(String finishReason) {
    return finishReason.equals("length");
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
    JsonNode newest = details.path("multimodal_tokens"); // vLLM's, {"image": 576, "video": 0}
    OptionalInt old = sum(details.path("image_tokens"), details.path("video_tokens"));
    return old.isPresent() ? old : sum(newest.path("image"), newest.path("video"));
  }

  private static OptionalInt sum(JsonNode one, JsonNode other) {
    OptionalInt images = count(one, 0);
    OptionalInt videos = count(other, 0);
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

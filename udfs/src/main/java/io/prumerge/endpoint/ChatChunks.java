package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Puts the chunks of a streamed answer together. A chunk is not a token: it may bring none, or
 * several. Not thread-safe.
 */
final class ChatChunks {

  private static final String DONE = "[DONE]";

  private final StringBuilder text = new StringBuilder();
  private String finishReason = "";
  private JsonNode usage = MissingNode.getInstance();
  private boolean thinks;
  private boolean other;
  private boolean done;

  /**
   * Adds a chunk; what comes after the service has said that it is done is not read.
   *
   * @return what it brought; empty without a choice, as the counts of tokens come
   * @throws ChatException with a predicate that does not show the chunk, if it is none, or is an
   *     error in its place
   */
  Optional<ChunkContent> add(String data) throws ChatException {
    if (done || data.equals(DONE)) {
      done = true;
      return Optional.empty();
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
    ChatText delta = ChatText.of(choice.path("delta"));
    text.append(delta.content());
    thinks |= delta.thinks();
    other |= delta.other();
    return choice.isMissingNode() ? Optional.empty() : Optional.of(content(delta));
  }

  private static ChunkContent content(ChatText delta) {
    if (!delta.content().isEmpty()) {
      return ChunkContent.ANSWER;
    }
    return delta.thinks() ? ChunkContent.THOUGHT : ChunkContent.NONE;
  }

  /** Returns whether the service has said that nothing comes any more. */
  boolean isDone() {
    return done;
  }

  /**
   * Returns the whole answer.
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
    return ChatReply.of(
        new ChatText(text.toString(), thinks, other), "delta", finishReason, usage, millis, tries);
  }
}

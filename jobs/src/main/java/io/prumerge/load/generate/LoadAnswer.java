package io.prumerge.load.generate;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server says to one request. Counts are empty if the server states none.
 *
 * @param text the answer; null with an error
 * @param finishReason why it ends, as in {@code predictions}; null with an error
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for pictures and videos
 * @param cachedTokens those of them that the server had in its cache
 * @param generatedTokens tokens of the answer, thoughts included
 * @param shownTokens those of them that the server sends as text: without a thought that it counts
 *     and keeps to itself
 * @param error as in the column {@code error}
 */
public record LoadAnswer(
    String text,
    String finishReason,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt cachedTokens,
    OptionalInt generatedTokens,
    OptionalInt shownTokens,
    Optional<String> error) {

  /** Returns what is known of a request that has no answer. */
  public static LoadAnswer failed(String error) {
    return new LoadAnswer(
        null,
        null,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.of(error));
  }
}

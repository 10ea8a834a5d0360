package io.prumerge.load.generate;

import io.prumerge.endpoint.StreamedChunk;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server says to one request, and when, in nanoseconds of the {@link LoadClock}. Counts are
 * empty if the server states none.
 *
 * @param text the answer; empty with an error
 * @param finishReason why it ends, as in {@code predictions}; empty with an error
 * @param promptTokens all tokens of the prompt
 * @param visualTokens those of them that stand for pictures and videos
 * @param cachedTokens those of them that the server had in its cache
 * @param generatedTokens tokens of the answer, thoughts included
 * @param shownTokens those of them that the server sends as text: without a thought that it counts
 *     and keeps to itself
 * @param error as in the column {@code error}
 * @param chunks when each chunk came; none of an answer that is not streamed
 * @param end when the reply was whole, or broke off
 */
public record LoadReply(
    Optional<String> text,
    Optional<String> finishReason,
    OptionalInt promptTokens,
    OptionalInt visualTokens,
    OptionalInt cachedTokens,
    OptionalInt generatedTokens,
    OptionalInt shownTokens,
    Optional<String> error,
    List<StreamedChunk> chunks,
    long end) {

  public LoadReply {
    chunks = List.copyOf(chunks);
  }

  /** Returns what is known of a request that has no answer. */
  public static LoadReply failed(String error, long end) {
    return new LoadReply(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.of(error),
        List.of(),
        end);
  }
}

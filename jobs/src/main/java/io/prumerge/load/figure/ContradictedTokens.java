package io.prumerge.load.figure;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.Optional;

/** Tokens that a server states of its answers and that are no number of what came. */
final class ContradictedTokens {

  /** Tokens of a chunk on average, above which it is odd: drafted tokens are mostly fewer. */
  private static final int MOST = 4;

  private ContradictedTokens() {}

  /**
   * Returns what the server does, as a predicate; empty where its tokens may be those that came.
   */
  static Optional<String> of(PointRequests requests) {
    long tokens = 0;
    long chunks = 0;
    long answers = 0;
    for (LoadRow row : requests.answered()) {
      int shown = new RequestTimes(row).shownTokens();
      if (shown > 0 && !row.texts().isEmpty()) {
        tokens += shown;
        chunks += row.texts().size();
        answers++;
      }
    }
    return tokens > MOST * chunks || chunks > tokens + answers // the end may not be counted
        ? Optional.of(
            Text.format(
                "states %,d tokens of answers that came as %s with text: %s, so tokens/s and tpot"
                    + " may be of other tokens than came",
                tokens,
                Texts.count(chunks, "chunk"),
                tokens > chunks
                    ? "it sends many at once, or counts some that it does not send"
                    : "it does not count all that it sends"))
        : Optional.empty();
  }
}

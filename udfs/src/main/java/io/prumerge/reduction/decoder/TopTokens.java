package io.prumerge.reduction.decoder;

import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Tokens by their scores. The lower index wins a tie; torch's top-k promises nothing. */
final class TopTokens {

  private TopTokens() {}

  /** The tokens of the largest scores, the largest first. */
  static int[] falling(int tokens, int count, IntToDoubleFunction score) {
    return IntStream.range(0, tokens)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer token) -> -score.applyAsDouble(token)))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The same tokens in their order. */
  static int[] ascending(int tokens, int count, IntToDoubleFunction score) {
    return IntStream.of(falling(tokens, count, score)).sorted().toArray();
  }
}

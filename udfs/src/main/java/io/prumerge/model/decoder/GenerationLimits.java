package io.prumerge.model.decoder;

import java.util.List;

/**
 * What one question's answer may be, and what is wanted of it.
 *
 * @param maxNewTokens at most, eos included; at least 1
 * @param minNewTokens before eos may come
 * @param letters ids of which the one with the highest logit is the whole answer; none where it is
 *     a text
 * @param margin whether the margin of the first token is wanted
 */
public record GenerationLimits(
    int maxNewTokens, int minNewTokens, List<Integer> letters, boolean margin) {

  public GenerationLimits {
    letters = List.copyOf(letters);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "max_new_tokens must be at least 1 but is " + maxNewTokens);
    }
  }

  /** Limits of a text, of which nothing else is wanted. */
  public GenerationLimits(int maxNewTokens, int minNewTokens) {
    this(maxNewTokens, minNewTokens, List.of(), false);
  }
}

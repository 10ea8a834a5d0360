package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;

/**
 * The tokens before the answer.
 *
 * @param visualTokens visual tokens in each of the decoder's layers
 * @param textTokens tokens that are not visual
 */
public record PromptTokens(TokenSchedule visualTokens, int textTokens) {

  /** Returns the number of both in each layer. */
  public TokenSchedule tokens() {
    return visualTokens.plus(textTokens);
  }
}

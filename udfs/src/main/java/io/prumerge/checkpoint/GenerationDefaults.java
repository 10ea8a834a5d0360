package io.prumerge.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * How the checkpoint itself asks to be decoded greedily.
 *
 * @param eosTokenIds any of them ends a row and is part of its output; empty = nothing ends it
 * @param padTokenId -1 where the checkpoint has none
 * @param maxNewTokens generated tokens at most, eos included; wins over maxLength
 * @param maxLength prompt and generated tokens together, at most
 * @param minNewTokens generated tokens before an eos may come; wins over minLength
 * @param minLength prompt and generated tokens together, before an eos may come
 */
public record GenerationDefaults(
    List<Integer> eosTokenIds,
    int padTokenId,
    OptionalInt maxNewTokens,
    OptionalInt maxLength,
    OptionalInt minNewTokens,
    int minLength) {

  /** New tokens where neither a length nor a number of new tokens is stated anywhere. */
  public static final int LIBRARY_MAX_LENGTH = 20;

  public GenerationDefaults {
    eosTokenIds = List.copyOf(eosTokenIds);
    maxNewTokens.ifPresent(tokens -> Require.positive("max_new_tokens", tokens));
    maxLength.ifPresent(length -> Require.positive("max_length", length));
  }

  /**
   * Tokens to generate at most behind a prompt of this many positions, visual tokens included. Zero
   * or less where the prompt alone fills the checkpoint's max_length; the reference refuses to
   * generate then.
   */
  public int newTokensAtMost(int promptPositions) {
    if (maxNewTokens.isPresent()) {
      return maxNewTokens.getAsInt();
    }
    // The library's default counts new tokens, also where a file states that very number.
    int length = maxLength.orElse(LIBRARY_MAX_LENGTH);
    return length == LIBRARY_MAX_LENGTH ? length : length - promptPositions;
  }

  /** Tokens to generate before an eos may come, behind a prompt of this many positions. */
  public int newTokensAtLeast(int promptPositions) {
    return minNewTokens.orElse(Math.max(0, minLength - promptPositions));
  }
}

package io.prumerge.config;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The checkpoint's own settings for greedy decoding. A caller's settings take precedence.
 *
 * @param eosTokenIds any of them ends a row and is part of its output; empty = nothing ends it
 * @param padTokenId -1 if the checkpoint has none
 * @param maxNewTokens generated tokens at most, eos included; wins over maxLength
 * @param maxLength prompt and generated tokens together, at most
 * @param minNewTokens generated tokens before an eos may come; wins over minLength
 * @param minLength prompt and generated tokens together, before an eos may come
 * @param repetitionPenalty of ids that stand in the prompt or the answer, above 0; 1 for none
 */
public record GenerationDefaults(
    List<Integer> eosTokenIds,
    int padTokenId,
    OptionalInt maxNewTokens,
    int maxLength,
    OptionalInt minNewTokens,
    int minLength,
    double repetitionPenalty) {

  /**
   * The default max_length of transformers. It means that many new tokens, even if a file states
   * it.
   */
  static final int LIBRARY_MAX_LENGTH = 20;

  public GenerationDefaults {
    eosTokenIds = List.copyOf(eosTokenIds);
    maxNewTokens.ifPresent(tokens -> Require.positive("max_new_tokens", tokens));
    Require.positive("max_length", maxLength);
    if (!(repetitionPenalty > 0)) {
      throw new CheckpointException(
          "repetition_penalty must be above 0 but is " + repetitionPenalty);
    }
  }

  /** Returns these defaults with one more end-of-sequence token. */
  public GenerationDefaults endingAlsoAt(int id) {
    return new GenerationDefaults(
        Stream.concat(eosTokenIds.stream(), Stream.of(id)).distinct().toList(),
        padTokenId,
        maxNewTokens,
        maxLength,
        minNewTokens,
        minLength,
        repetitionPenalty);
  }

  /**
   * Returns the most tokens to generate after a prompt of this many positions, visual tokens
   * included. Zero or less if the prompt alone fills the checkpoint's max_length; the reference
   * refuses to generate then. Source: transformers 4.57.1,
   * GenerationMixin._prepare_generated_length.
   */
  public int newTokensAtMost(int promptPositions) {
    int byLength =
        maxLength == LIBRARY_MAX_LENGTH ? LIBRARY_MAX_LENGTH : maxLength - promptPositions;
    return maxNewTokens.orElse(byLength);
  }

  /**
   * Returns the fewest tokens to generate before an eos may come, after a prompt of this many
   * positions.
   */
  public int newTokensAtLeast(int promptPositions) {
    return Math.max(0, minNewTokens.orElse(minLength - promptPositions));
  }
}

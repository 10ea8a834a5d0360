package io.prumerge.model.connector;

/**
 * Visual tokens with their positions in the decoder. Several of these may share their tokens; equal
 * ones are the same rows at the same positions.
 */
public record VisualRows(ProjectedTokens tokens, VisualPositions positions) {

  /** Returns tokens that close up. */
  public static VisualRows packed(ProjectedTokens tokens) {
    return new VisualRows(tokens, VisualPositions.packed(tokens.runs()));
  }
}

package io.prumerge.model.decoder;

/**
 * Ids that some outputs of a pass may not have.
 *
 * @param outputs places among the pass's outputs
 * @param ids tokens
 */
public record BannedIds(int[] outputs, int[] ids) {

  /** Any id may come. */
  static final BannedIds NONE = new BannedIds(new int[0], new int[0]);
}

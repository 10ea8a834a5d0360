package io.prumerge.reduction.run;

import java.util.Optional;

/**
 * A patch that is merged into a token.
 *
 * @param patch its index; another token may stand for it
 * @param cosine of its key and the kept patch's in the tower's last layer, -1 to 1; empty where a
 *     method does not merge by that
 * @param weight of its feature; under PruMerge the CLS attention to it
 */
public record Neighbour(int patch, Optional<Float> cosine, float weight) {

  /** A neighbour by its key. */
  public Neighbour(int patch, float cosine, float weight) {
    this(patch, Optional.of(cosine), weight);
  }

  /** A summand. */
  public Neighbour(int patch, float weight) {
    this(patch, Optional.empty(), weight);
  }

  /** Returns the similarity to the token, by which tokens of one method are compared. */
  public float closeness() {
    return cosine.orElse(Math.abs(weight));
  }
}

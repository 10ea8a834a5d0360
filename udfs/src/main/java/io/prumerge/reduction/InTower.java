package io.prumerge.reduction;

import java.util.Map;
import java.util.Set;

/**
 * What a method does to an image's patches inside the vision tower. It shares the layers below its
 * first cut with all other methods, and has a run of the tower of its own from there on. Stateless
 * and thread-safe; equal ones do the same to an image.
 *
 * <p>The class token, where there is one, stays in front of the patches, whatever happens to these.
 * Layers count from 0; the tower ends with the last one that the features need.
 */
public interface InTower {

  /** Where in a layer the patches become fewer. */
  enum Place {
    /** Between the attention and the MLP. */
    BEFORE_MLP,
    /** Between the layer and the next one. */
    BEHIND_LAYER
  }

  /** What a layer shows of the n patches that reach it; fp32, and never the class token's part. */
  enum View {
    /**
     * The attention of CLS to each patch: softmax of the products of queries and keys over all n +
     * 1 positions, mean over the heads; [n].
     */
    CLASS_ATTENTION,
    /**
     * How much each patch's value is like CLS's: softmax of their products, not scaled, over all n
     * + 1 positions, mean over the heads; [n].
     */
    CLASS_VALUES,
    /** The L1 norm of each patch's value, mean over the heads; [n]. */
    VALUE_NORMS,
    /**
     * Of each patch at an odd place, the patch at an even place whose key is most like its own, by
     * the cosine of keys that are means over the heads; the first of equal ones. First all cosines,
     * then all places; [2, n / 2].
     */
    MATCHES;

    /** Returns whether it is about the class token, which some towers have not. */
    public boolean ofClassToken() {
      return this == CLASS_ATTENTION || this == CLASS_VALUES;
    }
  }

  Place place();

  /**
   * Returns whether a position counts in the attention as often as it has patches: the logarithm of
   * that number is added to the products of queries and keys.
   */
  boolean proportional();

  /**
   * Returns whether the views of an image go on with equally many patches: as many as the one of
   * them whose {@link Way#most} is least.
   */
  default boolean together() {
    return false;
  }

  /** Returns what {@link Way#next} needs of a layer. */
  Set<View> sees();

  /**
   * Returns how many layers run for all methods together, because every patch is still there after
   * them. The method may look at each of them, and cut after the last.
   *
   * @param layers of the tower
   */
  int shared(int layers);

  /**
   * Begins an image's way through the tower.
   *
   * @param patches that it has, N
   * @param layers of the tower
   * @param tokens that are to be left
   * @throws ReductionException if the method cannot leave so many
   */
  Way way(int patches, int layers, int tokens);

  /** One image's way through the tower, for one thread. */
  interface Way {

    /** Returns whether the method looks at a layer that so many patches reach. */
    boolean looks(int layer, int patches);

    /**
     * Returns how many patches may go on at most, by what this image shows.
     *
     * @param patches that reach the layer
     * @param seen as of {@link #next}
     */
    default int most(int layer, int patches, Map<View, float[]> seen) {
      return patches;
    }

    /**
     * Returns what goes on. It is asked of every layer that the method looks at, by rising layer.
     *
     * @param patches that reach the layer, numbered from 0
     * @param most how many may go on: what {@link #most} says, or fewer
     * @param seen of each of {@link #sees()}, row-major; shared, not to be written to
     */
    PatchGroups next(int layer, int patches, int most, Map<View, float[]> seen);
  }
}

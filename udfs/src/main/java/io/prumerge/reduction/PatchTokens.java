package io.prumerge.reduction;

/**
 * The patch tokens of one image as the vision tower produced them, and the tensor operations that
 * reducers use. Tensors stay on the device; a reducer reads the CLS attention and works with patch
 * indices.
 *
 * <p>Patches are numbered row-major (y, then x) from 0 to {@code count() - 1}, CLS excluded.
 */
public interface PatchTokens {

  /** N, the number of patches. */
  int count();

  /** Patches per side; {@code count() == gridSide() * gridSide()}. */
  int gridSide();

  /**
   * Attention of CLS to each patch in the tower's last layer: one head of full width, softmax over
   * all N + 1 keys (CLS included), not renormalised, in fp32; length N. A fresh copy each time.
   */
  float[] clsAttention();

  /** SHA-256 of the image's encoded bytes, for seeds that depend on the image; a fresh copy. */
  byte[] imageSha256();

  /** Tokens of {@link #all()}: the patches, and CLS if the checkpoint selects it too. */
  default int tokens() {
    return count();
  }

  /** All tokens that the checkpoint selects, patches in raster order. */
  Reduction all();

  /**
   * Only the patches in {@code kept}, in that order. Indices are distinct and in 0..N-1.
   *
   * @throws ReductionException if the checkpoint selects CLS too, because no method defines its
   *     place
   */
  Reduction gather(int[] kept);

  /**
   * PruMerge's merge (official {@code clip_encoder.py}). Each kept patch gives its own feature plus
   * the attention-weighted sum of the features of the {@code neighbours} other patches, kept or
   * not, with the most similar keys (cosine). A summary adds one more token: the attention-weighted
   * sum over all patches that were not kept.
   *
   * @param kept distinct patch indices in the order of the tokens; may be empty with a summary
   * @param neighbours patches merged into each kept one; 0 merges nothing; at most N - 1 are used
   * @param summary whether the summary token is appended
   * @throws ReductionException as {@link #gather}
   */
  Reduction merge(int[] kept, int neighbours, boolean summary);
}

package io.prumerge.reduction;

/**
 * The patch tokens of one image as the vision tower left them, and the tensor work a reducer may
 * ask for. Tensors stay on the device; a reducer sees the class attention and speaks in patch
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

  /** SHA-256 of the image's encoded bytes, for seeds that follow the image; a fresh copy. */
  byte[] imageSha256();

  /** Tokens of {@link #all()}: the patches, and CLS where the checkpoint selects it too. */
  default int tokens() {
    return count();
  }

  /** Everything the checkpoint selects, patches in raster order, nothing dropped. */
  Reduction all();

  /**
   * Only the patches in {@code kept}, in that order. Indices are distinct and in 0..N-1.
   *
   * @throws ReductionException where the checkpoint selects CLS too, which no method knows to place
   */
  Reduction gather(int[] kept);

  /**
   * PruMerge's merge (official {@code clip_encoder.py}). For each kept patch i, its feature plus
   * the attention-weighted sum of the features of the {@code neighbours} other patches (kept ones
   * too) with the most similar keys (cosine); then, with a summary, one token more: the
   * attention-weighted sum over all patches that were not kept.
   *
   * @param kept distinct patch indices in the order fed; may be empty when {@code summary}
   * @param neighbours patches merged into each kept one; 0 merges nothing; at most N - 1 are used
   * @param summary whether the summary token is appended
   * @throws ReductionException as {@link #gather}
   */
  Reduction merge(int[] kept, int neighbours, boolean summary);
}

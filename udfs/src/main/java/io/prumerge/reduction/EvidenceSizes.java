package io.prumerge.reduction;

/**
 * What the shapes of {@link TowerEvidence} follow from, in addition to what it says itself.
 *
 * @param patches N of the view
 * @param features F, the width of a patch's features
 * @param decoder width of the decoder
 * @param head width of one of the tower's heads
 * @param pieces of a text, or its tokens
 * @param space width of CLIP's space
 */
public record EvidenceSizes(
    int patches, int features, int decoder, int head, int pieces, int space) {

  /** Returns the sizes of rows of width 1, and of a text of one piece. */
  public static EvidenceSizes of(int patches) {
    return new EvidenceSizes(patches, 1, 1, 1, 1, 1);
  }
}

package io.prumerge.config;

/**
 * What methods ask about a model; the answers are the same for each view of each picture, and for
 * each view of each video.
 *
 * @param queries tokens that the connector makes of all features of a view together; 0 if each
 *     token is a patch's
 * @param reference the models whose code by a method's authors this one's family runs
 * @param crossAttended whether what the connector makes stands outside the decoder's sequence,
 *     whose layers attend to it: then no token of an image can leave it
 * @param learnedPositions whether the decoder has a learned row for each position, instead of
 *     rotating queries and keys
 * @param positionsHaveParts whether a position in the decoder has parts, which each patch has by
 *     its place
 * @param hasClassToken whether the tower has a class token in addition to the patches
 * @param ofBlocks whether each patch that methods see is a block of the tower's own
 * @param feedsClassToken whether the class token may be one of the tokens
 * @param takesSomePixels whether the tower can run over some blocks of a picture's pixels alone
 */
public record ModelTraits(
    int queries,
    ReferenceModel reference,
    boolean crossAttended,
    boolean learnedPositions,
    boolean positionsHaveParts,
    boolean hasClassToken,
    boolean ofBlocks,
    boolean feedsClassToken,
    boolean takesSomePixels) {

  /** Those of LLaVA-1.5, which images of no certain model have too. */
  public static final ModelTraits LLAVA =
      new ModelTraits(0, ReferenceModel.LLAVA, false, false, false, true, false, true, true);

  /** Returns the traits of views whose patches are pooled behind the connector. */
  public ModelTraits ofPooledPatches() {
    return new ModelTraits(
        queries,
        reference,
        crossAttended,
        learnedPositions,
        positionsHaveParts,
        false,
        true,
        false,
        false);
  }
}

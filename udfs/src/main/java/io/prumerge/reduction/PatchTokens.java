package io.prumerge.reduction;

import io.prumerge.config.ModelTraits;
import io.prumerge.config.ReferenceModel;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewSpan;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;

/**
 * The patch tokens of one view of an image as the vision tower produced them, and the tensor
 * operations that reducers use. Tensors stay on the device; a reducer reads the evidence that it
 * asked for, and works with patch indices.
 *
 * <p>Patches are numbered row-major (y, then x) from 0 to {@code count() - 1}, CLS excluded.
 */
public interface PatchTokens {

  /**
   * Returns all views of the prompt's images, one image after the other, the whole image first.
   * LLaVA-1.5 has one of each; LLaVA-NeXT also has tiles; those of a video are in the order of
   * time. A method reduces each view separately.
   */
  default List<? extends PatchTokens> views() {
    return List.of(this);
  }

  /** Returns which of the {@link #views} this one is. */
  default int view() {
    return 0;
  }

  /**
   * Returns which of the {@link #views} are of the same image as this one: all, where there is one.
   */
  default ViewSpan ownViews() {
    return new ViewSpan(0, views().size());
  }

  /**
   * Returns whether the {@link #ownViews} are those of a video, which follow each other in time.
   */
  default boolean ofVideo() {
    return false;
  }

  /**
   * Returns whether these views are a video's and the prompt has text between them, so that their
   * tokens stand in several runs.
   */
  default boolean amongText() {
    return false;
  }

  /** Returns whether this is the view of a whole image that has tiles too. */
  default boolean besideTiles() {
    return !ofVideo() && ownViews().first() == view() && ownViews().count() > 1;
  }

  /**
   * Returns the tiles that this view's image has, where a method may take them together with the
   * view of the whole; none for an image of one view, and where the model makes a grid smaller.
   */
  default Optional<Tiles> tiles() {
    return Optional.empty();
  }

  /**
   * Returns the tokens of all images together that the language model receives if nothing is
   * dropped: with those that a layout adds and without those that it takes away.
   */
  default int sequence() {
    return tokens();
  }

  /**
   * Returns the learned rows of {@link #sequence} that stay whatever a method drops, as the row
   * behind a video does, unless the method has an order of its own. They are part of no budget.
   */
  default int staying() {
    return 0;
  }

  /**
   * Returns the places of those of them that are of this view's image, in its sequence before any
   * reduction; rising.
   */
  default int[] learnedPlaces() {
    return new int[0];
  }

  /**
   * Returns the same images as the model sees them within a limit, for counting alone: there is no
   * evidence about them. What is within the limit already stays as it is.
   *
   * @throws ReductionException if the model sees no picture so small, or has no such limit
   */
  default PatchTokens within(PictureLimit limit) {
    throw new ReductionException(ImageProcessor.ONE_RESOLUTION);
  }

  /** Returns N, the number of patches. */
  int count();

  /** Returns the rows and columns of the patches, {@link #count} in all. */
  PatchGrid grid();

  /**
   * Returns evidence that the method names in {@link TokenReducer#sees}. The array is shared: it is
   * not to be written to.
   *
   * @throws ReductionException if this tower does not have it, or it is about a question and there
   *     is none
   */
  float[] of(TowerEvidence evidence);

  /** Returns PruMerge's scores, {@link TowerEvidence.FullWidthAttention}. */
  default float[] clsAttention() {
    return of(new TowerEvidence.FullWidthAttention());
  }

  /**
   * Returns the patches that show nothing of the picture, because it was padded to a square;
   * rising, a fresh array.
   */
  default int[] padding() {
    return new int[0];
  }

  /**
   * Returns the FLOPs of a piece of evidence of a text that was looked at, without those of its
   * source; 0 where nobody counts them.
   */
  default long textFlops(TowerEvidence.OfText evidence) {
    return 0;
  }

  /**
   * Returns the tokens and FLOPs of methods on this image in this model.
   *
   * @throws ReductionException if there is no model
   */
  default Measures measures() {
    throw new ReductionException("Cannot compare sizes of methods without a model");
  }

  /**
   * Returns the SHA-256 of the image's encoded bytes, for seeds that depend on the image; a fresh
   * copy.
   */
  byte[] imageSha256();

  /**
   * Returns the number of tokens of {@link #all()}: the patches, and CLS if the checkpoint selects
   * it too; or the {@link #queries}.
   */
  default int tokens() {
    return count();
  }

  /**
   * Returns what methods ask about the model of this image; LLaVA-1.5 where none is certain. A
   * stand-in may answer single questions otherwise, by the methods below that read this: ask those,
   * where there is one.
   */
  default ModelTraits traits() {
    return ModelTraits.LLAVA;
  }

  /** Returns {@link ModelTraits#queries}, which then are the tokens of {@link #all()}. */
  default int queries() {
    return traits().queries();
  }

  /** Returns {@link ModelTraits#learnedPositions}. */
  default boolean learnedPositions() {
    return traits().learnedPositions();
  }

  /** Returns {@link ModelTraits#crossAttended}. */
  default boolean crossAttended() {
    return traits().crossAttended();
  }

  /** Returns {@link ModelTraits#positionsHaveParts}. */
  default boolean positionsHaveParts() {
    return traits().positionsHaveParts();
  }

  /** Returns {@link ModelTraits#reference}. */
  default ReferenceModel reference() {
    return traits().reference();
  }

  /** Returns {@link ModelTraits#hasClassToken}. */
  default boolean hasClassToken() {
    return traits().hasClassToken();
  }

  /** Returns {@link ModelTraits#feedsClassToken}; false for an image that says it has none. */
  default boolean feedsClassToken() {
    return hasClassToken() && traits().feedsClassToken();
  }

  /** Returns {@link ModelTraits#ofBlocks}. */
  default boolean ofBlocks() {
    return traits().ofBlocks();
  }

  /**
   * Refuses a method before the tower, where the tower cannot run over some of a picture's pixels.
   *
   * @throws ReductionException if it cannot, or these are pixels of a video
   */
  default void requireSomePixels() {
    if (views().stream().anyMatch(PatchTokens::ofVideo)) {
      throw new ReductionException(
          "Cannot leave out pixels of a video; use a method that chooses after the tower");
    }
    if (!traits().takesSomePixels()) {
      throw new ReductionException(
          "Cannot leave out pixels before this model's vision tower, which takes whole pictures"
              + " only; use a method that chooses after it");
    }
  }

  /** Of {@link #requireNoBlocks}: a method inside the tower. */
  String IN_TOWER = "drop patches inside the tower of";

  /** Of {@link #requireNoBlocks}: a smaller image. */
  String SMALLER = "make an image smaller for";

  /**
   * Refuses what takes the tower's own patches, where a method's are blocks of them.
   *
   * @param what the method does
   * @throws ReductionException if they are
   */
  default void requireNoBlocks(String what) {
    if (ofBlocks()) {
      throw new ReductionException(
          Text.format(
              behindConnector()
                  ? "Cannot %s this model for a video, whose patches are pooled behind the"
                      + " connector; use a method that chooses after it"
                  : "Cannot %s this model, whose vision tower makes tokens of blocks of patches;"
                      + " use a method that chooses after it",
              what));
    }
  }

  /**
   * Refuses evidence about a class token that is not there.
   *
   * @throws ReductionException if there is none, and the evidence is about it; where there are
   *     {@link #queries}, as {@link #requireNoQueries}
   */
  default void requireSeen(TowerEvidence evidence) {
    if (evidence.ofClassToken() && !hasClassToken()) {
      requireNoQueries();
      throw ReductionException.noClassToken();
    }
  }

  /**
   * Refuses sums with a class token that is not there.
   *
   * @throws ReductionException if there is none, or it can be no token, and one of these holds it
   */
  default void requireParts(List<Blend> tokens) {
    if (feedsClassToken() || tokens.stream().noneMatch(Blend::holdsClassToken)) {
      return;
    }
    throw hasClassToken()
        ? new ReductionException(
            "Cannot feed the class token of this model's vision tower, which makes tokens of blocks"
                + " of patches; use a method that feeds patches alone, such as fastervlm")
        : ReductionException.noClassToken();
  }

  /**
   * Refuses a method that drops or merges patches where no token is a patch's.
   *
   * @throws ReductionException if there are {@link #queries}
   */
  default void requireNoQueries() {
    if (queries() > 0) {
      throw new ReductionException(
          Text.format(
              crossAttended()
                  ? "Cannot drop patches of a model whose resampler makes %d latents of all of"
                      + " them; use none"
                  : "Cannot drop patches of a model whose queries make %d tokens of all of them;"
                      + " use none, or a method that drops tokens inside the decoder",
              queries()));
    }
  }

  /**
   * Returns whether the tower's patches become these behind the connector, as a video's do: then
   * all of them go through it, all tokens come from behind it, and sums are of rows there.
   */
  default boolean behindConnector() {
    return false;
  }

  /** Returns all tokens that the checkpoint selects, patches in raster order. */
  Reduction all();

  /**
   * Returns only the patches in {@code indices}, in that order. Indices are distinct.
   *
   * @throws ReductionException if the checkpoint selects CLS too, because no method defines its
   *     place
   * @throws IndexOutOfBoundsException if one is not in 0..N-1, which ends as a row's error
   */
  default Reduction gather(int[] indices) {
    return gather(Stage.BEFORE_CONNECTOR, indices);
  }

  /**
   * Gathers patches before the connector or after it. The connector works row by row, so the tokens
   * are the same. After it, all patches have to go through it, which only pays for a method that
   * looks at them there; it then takes a view that it leaves whole from there too, so that the
   * connector does not run again for it.
   *
   * @throws ReductionException as {@link #gather(int[])}
   */
  Reduction gather(Stage stage, int[] indices);

  /**
   * Returns tokens that are weighted sums.
   *
   * @param stage of what the sums are; after the connector there is no class token
   * @param tokens in the order fed, at least one. Summands of a video's view may be patches of the
   *     views behind it, numbered on one view after the other; the patches that tokens stand for
   *     are its own
   * @throws ReductionException as {@link #gather(int[])}
   */
  Reduction blend(Stage stage, List<Blend> tokens);

  /**
   * Returns the tokens that a method leaves inside the tower, in its order.
   *
   * @param method what {@link TokenReducer#inTower} names
   * @param tokens how many; as {@link TokenReducer#tokens} of the method says
   * @throws ReductionException if it cannot leave so many of this image, or failed
   */
  Reduction inTower(InTower method, int tokens);

  /**
   * Returns the tokens of the blocks that a method left of the view's pixels, in raster order; the
   * tower has run over these alone.
   *
   * @param rule what {@link TokenReducer#pixels} names
   * @throws ReductionException as {@link #requireSomePixels}
   */
  default Reduction ofPixels(PixelRule rule) {
    requireSomePixels();
    throw new ReductionException("Cannot leave out pixels of an image that has none");
  }

  /**
   * Returns PruMerge's merge (official {@code clip_encoder.py}). Each kept patch gives its own
   * feature plus the attention-weighted sum of the features of the {@code neighbours} other
   * patches, kept or not, with the most similar keys (cosine). A summary adds one more token: the
   * attention-weighted sum over all patches that were not kept.
   *
   * @param indices distinct patch indices in the order of the tokens; may be empty with a summary
   * @param neighbours patches merged into each kept one; 0 merges nothing; at most N - 1 are used
   * @param summary whether the summary token is appended
   * @throws ReductionException as {@link #gather}
   */
  Reduction merge(int[] indices, int neighbours, boolean summary);

  /**
   * Has a user's script choose among the patches. Makes no tokens yet.
   *
   * @throws ReductionException if the script fails, or its answer is no choice among these patches
   */
  ScriptChoice choose(ScriptCall call);

  /**
   * Returns the tokens of the same view in a smaller image, which the tower sees instead of it; all
   * of them, in raster order.
   *
   * @param side of the small image in patches, below that of {@link #grid}; for a method that sees
   *     {@link TowerEvidence.SmallImage}
   * @throws ReductionException as {@link #gather(int[])}
   */
  Reduction downsampled(int side);
}

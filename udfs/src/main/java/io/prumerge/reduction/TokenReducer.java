package io.prumerge.reduction;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One visual-token reduction method with its parameters fixed. Stateless and thread-safe: it
 * reduces each image independently of the others in a batch.
 */
public interface TokenReducer {

  /** Returns the method in its canonical spelling, as in the {@code method} column. */
  MethodSpec spec();

  /**
   * Returns the evidence that the method itself needs, which is part of its cost. {@code
   * tokens=@prumerge} needs none: there the scores only give a control experiment the same token
   * count.
   */
  default Set<TowerEvidence> needs() {
    return Set.of();
  }

  /**
   * Returns the evidence that the method itself needs of this view, where it needs other evidence
   * of an image in tiles; part of its cost there.
   */
  default Set<TowerEvidence> needs(PatchTokens view) {
    return needs();
  }

  /**
   * Returns all evidence that the method may ask an image for, for itself or for another method's
   * token count. What no method sees is not computed.
   */
  default Set<TowerEvidence> sees() {
    return needs();
  }

  /** Returns whether it may leave other tokens of an image for another question. */
  default boolean perQuestion() {
    return sees().stream().anyMatch(TowerEvidence::perQuestion);
  }

  /** Returns the CLIP folders whose text tower it needs, as its spec names them. */
  default Set<String> clips() {
    return sees().stream()
        .flatMap(evidence -> evidence.clip().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Returns the method as it is applied to this image: itself, unless a budget chooses its size
   * image by image, as in {@code fastv:flops=@prumerge}, or it has cuts for some images only. Cuts
   * are to be asked of what this returns.
   *
   * @throws ReductionException if the budget is out of the method's reach
   */
  default TokenReducer on(PatchTokens image) {
    return this;
  }

  /**
   * Returns the patches in a row of the smaller image that the method sees instead of each view of
   * an image with so many; none for a method that sees the whole image, or sees one whose size is
   * only known after the tower.
   */
  default OptionalInt smallSide(int views) {
    return OptionalInt.empty();
  }

  /**
   * Returns the limit of the picture for a method that has it made smaller before the tower; it
   * then sees no other one, and shares nothing with methods that do.
   */
  default Optional<PictureLimit> picture() {
    return Optional.empty();
  }

  /** Returns the limit of a smaller copy of the picture, whatever sees it; empty without one. */
  default Optional<PictureLimit.OfPixels> pictureCopy() {
    return picture()
        .filter(PictureLimit.OfPixels.class::isInstance)
        .map(PictureLimit.OfPixels.class::cast);
  }

  /**
   * Returns whether a model behind an endpoint can be asked under it: the picture is sent, or a
   * smaller copy, and the rest is the server's.
   */
  default boolean isSent() {
    return spec().equals(MethodSpec.NONE) || request().isPresent() || pictureCopy().isPresent();
  }

  /** Returns the size of the copy that is sent of a picture; its own if it is sent as it is. */
  default Resolution sent(Resolution picture) {
    return pictureCopy().map(limit -> limit.of(picture.width(), picture.height())).orElse(picture);
  }

  /**
   * Returns the fields with which a server is asked, for a method that only a server can run; empty
   * for one that reduces tokens here.
   */
  default Optional<RequestFields> request() {
    return Optional.empty();
  }

  /**
   * Returns the method's part before the vision tower; {@link #reduce} then takes the tokens that
   * come of it by {@link PatchTokens#ofPixels}, and the method looks at nothing else of the tower.
   * Empty for a method that has all pixels seen.
   */
  default Optional<PixelRule> pixels() {
    return Optional.empty();
  }

  /**
   * Returns whether the tower sees something else for it than the whole picture, so that it shares
   * no run of the tower with methods for which it does not.
   */
  default boolean seesApart() {
    return picture().isPresent() || pixels().isPresent();
  }

  /**
   * Returns the tokens that {@link #reduce} gives for this view, summary token included. Reads
   * evidence at most and creates no tensor. Of a method that takes views together, only the sum
   * over them is what {@link #reduceImage} gives.
   *
   * @throws ReductionException if {@link #reduce} would throw it
   */
  int tokens(PatchTokens patches);

  /**
   * Reduces the tokens of one view, for one question where the method looks at its text.
   *
   * @throws ReductionException if the method cannot be applied to this image
   */
  Reduction reduce(PatchTokens patches);

  /**
   * Reduces all views of one image: each by itself, unless the method takes them together.
   *
   * @param views the whole image first
   * @throws ReductionException if the method cannot be applied to one of them
   */
  default ImageReduction reduceImage(List<? extends PatchTokens> views) {
    return ImageReduction.ofEach(this, views);
  }

  /**
   * Returns the positions in the decoder of the tokens that {@link #reduce} leaves. Those of cuts
   * inside it are the cuts' own.
   */
  default CutPositions positions() {
    return CutPositions.PACKED;
  }

  /**
   * Returns the method's part inside the vision tower; {@link #reduce} then takes the tokens that
   * are left there by {@link PatchTokens#inTower}. Empty for a method after the tower.
   */
  default Optional<InTower> inTower() {
    return Optional.empty();
  }

  /**
   * Returns the cuts inside the decoder, by rising layer. None for a method that only chooses the
   * tokens which the decoder receives.
   *
   * @param tokens visual tokens that the decoder receives
   * @param layers of the decoder
   * @throws ReductionException if the method has no cuts for these
   */
  default List<LayerCut> cuts(int tokens, int layers) {
    return List.of();
  }
}

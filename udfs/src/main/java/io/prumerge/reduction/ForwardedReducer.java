package io.prumerge.reduction;

import io.prumerge.image.PictureLimit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A method that is another one in all that is not overridden, but for its spec. */
interface ForwardedReducer extends TokenReducer {

  /** Returns the other method. */
  TokenReducer reducer();

  @Override
  default Set<TowerEvidence> needs() {
    return reducer().needs();
  }

  @Override
  default Set<TowerEvidence> needs(PatchTokens view) {
    return reducer().needs(view);
  }

  @Override
  default Set<TowerEvidence> sees() {
    return reducer().sees();
  }

  @Override
  default boolean perQuestion() {
    return reducer().perQuestion();
  }

  @Override
  default Set<String> clips() {
    return reducer().clips();
  }

  @Override
  default CutPositions positions() {
    return reducer().positions();
  }

  @Override
  default OptionalInt smallSide(int views) {
    return reducer().smallSide(views);
  }

  @Override
  default Optional<PictureLimit> picture() {
    return reducer().picture();
  }

  @Override
  default Optional<PixelRule> pixels() {
    return reducer().pixels();
  }

  @Override
  default int tokens(PatchTokens patches) {
    return reducer().tokens(patches);
  }

  @Override
  default Reduction reduce(PatchTokens patches) {
    return reducer().reduce(patches);
  }

  @Override
  default ImageReduction reduceImage(List<? extends PatchTokens> views) {
    return reducer().reduceImage(views);
  }

  @Override
  default Optional<InTower> inTower() {
    return reducer().inTower();
  }

  @Override
  default List<LayerCut> cuts(int tokens, int layers) {
    return reducer().cuts(tokens, layers);
  }
}

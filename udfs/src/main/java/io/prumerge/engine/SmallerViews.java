package io.prumerge.engine;

import io.prumerge.image.ImageProcessor;
import io.prumerge.image.RgbImage;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One picture's views in smaller images. Sizes that methods name are made at once, by the thread
 * that prepares the picture; those that follow from what the tower sees are made when they are
 * asked for. For one thread at a time.
 */
final class SmallerViews {

  private final ImageProcessor processor;
  private final int patchSize;
  private final Map<Integer, Optional<List<float[]>>> bySide = new HashMap<>();
  private final RgbImage picture; // null if nobody asks for another size

  private SmallerViews(ImageProcessor processor, int patchSize, RgbImage picture) {
    this.processor = processor;
    this.patchSize = patchSize;
    this.picture = picture;
  }

  /**
   * @param processor of the picture's views
   * @param patchSize in pixels
   * @param views of all images of the prompt
   */
  static SmallerViews of(
      ImageProcessor processor,
      int patchSize,
      RgbImage picture,
      List<TokenReducer> reducers,
      int views) {
    boolean later =
        reducers.stream()
            .anyMatch(
                reducer ->
                    reducer.sees().contains(TowerEvidence.SmallImage.OF_ANY_SIZE)
                        && reducer.smallSide(views).isEmpty());
    SmallerViews smaller = new SmallerViews(processor, patchSize, later ? picture : null);
    for (TokenReducer reducer : reducers) {
      reducer
          .smallSide(views)
          .ifPresent(
              side -> smaller.bySide.computeIfAbsent(side, one -> smaller.made(one, picture)));
    }
    return smaller;
  }

  private Optional<List<float[]>> made(int side, RgbImage shown) {
    boolean smaller = side >= 1 && side < processor.width() / patchSize;
    return smaller
        ? processor.ofSize(side * patchSize).map(other -> other.views(shown))
        : Optional.empty();
  }

  /** One of the views. */
  SmallPixels view(int view) {
    return side -> {
      if (picture != null) {
        bySide.computeIfAbsent(side, one -> made(one, picture));
      }
      return bySide.getOrDefault(side, Optional.empty()).map(views -> views.get(view));
    };
  }
}

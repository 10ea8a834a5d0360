package io.prumerge.reduction.video;

import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.run.ForwardedPatches;
import java.util.List;

/**
 * A view of a video whose lines have learned rows, as LLaVA-Video's have.
 *
 * @param learned the places of all of these in the sequence
 */
record LinedView(ArrayPatchTokens image, int[] learned) implements ForwardedPatches {

  /** Returns the views of a video. */
  static List<LinedView> of(List<ArrayPatchTokens> video, int... learned) {
    return video.stream().map(view -> new LinedView(view, learned)).toList();
  }

  @Override
  public List<LinedView> views() {
    return of(image.views(), learned);
  }

  @Override
  public ViewSpan ownViews() {
    return image.ownViews();
  }

  @Override
  public int[] learnedPlaces() {
    return learned;
  }
}

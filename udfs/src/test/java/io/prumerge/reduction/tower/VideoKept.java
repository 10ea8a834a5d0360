package io.prumerge.reduction.tower;

import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.stream.IntStream;

/** What methods keep of videos. */
final class VideoKept {

  private VideoKept() {}

  /** Returns the patches, numbered through all frames, in the order fed. */
  static int[] of(TokenReducer reducer, List<? extends PatchTokens> video) {
    List<Reduction> frames = reducer.reduceImage(video).views();
    return IntStream.range(0, frames.size())
        .flatMap(
            frame ->
                IntStream.of(frames.get(frame).keptIndices().orElseThrow())
                    .map(patch -> frame * video.get(frame).count() + patch))
        .toArray();
  }
}

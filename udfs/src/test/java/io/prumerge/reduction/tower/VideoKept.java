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
            frame -> {
              int count = video.get(frame).count();
              return IntStream.of(kept(frames.get(frame), count))
                  .map(patch -> frame * count + patch);
            })
        .toArray();
  }

  /** Returns the patches of a view, in the order fed. */
  static int[] kept(Reduction view, int count) {
    return view.keptIndices().orElseGet(() -> IntStream.range(0, count).toArray());
  }
}

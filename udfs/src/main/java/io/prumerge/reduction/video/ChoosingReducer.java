package io.prumerge.reduction.video;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Base of the methods that choose among a video's patches, and sum none of them. */
abstract class ChoosingReducer extends VideoReducer {

  ChoosingReducer(MethodSpec spec) {
    super(spec, Set.of());
  }

  /**
   * Returns the patches of each view whose tokens are left, in the order fed.
   *
   * @param video as {@link #tokens(List)}
   */
  abstract List<int[]> kept(List<? extends PatchTokens> video);

  /**
   * Returns what the method looks at of one view, in addition to the patches after the connector.
   *
   * @param place of the view in the video, from 0
   * @param views of the video
   */
  abstract Optional<TowerEvidence> looksAt(int place, int views);

  @Override
  final Set<TowerEvidence> looksAt(List<? extends PatchTokens> video, int place) {
    return looksAt(place, video.size()).map(Set::of).orElse(Set.of());
  }

  @Override
  final List<List<Blend>> left(List<? extends PatchTokens> video) {
    return kept(video).stream()
        .map(patches -> IntStream.of(patches).mapToObj(Blend::copy).toList())
        .toList();
  }
}

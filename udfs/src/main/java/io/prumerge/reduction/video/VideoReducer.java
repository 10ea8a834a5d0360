package io.prumerge.reduction.video;

import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Base of the methods that reduce a video by what its views show of each other. A view is what the
 * tower takes at once: a frame, or Qwen-VL's pair of frames. Pictures are refused, also beside a
 * video.
 */
abstract class VideoReducer implements TokenReducer {

  private final MethodSpec spec;
  private final Set<TowerEvidence> needs;

  /**
   * @param needs what the method looks at of each view, in addition to the patches after the
   *     connector
   */
  VideoReducer(MethodSpec spec, Set<TowerEvidence> needs) {
    this.spec = spec;
    Set<TowerEvidence> all = new HashSet<>(needs);
    all.add(new TowerEvidence.Projected());
    this.needs = Set.copyOf(all);
  }

  /**
   * Returns the tokens that are left of a video.
   *
   * @param video its views in the order of time
   * @throws ReductionException if the method cannot be applied to it
   */
  abstract int tokens(List<? extends PatchTokens> video);

  /**
   * Returns the tokens that are left of each view, in the order fed: patches, or sums of patches of
   * this view and of those behind it.
   *
   * @param video as {@link #tokens(List)}
   */
  abstract List<List<Blend>> left(List<? extends PatchTokens> video);

  /**
   * Returns what the method looks at of one view alone, in addition to what it looks at of each.
   *
   * @param video as {@link #tokens(List)}
   * @param place of the view in the video, from 0
   */
  abstract Set<TowerEvidence> looksAt(List<? extends PatchTokens> video, int place);

  /**
   * Returns the order of the tokens; empty where the layout says so.
   *
   * @param left as {@link #left}
   */
  Optional<RowOrder> order(List<? extends PatchTokens> video, List<List<Blend>> left) {
    return Optional.empty();
  }

  /** Returns a piece of evidence about one view, checked. */
  final float[] cosines(PatchTokens view, TowerEvidence evidence) {
    return Ranking.finite(spec, "the cosine of patch", view.of(evidence));
  }

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Set<TowerEvidence> needs() {
    return needs;
  }

  @Override
  public final Set<TowerEvidence> needs(PatchTokens view) {
    Set<TowerEvidence> all = new HashSet<>(needs);
    all.addAll(looksAt(videoOf(view), view.view() - view.ownViews().first()));
    return all;
  }

  /** Returns an equal part of what is left of the video; the first views have the remainder. */
  @Override
  public final int tokens(PatchTokens view) {
    return view.ownViews().part(tokens(videoOf(view)), view.view());
  }

  @Override
  public final Reduction reduce(PatchTokens view) {
    return reduced(view, left(videoOf(view)).get(view.view() - view.ownViews().first()));
  }

  @Override
  public final ImageReduction reduceImage(List<? extends PatchTokens> views) {
    List<? extends PatchTokens> video = videoOf(views.get(0));
    List<List<Blend>> left = left(video);
    List<Reduction> reduced = new ArrayList<>();
    try {
      for (int view = 0; view < video.size(); view++) {
        reduced.add(reduced(views.get(view), left.get(view)));
      }
    } catch (RuntimeException e) {
      reduced.forEach(Reduction::close);
      throw e;
    }
    return new ImageReduction(reduced, order(video, left));
  }

  private static Reduction reduced(PatchTokens view, List<Blend> left) {
    if (!left.stream().allMatch(Blend::copiesPatch)) {
      return view.blend(Stage.AFTER_CONNECTOR, left);
    }
    int[] kept = left.stream().mapToInt(token -> token.patch().orElseThrow()).toArray();
    return view.gather(Stage.AFTER_CONNECTOR, kept);
  }

  private List<? extends PatchTokens> videoOf(PatchTokens view) {
    if (!view.ofVideo()) {
      throw new ReductionException(
          "Cannot compare the frames of a picture: it has one; use a method for pictures, such as"
              + " divprune");
    }
    ViewSpan own = view.ownViews();
    return view.views().subList(own.first(), own.end());
  }
}

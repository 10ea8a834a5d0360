package io.prumerge.reduction.video;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code evs} (arXiv 2510.14624, Efficient Video Sampling, written from the paper's rule): the
 * tokens that differ most from what stood at their place one view earlier, by 1 - cosine after the
 * connector, over the whole video. The first view stays whole. Raster order.
 *
 * <p>{@code pruned=q} drops the share q, as vLLM's {@code --video-pruning-rate}: of T views of f
 * tokens, max(f, int(T f (1 - q))) are left. {@code tokens=N} leaves N, at least f. One of the two
 * must be given. Of equal differences the earlier token stays. A view may lose all its tokens.
 *
 * <p>Published for Qwen2.5-VL, whose tokens keep their positions; with families whose positions are
 * one number they close up, unless {@code positions=kept}. Learned rows stay. Pictures are refused.
 */
final class Evs extends ChoosingReducer {

  private static final Parameter<Double> PRUNED = Parameter.share("pruned").needed("0.5");
  private static final TowerEvidence COSINES = new TowerEvidence.EarlierCosines(1);

  private final Optional<Double> pruned;
  private final Optional<TokenBudget> budget;

  private Evs(Parameters parameters) {
    super(parameters.spec());
    this.pruned = parameters.given(PRUNED);
    this.budget = parameters.given(TokenBudget.OPTIONAL).map(TokenBudget::new);
    if (pruned.isPresent() == budget.isPresent()) {
      throw parameters.refusal(
          "give the share to drop, as in pruned=0.5, or the number to keep, as in tokens=64, and"
              + " not both");
    }
    if (pruned.equals(Optional.of(1.0))) {
      throw parameters.refusal(PRUNED.key(), "a number above 0 and below 1");
    }
  }

  @Override
  int tokens(List<? extends PatchTokens> video) {
    PatchTokens first = video.get(0);
    int ofView = first.count();
    if (budget.isEmpty()) {
      return Math.max(ofView, (int) (video.size() * ofView * (1 - pruned.orElseThrow())));
    }
    int tokens = budget.get().ofImage(first, true);
    if (tokens < ofView) {
      throw new ReductionException(
          Text.format(
              "Cannot keep %d tokens by evs: it keeps all %d of a video's first view; give"
                  + " tokens=%d or more",
              tokens, ofView, ofView));
    }
    return tokens;
  }

  @Override
  Optional<TowerEvidence> looksAt(int place, int views) {
    return place > 0 ? Optional.of(COSINES) : Optional.empty();
  }

  @Override
  List<int[]> kept(List<? extends PatchTokens> video) {
    int ofView = video.get(0).count();
    float[] differences = new float[video.size() * ofView];
    Arrays.fill(differences, 0, ofView, Float.POSITIVE_INFINITY);
    for (int view = 1; view < video.size(); view++) {
      float[] cosines = cosines(video.get(view), COSINES);
      for (int patch = 0; patch < ofView; patch++) {
        differences[view * ofView + patch] = 1 - cosines[patch];
      }
    }
    int[] kept = Ranking.top(differences, tokens(video));
    Arrays.sort(kept);
    List<int[]> ofViews = new ArrayList<>();
    for (int view = 0; view < video.size(); view++) {
      int first = view * ofView;
      ofViews.add(
          IntStream.of(kept)
              .filter(place -> place >= first && place < first + ofView)
              .map(place -> place - first)
              .toArray());
    }
    return ofViews;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "evs",
          About.of("2510.14624", "").servable(Servable.withAFixedCount("vLLM runs it")),
          Evs::new,
          PRUNED,
          TokenBudget.OPTIONAL);
    }
  }
}

package io.prumerge.reduction.video;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * {@code dycoke} (arXiv 2411.15024; KD-TAO/DyCoke dd74634, {@code dycole_ttm} of {@code
 * llava_arch.py}), its first stage: of groups of four views the first stays whole. The second and
 * the third keep the tokens that are least like what stands at their places in the first, the
 * fourth those least like the third, by cosine after the connector: int((1 - k) f) of f tokens
 * each. The second stage, inside the decoder while an answer is written, is not here.
 *
 * <p>{@code pruned} is k, by default 0.7, as their README and their model in lmms-eval have it;
 * their loader alone has 0.3.
 *
 * <p>{@code variant=code} is the authors' code: a view's kept tokens stand by rising cosine, an odd
 * last view is lost, the last group of four (or what is there of it) keeps its third view whole,
 * and four views or fewer are refused, for which their code raises. {@code variant=repaired} is
 * ours: raster order, and all views by the rule above, however many there are.
 *
 * <p>Learned rows stay, which the authors' code has one of; positions close up, as theirs. Pictures
 * are refused. Of equal cosines the lower place stays; the authors' {@code topk} promises nothing
 * there. fp32, where the authors compute in the model's precision.
 */
final class DyCoke extends ChoosingReducer {

  private static final Parameter<Double> PRUNED = Parameter.share("pruned").byDefault(0.7);
  private static final Parameter<Boolean> REPAIRED =
      Parameter.either("variant", "code", "repaired");
  private static final int GROUP = 4;

  private final double pruned;
  private final boolean repaired;

  private DyCoke(Parameters parameters) {
    super(parameters.spec());
    this.pruned = parameters.value(PRUNED);
    this.repaired = parameters.value(REPAIRED);
  }

  /**
   * Returns how many views earlier the one is that a view is compared with; none if the view is not
   * compared.
   */
  private OptionalInt back(int place, int views) {
    if (isLost(place, views)) {
      return OptionalInt.empty();
    }
    return switch (place % GROUP) {
      case 1, 3 -> OptionalInt.of(1);
      case 2 -> repaired || place - 2 < views - GROUP ? OptionalInt.of(2) : OptionalInt.empty();
      default -> OptionalInt.empty();
    };
  }

  private boolean isLost(int place, int views) {
    return !repaired && place == views - 1 && views % 2 == 1;
  }

  @Override
  Optional<TowerEvidence> looksAt(int place, int views) {
    OptionalInt back = back(place, views);
    return back.isPresent()
        ? Optional.of(new TowerEvidence.EarlierCosines(back.getAsInt()))
        : Optional.empty();
  }

  private int tokens(int place, int views, int ofView) {
    if (isLost(place, views)) {
      return 0;
    }
    return back(place, views).isPresent() ? (int) ((1 - pruned) * ofView) : ofView;
  }

  @Override
  int tokens(List<? extends PatchTokens> video) {
    int views = video.size();
    requireEnough(views);
    int ofView = video.get(0).count();
    return IntStream.range(0, views).map(place -> tokens(place, views, ofView)).sum();
  }

  @Override
  List<int[]> kept(List<? extends PatchTokens> video) {
    int views = video.size();
    requireEnough(views);
    List<int[]> kept = new ArrayList<>();
    for (int place = 0; place < views; place++) {
      PatchTokens view = video.get(place);
      int tokens = tokens(place, views, view.count());
      kept.add(
          looksAt(place, views)
              .map(evidence -> leastAlike(cosines(view, evidence), tokens))
              .orElseGet(() -> IntStream.range(0, tokens).toArray()));
    }
    return kept;
  }

  private int[] leastAlike(float[] cosines, int tokens) {
    int[] kept = Ranking.top(cosines.length, tokens, patch -> -cosines[patch]);
    if (repaired) {
      Arrays.sort(kept);
    }
    return kept;
  }

  private void requireEnough(int views) {
    if (!repaired && views <= GROUP) {
      throw new ReductionException(
          Text.format(
              "Cannot use dycoke for a video of %d views: its authors' code fails below %d; use"
                  + " variant=repaired",
              views, GROUP + 1));
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "dycoke",
          About.of("2411.15024", "KD-TAO/DyCoke")
              .servable(Servable.yes("compares connector outputs")),
          DyCoke::new,
          PRUNED,
          REPAIRED);
    }
  }
}

package io.prumerge.reduction.tower;

import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * {@code hired} (arXiv 2408.10945; hasanar1f/HiRED 502d6dd, {@code HiRED_token_selection} of {@code
 * modeling_llava.py} and {@code modeling_llava_next.py}): of each view of an image, the patches
 * with the largest CLS attention, as {@code fastervlm} has them, chosen before the connector here.
 * The authors add the heads up instead of averaging them, which gives the same order, and give the
 * number as {@code int(N rate)}.
 *
 * <p>Of an image with tiles, the view of the whole image keeps {@code tokens alpha}. The tiles
 * share the others in proportion to the patches of the whole image that have the most CLS attention
 * in the tower's first layer: as many as {@code N (1 - alpha)}, each counted for the tile whose
 * part of the raster order it lies in. These parts are runs of the whole image's patches, as in the
 * authors' code, and not the areas that the tiles show. Numbers are rounded down, so that some
 * tokens may be lost.
 *
 * <p>Each of several images of a prompt has its part of the tokens, by its patches: the authors'
 * rate is one for all.
 *
 * <p>{@code alpha} is the part of the whole image's view, by default 0.5.
 *
 * <p>Deviations: the authors take away those chosen that show a tile's padding. Their code refuses
 * tiles whose number does not divide that of the patches; here patch p of N counts for tile floor(p
 * tiles / N).
 */
final class Hired extends FasterVlm {

  private static final Parameter<Double> ALPHA = Parameter.share("alpha").byDefault(0.5);
  private static final TowerEvidence FIRST =
      new TowerEvidence.ClassAttention(new TowerLayer.Numbered(1));

  private final double alpha;

  private Hired(Parameters parameters) {
    super(parameters);
    this.alpha = parameters.value(ALPHA);
  }

  @Override
  public Set<TowerEvidence> needs(PatchTokens view) {
    return view.besideTiles() ? sees() : needs();
  }

  @Override
  public Set<TowerEvidence> sees() {
    Set<TowerEvidence> all = new LinkedHashSet<>(super.sees());
    all.add(FIRST); // whether there are tiles is not known yet
    return all;
  }

  @Override
  public int tokens(PatchTokens patches) {
    ViewSpan own = patches.ownViews();
    if (own.count() == 1 || patches.ofVideo()) {
      return super.tokens(patches);
    }
    int total = budget().ofImage(patches);
    int whole = Math.min((int) (total * alpha), patches.count());
    int tile = patches.view() - own.first() - 1;
    return tile < 0
        ? whole
        : ofTile(tile, total - whole, patches.views().get(own.first()), own.count() - 1);
  }

  private int ofTile(int tile, int tokens, PatchTokens whole, int tiles) {
    int count = whole.count();
    int[] best = Ranking.top(attention(whole, FIRST), (int) (count * (1 - alpha)));
    int own = 0;
    for (int patch : best) {
      own += (long) patch * tiles / count == tile ? 1 : 0;
    }
    // In float, as the authors' quotients of counts are.
    float share = best.length == 0 ? 0 : (float) own / best.length;
    return Math.min((int) (share * Math.min(tokens, tiles * count)), count);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "hired",
          About.of("2408.10945", "hasanar1f/HiRED")
              .servable(Servable.no("ranks by tower attention")),
          Hired::new,
          ALPHA,
          TokenBudget.NEEDED);
    }
  }
}

package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.List;

/**
 * {@code deeprandom}: before a deep layer, visual tokens that are drawn at random go on; a control.
 * "Information Horizon" (arXiv 2512.07580) finds that after about layer 20 of 32 no method is
 * better. The draw is that of {@code random}, by {@code seed} and the image's SHA-256.
 *
 * <p>The layer is {@code layer}, by default 20; the share {@code ratio}, by default 0.5, or {@code
 * tokens} go on.
 */
final class DeepRandom extends DecoderReducer {

  private static final Parameter<Integer> LAYER = Parameter.count("layer").byDefault(20);

  private final int layer;
  private final KeptShare share;
  private final long seed;
  private final CutPositions positions;
  private final SeededDraw draw;

  private DeepRandom(
      MethodSpec spec,
      int layer,
      KeptShare share,
      long seed,
      CutPositions positions,
      SeededDraw draw) {
    super(spec);
    this.layer = layer;
    this.share = share;
    this.seed = seed;
    this.positions = positions;
    this.draw = draw;
  }

  private static DeepRandom of(Parameters parameters) {
    KeptShare share = KeptShare.of(parameters);
    int layer = parameters.value(LAYER);
    long seed = parameters.value(SeededDraw.SEED);
    CutPositions positions = parameters.value(CutPositions.PARAMETER);
    return new DeepRandom(parameters.spec(), layer, share, seed, positions, new SeededDraw(seed));
  }

  /** Returns the method with the image's own draw. */
  @Override
  public TokenReducer on(PatchTokens image) {
    SeededDraw own = SeededDraw.of(image, seed);
    return new DeepRandom(spec(), layer, share, seed, positions, own);
  }

  @Override
  public List<LayerCut> cuts(int all, int layers) {
    return List.of(new Cut(layer, share.of(all), positions, draw));
  }

  /** Draws the tokens that go on. */
  private record Cut(int layer, int tokens, CutPositions positions, SeededDraw draw)
      implements LayerCut {

    @Override
    public List<Evidence> sees() {
      return List.of();
    }

    @Override
    public int count(int all) {
      return tokens;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(draw.of(seen.count(), tokens));
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "deeprandom",
          About.CONTROL.from("2512.07580").servable(Servable.no("prunes inside the decoder")),
          DeepRandom::of,
          LAYER,
          KeptShare.RATIO,
          TokenBudget.OPTIONAL,
          SeededDraw.SEED,
          CutPositions.PARAMETER);
    }
  }
}

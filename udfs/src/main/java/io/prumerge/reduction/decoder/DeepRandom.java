package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.TokenReducer;
import java.util.List;

/**
 * {@code deeprandom}: before a deep layer, visual tokens that are drawn at random go on; a control.
 * "Information Horizon" (arXiv 2512.07580) finds that behind about layer 20 of 32 no method is
 * better. The draw is that of {@code random}, by {@code seed} and the image's SHA-256.
 *
 * <p>Of n tokens {@code ratio} keeps round(n ratio), half to even, at least one.
 */
final class DeepRandom extends DecoderReducer {

  private static final String SEED = "seed";
  private static final int DEFAULT_LAYER = 20;
  private static final double DEFAULT_RATIO = 0.5;

  private final int layer;
  private final double ratio;
  private final int tokens;
  private final long seed;
  private final LayerCut.Positions positions;
  private final SeededDraw draw;

  private DeepRandom(CutParameters parameters) {
    this(
        parameters.count(CutParameters.LAYER, DEFAULT_LAYER),
        parameters.share(CutParameters.RATIO, DEFAULT_RATIO),
        parameters.count(CutParameters.TOKENS, 0),
        parameters.number(SEED, 0),
        parameters.positions(LayerCut.Positions.KEPT),
        parameters);
  }

  // Parameters are read before the spec of those that differ is complete.
  private DeepRandom(
      int layer,
      double ratio,
      int tokens,
      long seed,
      LayerCut.Positions positions,
      CutParameters parameters) {
    super(parameters.spec());
    this.layer = layer;
    this.ratio = ratio;
    this.tokens = tokens;
    this.seed = seed;
    this.positions = positions;
    this.draw = new SeededDraw(seed);
  }

  private DeepRandom(DeepRandom method, SeededDraw draw) {
    super(method.spec());
    this.layer = method.layer;
    this.ratio = method.ratio;
    this.tokens = method.tokens;
    this.seed = method.seed;
    this.positions = method.positions;
    this.draw = draw;
  }

  /** Returns the method with the image's own draw. */
  @Override
  public TokenReducer on(PatchTokens image) {
    return new DeepRandom(this, SeededDraw.of(image, seed));
  }

  @Override
  public List<LayerCut> cuts(int all, int layers) {
    int kept = tokens > 0 ? tokens : Math.max(1, (int) Math.rint(all * ratio));
    return List.of(new Cut(layer, kept, positions, draw));
  }

  /** Draws the tokens that go on. */
  private record Cut(int layer, int tokens, Positions positions, SeededDraw draw)
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
    public Kept keep(SeenTokens seen) {
      return Kept.of(draw.of(seen.count(), tokens));
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "deeprandom";
    }

    @Override
    public List<String> keys() {
      return List.of(
          CutParameters.LAYER,
          CutParameters.RATIO,
          CutParameters.TOKENS,
          SEED,
          CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("2512.07580", "")
          .with(CutParameters.LAYER, DEFAULT_LAYER)
          .with(CutParameters.RATIO, DEFAULT_RATIO)
          .with(SEED, 0)
          .with(CutParameters.POSITIONS, LayerCut.Positions.KEPT);
    }

    @Override
    public TokenReducer create(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      parameters.onlyOne(CutParameters.TOKENS, CutParameters.RATIO);
      return new DeepRandom(parameters);
    }
  }
}

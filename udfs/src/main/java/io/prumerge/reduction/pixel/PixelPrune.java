package io.prumerge.reduction.pixel;

import io.prumerge.image.PixelBlocks;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenReducer;
import java.util.Optional;

/**
 * {@code pixelprune} (arXiv 2604.00886; OPPO-Mente-Lab/PixelPrune a870e31, {@code pred_2d.py} and
 * {@code raster.py}): before the tower, the blocks of pixels that are not predicted from their
 * neighbours: those that differ from them by more than {@code tau} in one value. The tower runs
 * over these alone, each where it stands in the picture. A plain page leaves few; a photograph in
 * JPEG, whose noise no block shares, leaves nearly all at {@code tau=0}.
 *
 * <ul>
 *   <li>{@code tau}: in units of the values that the tower takes; {@code steps} instead: of the 256
 *       levels of a byte
 *   <li>{@code predictor=anchored}: the block on the left, or above where an edge runs between the
 *       two, as a picture has them that is rebuilt from the kept blocks: each of its values is
 *       within {@code tau}. {@code sliding}: as the picture itself has them, whose small
 *       differences add up. {@code raster}: the block before, as rebuilt
 * </ul>
 *
 * <p>How many are left follows from the pixels alone; estimates before a run count all. The rule
 * runs while pictures are prepared, and its time is theirs. Videos are refused.
 *
 * <p>Deviations: differences are fp32, theirs are in the precision of the pixels. They publish
 * results on Qwen3-VL and Qwen3.5. On Qwen2-VL it is a variant of ours, as it is on square towers
 * of one patch a token, whose class token stays where there is one.
 */
final class PixelPrune implements TokenReducer {

  private static final Parameter<Predictor> PREDICTOR =
      Parameter.choice("predictor", Predictor.ANCHORED);
  private static final Parameter<Long> STEPS = Parameter.whole("steps");
  private static final Parameter<Long> NO_STEPS = STEPS.byDefault(0L);
  private static final Parameter<Double> TAU = Parameter.number("tau").byDefault(0.0);
  private static final int MOST_STEPS = 255;

  /** What differences are counted in. */
  private enum Unit {
    VALUES,
    STEPS
  }

  /**
   * Blocks that are not predicted.
   *
   * @param most by which a predicted block may differ in one value
   */
  private record Predicted(Predictor predictor, Unit unit, double most) implements PixelRule {

    @Override
    public int[] kept(PixelBlocks blocks) {
      Likeness alike =
          switch (unit) {
            case VALUES -> (block, other) -> blocks.withinValues(block, other, (float) most);
            case STEPS -> (block, other) -> blocks.withinSteps(block, other, (int) most);
          };
      return predictor.kept(blocks.grid(), alike);
    }
  }

  private final MethodSpec spec;
  private final PixelRule rule;

  private PixelPrune(MethodSpec spec, PixelRule rule) {
    this.spec = spec;
    this.rule = rule;
  }

  private static PixelPrune of(Parameters parameters) {
    if (parameters.has(TAU) && parameters.has(STEPS)) {
      throw parameters.refusal("tau and steps both say how much blocks may differ; leave one out");
    }
    Predictor predictor = parameters.value(PREDICTOR);
    double tau = parameters.value(TAU);
    long steps = parameters.value(NO_STEPS);
    if (tau < 0) {
      throw parameters.refusal(TAU.key(), "a number from 0 on");
    }
    if (steps < 0 || steps > MOST_STEPS) {
      throw parameters.refusal(STEPS.key(), "a whole number from 0 to " + MOST_STEPS);
    }
    return new PixelPrune(
        parameters.spec(NO_STEPS),
        steps > 0
            ? new Predicted(predictor, Unit.STEPS, steps)
            : new Predicted(predictor, Unit.VALUES, tau));
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Optional<PixelRule> pixels() {
    return Optional.of(rule);
  }

  @Override
  public int tokens(PatchTokens view) {
    try (Reduction left = view.ofPixels(rule)) {
      return left.tokens();
    }
  }

  @Override
  public Reduction reduce(PatchTokens view) {
    return view.ofPixels(rule);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "pixelprune",
          About.of("2604.00886", "OPPO-Mente-Lab/PixelPrune")
              .servable(Servable.yes("compares pixels before the tower")),
          PixelPrune::of,
          PREDICTOR,
          STEPS,
          TAU);
    }
  }
}

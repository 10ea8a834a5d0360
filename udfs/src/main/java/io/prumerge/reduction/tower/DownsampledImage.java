package io.prumerge.reduction.tower;

import io.prumerge.reduction.Knob;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code downsample}: the picture itself made smaller before the tower, so that it has at most
 * {@code tokens} patches; a control, which VTC-Bench (arXiv:2510.07143) finds ahead of many methods
 * on Qwen2-VL. The side is the largest with side x side &lt;= tokens. The picture is padded or
 * cropped and resized to the smaller image at once, by the checkpoint's own filter; the tower runs
 * over that, its positions interpolated as transformers 4.57.1 does ({@code
 * interpolate_pos_encoding}).
 *
 * <p>The tower's FLOPs are those of the small image. {@code tokens=@METHOD} is refused: another
 * method's number is only known behind the tower.
 */
final class DownsampledImage implements TokenReducer {

  private final MethodSpec spec;
  private final int tokens;
  private final int side;

  private DownsampledImage(Parameters parameters) {
    this.tokens =
        parameters
            .count(TokenBudget.KEY)
            .orElseThrow(() -> parameters.refusal("give tokens=N, which must be a number"));
    this.side = (int) Math.floor(Math.sqrt(tokens));
    TreeMap<String, String> values = new TreeMap<>();
    values.put(TokenBudget.KEY, Integer.toString(tokens));
    this.spec = new MethodSpec(parameters.method(), values);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(new TowerEvidence.SmallImage(side));
  }

  @Override
  public int tokens(PatchTokens patches) {
    if (side >= patches.gridSide()) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot make an image of %d x %d patches smaller to %d tokens; give fewer than %d",
              patches.gridSide(),
              patches.gridSide(),
              tokens,
              patches.count()));
    }
    return side * side;
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    tokens(patches);
    return patches.downsampled(side);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "downsample";
    }

    @Override
    public List<String> keys() {
      return List.of(TokenBudget.KEY);
    }

    /** Another method's number is not known before the tower runs. */
    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.empty();
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new DownsampledImage(parameters);
    }
  }
}

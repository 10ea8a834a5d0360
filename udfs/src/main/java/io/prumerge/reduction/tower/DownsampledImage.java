package io.prumerge.reduction.tower;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code downsample}: the picture itself made smaller before the tower, so that it has at most
 * {@code tokens} patches; a control, which VTC-Bench (arXiv:2510.07143) finds ahead of many methods
 * on Qwen2-VL. The side is the largest with side x side &lt;= tokens. The picture is padded or
 * cropped and resized to the smaller image at once, by the checkpoint's own filter; the tower runs
 * over that, its positions interpolated as transformers 4.57.1 does ({@code
 * interpolate_pos_encoding}), but in fp32, rounded once.
 *
 * <p>Of an image in tiles, each view is made smaller, to an equal part of the tokens; the grid of
 * tiles stays what it is.
 *
 * <p>The tower's FLOPs are those of the small image. With {@code tokens=@METHOD} the picture is
 * made smaller when the other method's number is known; what that one sees of the whole image is no
 * cost of this control.
 */
final class DownsampledImage implements TokenReducer {

  private final MethodSpec spec;
  private final TokenBudget tokens;
  private final TowerEvidence.SmallImage small;

  /**
   * @param small image that each view is made to
   */
  private DownsampledImage(MethodSpec spec, TokenBudget tokens, TowerEvidence.SmallImage small) {
    this.spec = spec;
    this.tokens = tokens;
    this.small = small;
  }

  private static DownsampledImage of(Parameters parameters) {
    TokenBudget tokens = TokenBudget.of(parameters);
    return new DownsampledImage(parameters.spec(), tokens, TowerEvidence.SmallImage.OF_ANY_SIZE);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(small);
  }

  @Override
  public OptionalInt smallSide(int views) {
    return OptionalInt.of(side(tokens.count() / views));
  }

  private static int side(int tokens) {
    return (int) Math.floor(Math.sqrt(tokens));
  }

  /** Returns the method for as many views as the image has. */
  @Override
  public TokenReducer on(PatchTokens image) {
    return new DownsampledImage(spec, tokens, new TowerEvidence.SmallImage(sideOf(image)));
  }

  private int sideOf(PatchTokens patches) {
    int all = patches.count() * patches.views().size();
    if (tokens.count() >= all) {
      throw new ReductionException(
          Text.format(
              "Cannot make an image of %d x %d patches smaller to %d tokens; give fewer than %d",
              patches.grid().rows(), patches.grid().cols(), tokens.count(), all));
    }
    return side(tokens.tokens(patches));
  }

  @Override
  public int tokens(PatchTokens patches) {
    int side = sideOf(patches);
    return side * side;
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    return patches.downsampled(sideOf(patches));
  }

  /** The number of tokens itself, fewer than the patches. */
  private static final class Fewer implements Knob {
    @Override
    public String key() {
      return TokenBudget.KEY;
    }

    @Override
    public int settings(int patches, int layers) {
      return patches - 1;
    }

    @Override
    public String value(int setting, int patches, int layers) {
      return Integer.toString(setting);
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "downsample",
          About.CONTROL.servable(Servable.withAFixedCount("shrinks the picture")),
          DownsampledImage::of,
          TokenBudget.NEEDED);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.of(new Fewer());
    }

    /** They are a smaller image's. */
    @Override
    public boolean hasPlaces() {
      return false;
    }
  }
}

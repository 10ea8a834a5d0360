package io.prumerge.reduction.control;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.TokenShare;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.Optional;

/**
 * {@code resize}: the picture itself made smaller, as the model's own image processor makes it of
 * other bounds; the language model receives all tokens of that. A control, which VTC-Bench (arXiv
 * 2510.07143) finds ahead of many methods on Qwen2-VL.
 *
 * <ul>
 *   <li>{@code tokens=N}, or a share of the picture's own: Qwen2-VL and its successors with {@code
 *       max_pixels} of so many tokens, below the run's. The sides keep the aspect and become
 *       multiples of a token's, so mostly fewer are left
 *   <li>{@code tiles=N}: InternVL with {@code max_patches} N; LLaVA-NeXT and LLaVA-OneVision with
 *       those of their {@code image_grid_pinpoints} that have at most N tiles
 *   <li>{@code pixels=N} or {@code longest=N}: of any model, and of one behind an endpoint, a copy
 *       of so many pixels, or with a longer side of so many, by Pillow's bicubic filter
 * </ul>
 *
 * <p>A picture that is within the limit stays as it is.
 */
final class ResizedPicture extends LimitedPicture {

  private static final Parameter<Integer> TILES = Parameter.count("tiles");
  private static final Parameter<Integer> PIXELS = Parameter.count("pixels");
  private static final Parameter<Integer> LONGEST = Parameter.count("longest");

  private ResizedPicture(Parameters parameters, Parameter<?> of, Object value, PictureLimit limit) {
    super(parameters, of, value, limit);
  }

  private static ResizedPicture of(Parameters parameters) {
    if (parameters.keys().size() != 1) {
      throw parameters.refusal(
          "give tokens=N or tokens=P% for a model that sees pictures at their own size, tiles=N for"
              + " one that sees them in tiles, or pixels=N or longest=N for a smaller copy of the"
              + " picture, whatever the model");
    }
    Optional<Integer> pixels = parameters.given(PIXELS);
    if (pixels.isPresent()) {
      return new ResizedPicture(
          parameters, PIXELS, pixels.get(), new PictureLimit.Pixels(pixels.get()));
    }
    Optional<Integer> longest = parameters.given(LONGEST);
    if (longest.isPresent()) {
      return new ResizedPicture(
          parameters, LONGEST, longest.get(), new PictureLimit.LongestEdge(longest.get()));
    }
    Optional<Integer> tiles = parameters.given(TILES);
    if (tiles.isPresent()) {
      return new ResizedPicture(
          parameters, TILES, tiles.get(), new PictureLimit.Tiles(tiles.get()));
    }
    String tokens = parameters.text(TokenBudget.KEY).orElseThrow();
    if (TokenShare.isShare(tokens)) {
      TokenShare share = parameters.tokenShare(TokenBudget.KEY);
      return new ResizedPicture(
          parameters, TokenBudget.NEEDED, share, new PictureLimit.Share(share));
    }
    boolean mean = tokens.startsWith(MethodSpec.LAYER_MEAN); // all layers see the same
    if (!mean && tokens.startsWith(MethodSpec.OF_METHOD)) {
      throw parameters.refusal(
          TokenBudget.KEY,
          "a number or a share, as the picture is made smaller before the tower shows what another"
              + " method leaves of it (give that one tokens=@resize:tokens=N),");
    }
    String number = mean ? tokens.substring(MethodSpec.LAYER_MEAN.length()) : tokens;
    int most = parameters.count(TokenBudget.KEY, number);
    return new ResizedPicture(parameters, TokenBudget.NEEDED, most, new PictureLimit.Tokens(most));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "resize",
          About.CONTROL
              .from("2510.07143")
              .servable(Servable.withAFixedCount("shrinks the picture beforehand")),
          ResizedPicture::of,
          TokenBudget.NEEDED,
          TILES,
          PIXELS,
          LONGEST);
    }

    /** The picture is made smaller before a budget could look at anything. */
    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.empty();
    }

    /** They are a smaller picture's. */
    @Override
    public boolean hasPlaces() {
      return false;
    }
  }
}

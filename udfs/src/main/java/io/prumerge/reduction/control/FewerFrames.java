package io.prumerge.reduction.control;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.TokenShare;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Servable;
import java.util.Optional;

/**
 * {@code frames=N}: N of a video's chosen frames, equally spaced among them; the language model
 * receives all tokens of these. The control for video: a method that does not beat fewer frames at
 * as many tokens has found nothing.
 *
 * <p>The number's key is {@code n}: {@code frames:n=4} is the same, and is how a sweep file has it.
 * {@code frames=50%} is a share of the chosen frames, rounded half to even. Of T frames and N, the
 * i-th is frame floor((i + 0.5) T / N), counted from 0: of 8, {@code frames=4} takes 1, 3, 5 and 7,
 * and {@code frames=1} takes 4. A video that has no more than N stays as it is.
 *
 * <p>{@code tokens=@frames=N} gives another method as many tokens. Pictures are refused.
 */
final class FewerFrames extends LimitedPicture {

  /** A count, or a share. */
  private static final Parameter<String> NUMBER = Parameter.text(MethodSpec.NUMBER).needed("4");

  private FewerFrames(Parameters parameters, Object number, PictureLimit.OfFrames limit) {
    super(parameters, NUMBER, number, limit);
  }

  private static FewerFrames of(Parameters parameters) {
    String number =
        parameters
            .given(NUMBER)
            .orElseThrow(() -> parameters.refusal("give a number or a share of frames"));
    if (TokenShare.isShare(number)) {
      TokenShare share = parameters.tokenShare(MethodSpec.NUMBER);
      return new FewerFrames(parameters, share, new PictureLimit.ShareOfFrames(share));
    }
    int most = parameters.count(MethodSpec.NUMBER, number);
    return new FewerFrames(parameters, most, new PictureLimit.Frames(most));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "frames",
          About.CONTROL.servable(Servable.yes("sends fewer frames")),
          FewerFrames::of,
          NUMBER);
    }

    /** The frames are left out before a budget could look at anything. */
    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.empty();
    }

    /** They are a shorter video's. */
    @Override
    public boolean hasPlaces() {
      return false;
    }
  }
}

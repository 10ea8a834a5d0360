package io.prumerge.reduction;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.TokenShare;
import io.prumerge.lang.Text;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/**
 * How large a method is to be, if its own key does not say it: as many tokens as another method
 * leaves of the same image ({@code tokens=@SPEC}), a share of the image's own ({@code
 * tokens=33.3%}), so many in a layer of the decoder on average ({@code tokens=@mean:N}), or FLOPs
 * as another method's ({@code flops=@SPEC}). A {@link SizedReducer} asks it for the method's
 * setting, image by image.
 */
sealed interface Budget {

  String FLOPS = "flops";

  /** Returns the parameter's key. */
  String key();

  /** Returns the parameter's canonical value. */
  String value();

  /** Returns the evidence that the choice depends on, in addition to the method's own. */
  Set<TowerEvidence> sees();

  /**
   * Returns the method at the setting that meets the budget best.
   *
   * @throws ReductionException if the budget is out of the method's reach
   */
  TokenReducer choose(MethodSizes sizes, PatchTokens image);

  /** Returns the budget of a spec, if it has one. */
  static Optional<Budget> of(MethodSpec spec) {
    Parameters parameters = new Parameters(spec);
    String tokens = parameters.text(TokenBudget.KEY).orElse("");
    Optional<String> flops = parameters.text(FLOPS);
    if (flops.isPresent() && !tokens.isEmpty()) {
      throw parameters.refusal("tokens and flops both say how large it is; leave one out");
    }
    if (flops.isPresent()) {
      return Optional.of(new SameFlops(otherReducer(parameters, FLOPS, "@ and a method")));
    }
    if (tokens.startsWith(MethodSpec.LAYER_MEAN)) {
      String mean = tokens.substring(MethodSpec.LAYER_MEAN.length());
      return Optional.of(new LayerMean(parameters.count(TokenBudget.KEY, mean)));
    }
    if (TokenShare.isShare(tokens) && !tokens.startsWith(MethodSpec.OF_METHOD)) {
      return Optional.of(new Share(parameters.tokenShare(TokenBudget.KEY)));
    }
    return tokens.startsWith("@")
        ? Optional.of(
            new SameCount(otherReducer(parameters, TokenBudget.KEY, "a number, or @ and a method")))
        : Optional.empty();
  }

  private static TokenReducer otherReducer(Parameters parameters, String key, String expected) {
    String value = parameters.text(key).orElseThrow();
    if (value.startsWith(MethodSpec.OF_METHOD)) {
      TokenReducer other = TokenReducers.of(MethodSpec.read(value.substring(1)));
      if (other.pixels().isPresent()) {
        throw parameters.refusal(
            key, expected + " that has the tower see all pixels, as this one's does,");
      }
      if (!(StatedPositions.without(other) instanceof SizedReducer sized)
          || !sized.looksAtAnother()) {
        return other;
      }
    }
    throw parameters.refusal(key, expected + " that does not look at another one itself,");
  }

  // How many tokens a smaller image gives is known without it.
  private static Set<TowerEvidence> evidence(TokenReducer other) {
    Set<TowerEvidence> all = new LinkedHashSet<>(other.needs());
    all.addAll(other.sees());
    all.removeIf(TowerEvidence.SmallImage.class::isInstance);
    return all;
  }

  /**
   * As many tokens as another method gives for the same image, its summary token included. A method
   * that keeps all N patches and adds a summary gives N + 1; then all N are kept. Of an image with
   * several views it is the number of all of them together.
   */
  record SameCount(TokenReducer other) implements Budget {

    @Override
    public String key() {
      return TokenBudget.KEY;
    }

    @Override
    public String value() {
      return MethodSpec.OF_METHOD + other.spec();
    }

    @Override
    public Set<TowerEvidence> sees() {
      return evidence(other);
    }

    @Override
    public TokenReducer choose(MethodSizes sizes, PatchTokens image) {
      int tokens =
          other.picture().map(limit -> ofPicture(image, limit)).orElseGet(() -> ofViews(image));
      if (tokens < 1) {
        throw new ReductionException(
            Text.format(
                "Cannot give %s as many tokens as %s leaves of this image: none",
                sizes.method(), other.spec()));
      }
      return sizes.at(tokens);
    }

    private int ofViews(PatchTokens image) {
      return image.views().stream()
          .mapToInt(view -> Math.min(view.count(), other.tokens(view)))
          .sum();
    }

    // All tokens of a smaller picture, learned rows included, at most all of this one's patches;
    // rows that stay come with this method's too.
    private static int ofPicture(PatchTokens image, PictureLimit limit) {
      int patches = image.views().stream().mapToInt(PatchTokens::count).sum();
      PatchTokens smaller = image.within(limit);
      return Math.min(patches, smaller.sequence() - smaller.staying());
    }
  }

  /** A share of the image's patches. */
  record Share(TokenShare share) implements Budget {

    @Override
    public String key() {
      return TokenBudget.KEY;
    }

    @Override
    public String value() {
      return share.toString();
    }

    @Override
    public Set<TowerEvidence> sees() {
      return Set.of();
    }

    @Override
    public TokenReducer choose(MethodSizes sizes, PatchTokens image) {
      return sizes.at(share.of(image.views().stream().mapToLong(PatchTokens::count).sum()));
    }
  }

  /**
   * So many visual tokens in a layer of the decoder, mean over the layers. (Papers that compare
   * methods at so many tokens do not all say whether they mean this or what is kept at last.)
   */
  record LayerMean(int tokens) implements Budget {

    @Override
    public String key() {
      return TokenBudget.KEY;
    }

    @Override
    public String value() {
      return MethodSpec.LAYER_MEAN + tokens;
    }

    @Override
    public Set<TowerEvidence> sees() {
      return Set.of();
    }

    @Override
    public TokenReducer choose(MethodSizes sizes, PatchTokens image) {
      Measures measures = image.measures();
      NearestSetting search =
          new NearestSetting(sizes.settings(), k -> measures.layerMean(sizes.at(k), image));
      return sizes.at(
          search
              .nearest(tokens)
              .orElseThrow(
                  () ->
                      new ReductionException(
                          Text.format(
                              "Cannot have %d visual tokens in a layer on average: %s can have from"
                                  + " %.1f to %.1f; name another number or other layers",
                              tokens, sizes.method(), search.atLeast(), search.atMost()))));
    }
  }

  /**
   * The FLOPs of one question alone, up to its first token, that are closest to another method's
   * for the same image.
   */
  record SameFlops(TokenReducer other) implements Budget {

    private static final double GIGA = 1e9;

    @Override
    public String key() {
      return FLOPS;
    }

    @Override
    public String value() {
      return MethodSpec.OF_METHOD + other.spec();
    }

    @Override
    public Set<TowerEvidence> sees() {
      return evidence(other);
    }

    @Override
    public TokenReducer choose(MethodSizes sizes, PatchTokens image) {
      Measures measures = image.measures();
      double target = measures.flops(other.on(image), image);
      NearestSetting search =
          new NearestSetting(sizes.settings(), k -> measures.flops(sizes.at(k), image));
      return sizes.at(
          search
              .nearest(target)
              .orElseThrow(
                  () ->
                      new ReductionException(
                          Text.format(
                              "Cannot spend the %.3f GFLOP of %s: %s can spend from %.3f to %.3f;"
                                  + " name another method or other layers",
                              target / GIGA,
                              other.spec(),
                              sizes.method(),
                              search.atLeast() / GIGA,
                              search.atMost() / GIGA))));
    }
  }

  /** Finds the setting whose measure is closest to a number, by bisection. */
  static final class NearestSetting {

    private final int settings;
    private final IntToDoubleFunction measure;
    private final Map<Integer, Double> known = new HashMap<>();
    private final int least;

    /**
     * @param settings how many there are, at least 1
     * @param measure of each from 1 on; never falls. The first ones may be too small for the
     *     method, which it says by a {@link ReductionException}
     * @throws ReductionException if all of them are
     */
    NearestSetting(int settings, IntToDoubleFunction measure) {
      this.settings = settings;
      this.measure = measure;
      this.least = isPossible(1) ? 1 : first(2, this::isPossible);
    }

    private boolean isPossible(int setting) {
      if (setting == settings) {
        of(setting); // the last one says why there is none
        return true;
      }
      try {
        of(setting);
        return true;
      } catch (ReductionException e) {
        return false;
      }
    }

    /** Returns the measure of the first setting. */
    double atLeast() {
      return of(least);
    }

    /** Returns the measure of the last setting. */
    double atMost() {
      return of(settings);
    }

    private double of(int setting) {
      Double value = known.get(setting);
      if (value == null) {
        value = measure.applyAsDouble(setting);
        known.put(setting, value);
      }
      return value;
    }

    /**
     * Returns the setting closest to a number; of equally close ones the one with the smaller
     * measure, and of equal measures the first. None if the number is below the least or above the
     * most by more than half a step.
     */
    OptionalInt nearest(double target) {
      if (target < atLeast()) {
        return within(atLeast() - target, of(Math.min(least + 1, settings)) - atLeast(), atLeast());
      }
      if (target > atMost()) {
        return within(target - atMost(), atMost() - of(Math.max(least, settings - 1)), atMost());
      }
      int above = first(least, setting -> of(setting) >= target);
      double best = of(above);
      if (above > least && target - of(above - 1) <= best - target) {
        best = of(above - 1);
      }
      return firstWith(best);
    }

    private OptionalInt within(double distance, double step, double measured) {
      return distance > step / 2 ? OptionalInt.empty() : firstWith(measured);
    }

    private OptionalInt firstWith(double measured) {
      return OptionalInt.of(first(least, setting -> of(setting) >= measured));
    }

    // The first setting from one on that fulfils what all after it do, and the last does.
    private int first(int from, IntPredicate fulfilled) {
      int low = from;
      int high = settings;
      while (low < high) {
        int middle = low + (high - low) / 2;
        if (fulfilled.test(middle)) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }
  }
}

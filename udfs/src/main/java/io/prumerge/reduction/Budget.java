package io.prumerge.reduction;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How large a method is to be, if its own key does not say it: as many tokens as another method
 * leaves of the same image ({@code tokens=@SPEC}), so many in a layer of the decoder on average
 * ({@code tokens=@mean:N}), or FLOPs as another method's ({@code flops=@SPEC}). A {@link
 * SizedReducer} asks it for the method's setting, image by image.
 */
sealed interface Budget {

  String FLOPS = "flops";

  /** A method at each of its settings, from the least to the most, for one image. */
  interface Sizes {
    /** The method in its canonical spelling, with its budget. */
    MethodSpec method();

    int settings();

    TokenReducer at(int setting);
  }

  /** Returns the parameter's key. */
  String key();

  /** The parameter's canonical value. */
  String value();

  /** Returns the evidence that the choice depends on, beside the method's own. */
  Set<TowerEvidence> sees();

  /**
   * The method at the setting that meets the budget best.
   *
   * @throws ReductionException if the budget is out of the method's reach
   */
  TokenReducer choose(Sizes sizes, PatchTokens image);

  /** Returns the budget of a spec, if it has one. */
  static Optional<Budget> of(MethodSpec spec) {
    Parameters parameters = new Parameters(spec);
    String tokens = parameters.text(TokenBudget.KEY).orElse("");
    Optional<String> flops = parameters.text(FLOPS);
    if (flops.isPresent() && !tokens.isEmpty()) {
      throw parameters.refusal("tokens and flops both say how large it is; leave one out");
    }
    if (flops.isPresent()) {
      return Optional.of(new SameFlops(other(parameters, FLOPS, "@ and a method")));
    }
    if (tokens.startsWith(MethodSpec.LAYER_MEAN)) {
      String mean = tokens.substring(MethodSpec.LAYER_MEAN.length());
      return Optional.of(new LayerMean(parameters.count(TokenBudget.KEY, mean)));
    }
    return tokens.startsWith("@")
        ? Optional.of(
            new SameCount(other(parameters, TokenBudget.KEY, "a number, or @ and a method")))
        : Optional.empty();
  }

  private static TokenReducer other(Parameters parameters, String key, String expected) {
    String value = parameters.text(key).orElseThrow();
    if (value.startsWith(MethodSpec.OF_METHOD)) {
      TokenReducer other = TokenReducers.of(MethodSpec.read(value.substring(1)));
      if (!(other instanceof SizedReducer sized) || !sized.looksAtAnother()) {
        return other;
      }
    }
    throw parameters.refusal(key, expected + " that does not look at another one itself,");
  }

  // How many tokens a smaller image gives is known without it.
  private static Set<TowerEvidence> all(TokenReducer other) {
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
      return all(other);
    }

    @Override
    public TokenReducer choose(Sizes sizes, PatchTokens image) {
      int tokens = 0;
      for (PatchTokens view : image.views()) {
        tokens += Math.min(view.count(), other.tokens(view));
      }
      if (tokens < 1) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot give %s as many tokens as %s leaves of this image: none",
                sizes.method(),
                other.spec()));
      }
      return sizes.at(tokens);
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
    public TokenReducer choose(Sizes sizes, PatchTokens image) {
      Measures measures = image.measures();
      NearestSetting search =
          new NearestSetting(sizes.settings(), k -> measures.layerMean(sizes.at(k), image));
      return sizes.at(
          search
              .nearest(tokens)
              .orElseThrow(
                  () ->
                      new ReductionException(
                          String.format(
                              Locale.ROOT,
                              "Cannot have %d visual tokens in a layer on average: %s can have from %.1f to %.1f; name another number or other layers",
                              tokens,
                              sizes.method(),
                              search.least(),
                              search.most()))));
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
      return all(other);
    }

    @Override
    public TokenReducer choose(Sizes sizes, PatchTokens image) {
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
                          String.format(
                              Locale.ROOT,
                              "Cannot spend the %.3f GFLOP of %s: %s can spend from %.3f to %.3f; name another method or other layers",
                              target / GIGA,
                              other.spec(),
                              sizes.method(),
                              search.least() / GIGA,
                              search.most() / GIGA))));
    }
  }
}

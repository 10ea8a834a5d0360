package io.prumerge.reduction;

import java.util.Locale;
import java.util.Set;

/** How many tokens a method with a budget leaves of one image. */
public sealed interface TokenBudget {

  /** The parameter's key. */
  String KEY = "tokens";

  /**
   * Tokens to keep of this view, from 1 to its patches.
   *
   * @throws ReductionException if the view has fewer patches than demanded
   */
  int tokens(PatchTokens patches);

  /**
   * Tokens to keep of all views of the image.
   *
   * @throws ReductionException as {@link #tokens}
   */
  default int total(PatchTokens patches) {
    return patches.views().stream().mapToInt(this::tokens).sum();
  }

  /** The evidence that the number depends on, as {@link TokenReducer#sees()}. */
  Set<TowerEvidence> sees();

  /** The parameter's canonical value. */
  String value();

  /**
   * {@code tokens=N} or {@code tokens=@SPEC}; one of them must be given. {@code tokens=@mean:N} is
   * the former, since every layer of the decoder sees what is kept before it.
   */
  static TokenBudget of(Parameters parameters) {
    String value =
        parameters
            .text(KEY)
            .orElseThrow(() -> parameters.refusal("give tokens=N or tokens=@METHOD"));
    if (parameters.layerMean(KEY).isPresent()) {
      return new Exactly(parameters.layerMean(KEY).getAsInt());
    }
    if (!value.startsWith("@")) {
      return new Exactly(parameters.count(KEY).getAsInt());
    }
    TokenReducer other = TokenReducers.of(MethodSpec.read(value.substring(1)));
    if (other.spec().parameters().getOrDefault(KEY, "").startsWith("@")) {
      throw parameters.refusal(
          KEY, "a number, or @ and a method that does not look at another one itself,");
    }
    return new SameAs(other);
  }

  /**
   * The same number for every image. Of an image with several views each gets an equal part,
   * rounded down, as in the code of HiPrune and SCOPE.
   */
  record Exactly(int count) implements TokenBudget {

    @Override
    public int total(PatchTokens patches) {
      tokens(patches); // refuses what the views cannot keep
      return count;
    }

    @Override
    public int tokens(PatchTokens patches) {
      int views = patches.views().size();
      int most = patches.count() * views;
      if (count > most) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot keep %d tokens: the image has %d patches; give tokens=%d or fewer",
                count,
                most,
                most));
      }
      if (count < views) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot keep %d tokens: the image has %d views, each of which keeps at least one; give tokens=%d or more",
                count,
                views,
                views));
      }
      return count / views;
    }

    @Override
    public Set<TowerEvidence> sees() {
      return Set.of();
    }

    @Override
    public String value() {
      return Integer.toString(count);
    }
  }

  /**
   * As many tokens as another method gives for the same image, its summary token included. A method
   * that keeps all N patches and adds a summary gives N + 1; then all N are kept.
   */
  record SameAs(TokenReducer other) implements TokenBudget {

    @Override
    public int tokens(PatchTokens patches) {
      return Math.min(patches.count(), other.tokens(patches));
    }

    @Override
    public Set<TowerEvidence> sees() {
      return other.sees();
    }

    @Override
    public String value() {
      return "@" + other.spec();
    }
  }
}

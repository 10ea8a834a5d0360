package io.prumerge.reduction;

import java.util.Locale;

/** How many tokens a sampling method keeps of one image. */
sealed interface TokenBudget {

  /** The parameter's key. */
  String KEY = "tokens";

  /**
   * Tokens to keep, from 1 to the image's patches.
   *
   * @throws ReductionException if the image has fewer patches than demanded
   */
  int tokens(PatchTokens patches);

  /** As {@link TokenReducer#readsAttention()}. */
  boolean readsAttention();

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

  /** The same number for every image. */
  record Exactly(int count) implements TokenBudget {

    @Override
    public int tokens(PatchTokens patches) {
      if (count > patches.count()) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot keep %d tokens: the image has %d patches; give tokens=%d or fewer",
                count,
                patches.count(),
                patches.count()));
      }
      return count;
    }

    @Override
    public boolean readsAttention() {
      return false;
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
    public boolean readsAttention() {
      return other.readsAttention();
    }

    @Override
    public String value() {
      return "@" + other.spec();
    }
  }
}

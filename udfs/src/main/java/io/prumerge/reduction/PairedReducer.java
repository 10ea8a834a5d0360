package io.prumerge.reduction;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two methods in one run, {@code FIRST..SECOND}: the first one chooses the tokens that the decoder
 * receives, the second one drops some of these inside it. A budget of either is that of both
 * together.
 */
final class PairedReducer implements ForwardedReducer {

  private final TokenReducer first;
  private final TokenReducer second;
  private final MethodSpec spec;

  private PairedReducer(TokenReducer first, TokenReducer second) {
    this.first = first;
    this.second = second;
    this.spec = first.spec().then(second.spec());
  }

  /**
   * Returns the reducer for a pair.
   *
   * @throws IllegalArgumentException as {@link TokenReducers#of}, and if the two cannot follow each
   *     other
   */
  static TokenReducer of(MethodSpec spec) {
    TokenReducer first = TokenReducers.one(spec.methods().get(0), true);
    TokenReducer second = TokenReducers.one(spec.methods().get(1), true);
    if (plain(first) instanceof DecoderReducer || hasCuts(first)) {
      throw refusal(
          spec,
          first.spec().name() + " does not only choose before the decoder, as the first must");
    }
    if (!(plain(second) instanceof DecoderReducer) || !hasCuts(second)) {
      throw refusal(
          spec,
          second.spec().name()
              + " does not only drop tokens inside the decoder, as the second must");
    }
    if (plain(second).cuts(1, Integer.MAX_VALUE).stream()
        .flatMap(cut -> cut.sees().stream())
        .anyMatch(Evidence.HighPass.class::isInstance)) {
      throw refusal(
          spec,
          second.spec().name()
              + " filters the whole grid of patches, of which the first leaves some; give it alone");
    }
    if (isSized(first) && isSized(second)) {
      throw refusal(spec, "a budget sizes one of the two; give the size of the other");
    }
    return new PairedReducer(first, second);
  }

  private static IllegalArgumentException refusal(MethodSpec spec, String why) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "Cannot use method '%s': %s", spec, why));
  }

  private static boolean isSized(TokenReducer method) {
    return KeptPositions.without(method) instanceof SizedReducer;
  }

  // The method itself, of some size.
  private static TokenReducer plain(TokenReducer method) {
    TokenReducer one = KeptPositions.without(method);
    return one instanceof SizedReducer sized ? sized.example() : one;
  }

  private static boolean hasCuts(TokenReducer method) {
    return !plain(method).cuts(1, Integer.MAX_VALUE).isEmpty();
  }

  @Override
  public TokenReducer on(PatchTokens image) {
    if (first instanceof SizedReducer sized) {
      return sized.on(image, one -> new PairedReducer(one, second.on(image)));
    }
    if (first instanceof KeptPositions kept && isSized(kept)) {
      return kept.on(image, one -> new PairedReducer(one, second.on(image)));
    }
    TokenReducer one = first.on(image);
    if (second instanceof SizedReducer sized) {
      int left = image.views().stream().mapToInt(one::tokens).sum();
      return sized.on(image, left, two -> new PairedReducer(one, two));
    }
    return new PairedReducer(one, second.on(image));
  }

  /** Returns the first method, which makes the tokens. */
  @Override
  public TokenReducer reducer() {
    return first;
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> sees() {
    Set<TowerEvidence> all = new LinkedHashSet<>(first.sees());
    all.addAll(second.sees());
    return all;
  }

  @Override
  public boolean perQuestion() {
    return first.perQuestion() || second.perQuestion();
  }

  @Override
  public Set<String> clips() {
    Set<String> all = new TreeSet<>(first.clips());
    all.addAll(second.clips());
    return all;
  }

  /**
   * @throws ReductionException also if the first method drops tokens of this image inside the
   *     decoder too
   */
  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    if (!first.cuts(tokens, layers).isEmpty()) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot use %s: of an image in tiles %s drops tokens inside the decoder too; use its"
                  + " tiles=each",
              spec,
              first.spec().name()));
    }
    return second.cuts(tokens, layers);
  }
}

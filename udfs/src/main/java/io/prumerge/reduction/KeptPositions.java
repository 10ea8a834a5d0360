package io.prumerge.reduction;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code positions=kept} of a method before the decoder: its tokens have the positions that they
 * would have among all tokens of the image, and the text behind them those that it would have there
 * (GAP, arXiv 2506.21873). Without it they close up, {@code positions=packed}.
 */
final class KeptPositions implements ForwardedReducer {

  /** The parameter's key. */
  static final String KEY = "positions";

  private static final String KEPT = "kept";
  private static final List<String> WORDS = List.of(KEPT, "packed");

  private final TokenReducer reducer;
  private final MethodSpec spec;

  /**
   * @param reducer the method itself
   */
  private KeptPositions(TokenReducer reducer) {
    SortedMap<String, String> parameters = new TreeMap<>(reducer.spec().parameters());
    parameters.put(KEY, KEPT);
    this.reducer = reducer;
    this.spec = new MethodSpec(reducer.spec().name(), parameters);
  }

  /** Returns whether a spec of a method says where its tokens stand. */
  static boolean areSaid(ReducerFactory method, MethodSpec spec) {
    String word = spec.parameters().get(KEY);
    return word != null
        && method.hasPlaces()
        && !method.keys().contains(KEY)
        && (!method.takesAnyNumber() || WORDS.contains(word));
  }

  /**
   * Returns the reducer of a spec whose tokens stand where it says.
   *
   * @param paired as {@link TokenReducers#one}
   * @throws IllegalArgumentException as {@link TokenReducers#of}
   */
  static TokenReducer of(MethodSpec spec, boolean paired) {
    boolean kept =
        new Parameters(spec).choice(KEY, WORDS.toArray(String[]::new)).orElseThrow().equals(KEPT);
    TokenReducer reducer = TokenReducers.one(spec.without(KEY), paired);
    return kept ? new KeptPositions(reducer) : reducer;
  }

  /** Returns the method itself, without what is said of its positions. */
  static TokenReducer without(TokenReducer method) {
    return method instanceof KeptPositions kept ? kept.reducer : method;
  }

  @Override
  public TokenReducer reducer() {
    return reducer;
  }

  @Override
  public LayerCut.Positions positions() {
    return LayerCut.Positions.KEPT;
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  /**
   * @throws ReductionException also if the decoder's positions are learned
   */
  @Override
  public TokenReducer on(PatchTokens image) {
    requireRotation(image);
    TokenReducer sized = reducer.on(image);
    return sized == reducer ? this : new KeptPositions(sized);
  }

  /**
   * Returns the same where a budget is that of this method and others, as of {@link SizedReducer}.
   */
  TokenReducer on(PatchTokens image, UnaryOperator<TokenReducer> together) {
    requireRotation(image);
    return ((SizedReducer) reducer).on(image, one -> together.apply(new KeptPositions(one)));
  }

  private static void requireRotation(PatchTokens image) {
    if (image.learnedPositions()) {
      throw new ReductionException(
          "Cannot keep positions: those of this model's decoder are learned, for sequences without"
              + " gaps; use positions=packed");
    }
  }
}

package io.prumerge.reduction;

import io.prumerge.service.Unknown;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code positions=kept|packed} of a method before the decoder. Kept, its tokens have the positions
 * that they would have among all tokens of the image, and the text after them those that it would
 * have there (GAP, arXiv 2506.21873); packed, they close up. A method that does not say it has what
 * the decoder is used to: packed, unless a position has parts. So packed is no default that a spec
 * leaves out.
 */
final class StatedPositions implements ForwardedReducer {

  /** The parameter's key. */
  static final String KEY = "positions";

  private static final List<String> WORDS = Unknown.spellings(CutPositions.class);

  private final TokenReducer reducer;
  private final CutPositions positions;
  private final MethodSpec spec;

  /**
   * @param reducer the method itself
   */
  private StatedPositions(TokenReducer reducer, CutPositions positions) {
    SortedMap<String, String> parameters = new TreeMap<>(reducer.spec().parameters());
    parameters.put(KEY, Unknown.spelling(positions));
    this.reducer = reducer;
    this.positions = positions;
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
   * @param paired as {@link TokenReducers#single}
   * @throws IllegalArgumentException as {@link TokenReducers#of}
   */
  static TokenReducer of(MethodSpec spec, boolean paired) {
    CutPositions positions = new Parameters(spec).choice(KEY, CutPositions.class).orElseThrow();
    return new StatedPositions(TokenReducers.single(spec.without(KEY), paired), positions);
  }

  /** Returns the method itself, without what is said of its positions. */
  static TokenReducer without(TokenReducer method) {
    return method instanceof StatedPositions stated ? stated.reducer : method;
  }

  @Override
  public TokenReducer reducer() {
    return reducer;
  }

  @Override
  public CutPositions positions() {
    return positions;
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  /**
   * @throws ReductionException also if the decoder cannot have these positions
   */
  @Override
  public TokenReducer on(PatchTokens image) {
    requireMeaning(image);
    TokenReducer sized = reducer.on(image);
    return sized == reducer ? this : new StatedPositions(sized, positions);
  }

  /**
   * Resolves the method where a budget is that of this method and others, as of {@link
   * SizedReducer}.
   */
  TokenReducer on(PatchTokens image, UnaryOperator<TokenReducer> together) {
    requireMeaning(image);
    return ((SizedReducer) reducer)
        .on(image, one -> together.apply(new StatedPositions(one, positions)));
  }

  private void requireMeaning(PatchTokens image) {
    if (positions == CutPositions.PACKED) {
      LayerCut.requireClosing(image);
    } else if (image.learnedPositions()) {
      throw new ReductionException(
          "Cannot keep positions: those of this model's decoder are learned, for sequences without"
              + " gaps; use positions=packed");
    }
  }
}

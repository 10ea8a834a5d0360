package io.prumerge.reduction;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code positions=kept} of a method before the decoder: its tokens have the positions that they
 * would have among all tokens of the image, and the text behind them those that it would have there
 * (GAP, arXiv 2506.21873). Without it they close up, {@code positions=packed}.
 */
final class KeptPositions implements TokenReducer {

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
    SortedMap<String, String> rest = new TreeMap<>(spec.parameters());
    rest.remove(KEY);
    TokenReducer reducer = TokenReducers.one(new MethodSpec(spec.name(), rest), paired);
    return kept ? new KeptPositions(reducer) : reducer;
  }

  /** Returns the method itself, without what is said of its positions. */
  static TokenReducer without(TokenReducer method) {
    return method instanceof KeptPositions kept ? kept.reducer : method;
  }

  @Override
  public LayerCut.Positions positions() {
    return LayerCut.Positions.KEPT;
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return reducer.needs();
  }

  @Override
  public Set<TowerEvidence> needsOfTiles() {
    return reducer.needsOfTiles();
  }

  @Override
  public Set<TowerEvidence> sees() {
    return reducer.sees();
  }

  @Override
  public boolean perQuestion() {
    return reducer.perQuestion();
  }

  @Override
  public Set<String> clips() {
    return reducer.clips();
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

  @Override
  public OptionalInt smallSide(int views) {
    return reducer.smallSide(views);
  }

  @Override
  public int tokens(PatchTokens patches) {
    return reducer.tokens(patches);
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    return reducer.reduce(patches);
  }

  @Override
  public Optional<InTower> inTower() {
    return reducer.inTower();
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    return reducer.cuts(tokens, layers);
  }
}

package io.prumerge.reduction;

import io.prumerge.lang.Text;
import io.prumerge.service.NamedServices;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The reduction methods by name: this project's, and those of jars on the class path ({@link
 * ReducerFactory}).
 */
public final class TokenReducers {

  private static final NamedServices<ReducerFactory> METHODS =
      new NamedServices<>(ReducerFactory.class, "method", factory -> List.of(factory.name()));

  private TokenReducers() {}

  /** Returns all names, sorted. */
  public static Set<String> names() {
    return METHODS.names();
  }

  /**
   * Returns the method of that name.
   *
   * @throws IllegalArgumentException for an unknown name, or one that several classes offer
   */
  public static ReducerFactory named(String name) {
    return METHODS.named(name);
  }

  /**
   * Returns every key that a method's spec may have: the method's own, and where its tokens stand.
   */
  public static List<String> keys(ReducerFactory method) {
    if (!method.hasPlaces() || method.keys().contains(StatedPositions.KEY)) {
      return method.keys();
    }
    List<String> keys = new ArrayList<>(method.keys());
    keys.add(StatedPositions.KEY);
    return keys;
  }

  /**
   * Returns the reducer for a spec. Methods are looked up in the calling thread's context class
   * loader.
   *
   * @throws IllegalArgumentException for an unknown method, an unknown key, a value or combination
   *     of values that the method refuses, or a name that several classes offer
   * @throws IllegalStateException if the class path lists a method that cannot be loaded, or the
   *     method's reducer has another name
   */
  public static TokenReducer of(MethodSpec spec) {
    return spec.second().isPresent() ? PairedReducer.of(spec) : single(spec, false);
  }

  /**
   * Returns the methods that a spec names: one or two, and those that size them.
   *
   * @throws IllegalArgumentException for an unknown name, or one that several classes offer
   */
  public static List<ReducerFactory> named(MethodSpec spec) {
    List<ReducerFactory> all = new ArrayList<>();
    for (MethodSpec one : spec.methods()) {
      all.add(METHODS.named(one.name()));
      one.parameters().values().stream()
          .filter(MethodSpec::namesMethod)
          .map(value -> MethodSpec.read(value.substring(MethodSpec.OF_METHOD.length())))
          .forEach(sizing -> all.addAll(named(sizing)));
    }
    return all;
  }

  /** Returns the reducers for several specs, each as {@link #of(MethodSpec)}. */
  public static List<TokenReducer> of(List<MethodSpec> specs) {
    return specs.stream().map(TokenReducers::of).toList();
  }

  /**
   * Returns the reducer for one method.
   *
   * @param paired whether it is one of two, so that a mean over the decoder's layers is the pair's
   */
  static TokenReducer single(MethodSpec spec, boolean paired) {
    ReducerFactory method = METHODS.named(spec.name());
    if (StatedPositions.areSaid(method, spec)) {
      return StatedPositions.of(spec, paired);
    }
    Optional<Budget> budget = Budget.of(spec);
    String sized = budget.map(Budget::key).orElse(TokenBudget.KEY);
    SortedMap<String, String> rest = new TreeMap<>(spec.parameters());
    boolean other = rest.remove(sized) != null && !method.keys().contains(sized);
    if (budget.isEmpty() && !other) {
      return create(method, spec, spec);
    }
    Optional<Knob> knob = method.knob(new Parameters(new MethodSpec(spec.name(), rest)));
    if (knob.isPresent() && budget.isEmpty()) {
      throw new Parameters(spec)
          .refusal(TokenBudget.KEY, "@mean:N, as it has no number of tokens of its own,");
    }
    return knob.isPresent()
        ? SizedReducer.of(method, spec, knob.get(), budget.get(), paired)
        : create(method, spec, spec);
  }

  /**
   * Returns the reducer for a spec whose size is its own.
   *
   * @param written the spec that a refusal names
   */
  static TokenReducer create(ReducerFactory method, MethodSpec spec, MethodSpec written) {
    List<String> keys =
        method.takesAnyNumber() ? List.copyOf(spec.parameters().keySet()) : keys(method);
    TokenReducer reducer;
    try {
      reducer = method.create(new Parameters(spec, written, keys));
    } catch (IllegalArgumentException e) {
      throw spec.parameters().isEmpty() ? withExample(method, e) : e;
    }
    if (!reducer.spec().name().equals(spec.name())) {
      throw new IllegalStateException(
          Text.format(
              "Cannot use method '%s': the spec of the reducer that %s made is '%s'; its name must"
                  + " be the method's",
              spec.name(), method.getClass().getName(), reducer.spec()));
    }
    return reducer;
  }

  // A name alone that is not enough.
  private static IllegalArgumentException withExample(
      ReducerFactory method, IllegalArgumentException refusal) {
    String example = method.about().example();
    if (example.isEmpty()) {
      return refusal;
    }
    String received =
        method.keys().contains(ScoringAttention.KEY)
            ? Text.format(
                ", or %s:%s=received,%s where the vision tower has no class token",
                method.name(), ScoringAttention.KEY, example)
            : "";
    return new IllegalArgumentException(
        Text.format("%s, as in %s%s", refusal.getMessage(), shortest(method), received), refusal);
  }

  /** Returns a method's shortest spec, with the values of its {@link ReducerFactory#about}. */
  public static String shortest(ReducerFactory method) {
    String example = method.about().example();
    if (example.isEmpty()) {
      return method.name();
    }
    return example.startsWith(MethodSpec.NUMBER + "=")
        ? method.name() + example.substring(MethodSpec.NUMBER.length())
        : method.name() + ":" + example;
  }

  /** Returns whether a method drops tokens inside the decoder, at whatever size. */
  public static boolean dropsInDecoder(TokenReducer method) {
    return method.spec().second().isPresent()
        || !ofSomeSize(method).cuts(1, Integer.MAX_VALUE).isEmpty();
  }

  // The method itself.
  private static TokenReducer ofSomeSize(TokenReducer method) {
    TokenReducer one = StatedPositions.without(method);
    return one instanceof SizedReducer sized ? sized.example() : one;
  }

  /**
   * Two methods in one run, {@code FIRST..SECOND}: the first one chooses the tokens that the
   * decoder receives, the second one drops some of these inside it. A budget of either is that of
   * both together.
   */
  static final class PairedReducer implements ForwardedReducer {

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
     * @throws IllegalArgumentException as {@link TokenReducers#of}, and if the two cannot follow
     *     each other
     */
    static TokenReducer of(MethodSpec spec) {
      TokenReducer first = TokenReducers.single(spec.methods().get(0), true);
      TokenReducer second = TokenReducers.single(spec.methods().get(1), true);
      if (first.picture().isPresent()) {
        throw refusal(
            spec,
            first.spec().name()
                + " makes the picture smaller, and stands alone for now; give it without the"
                + " second");
      }
      if (first.pixels().isPresent()) {
        throw refusal(
            spec,
            first.spec().name()
                + " leaves out pixels before the tower, and stands alone for now; give it without"
                + " the second");
      }
      if (ofSomeSize(first) instanceof DecoderReducer || dropsInDecoder(first)) {
        throw refusal(
            spec,
            first.spec().name() + " does not only choose before the decoder, as the first must");
      }
      if (!(ofSomeSize(second) instanceof DecoderReducer) || !dropsInDecoder(second)) {
        throw refusal(
            spec,
            second.spec().name()
                + " does not only drop tokens inside the decoder, as the second must");
      }
      if (ofSomeSize(second).cuts(1, Integer.MAX_VALUE).stream()
          .flatMap(cut -> cut.sees().stream())
          .anyMatch(Evidence::needsWholeGrid)) {
        throw refusal(
            spec,
            second.spec().name()
                + " filters the whole grid of patches, of which the first leaves some; give it"
                + " alone");
      }
      if (isSized(first) && isSized(second)) {
        throw refusal(spec, "a budget sizes one of the two; give the size of the other");
      }
      return new PairedReducer(first, second);
    }

    private static IllegalArgumentException refusal(MethodSpec spec, String why) {
      return new IllegalArgumentException(Text.format("Cannot use method '%s': %s", spec, why));
    }

    private static boolean isSized(TokenReducer method) {
      return StatedPositions.without(method) instanceof SizedReducer;
    }

    @Override
    public TokenReducer on(PatchTokens image) {
      if (first instanceof SizedReducer sized) {
        return sized.on(image, one -> new PairedReducer(one, second.on(image)));
      }
      if (first instanceof StatedPositions stated && isSized(stated)) {
        return stated.on(image, one -> new PairedReducer(one, second.on(image)));
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
            Text.format(
                "Cannot use %s: of an image in tiles %s drops tokens inside the decoder too; use"
                    + " its tiles=each",
                spec, first.spec().name()));
      }
      return second.cuts(tokens, layers);
    }
  }
}

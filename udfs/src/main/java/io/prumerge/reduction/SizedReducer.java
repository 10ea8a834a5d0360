package io.prumerge.reduction;

import io.prumerge.lang.Text;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A method whose {@link Knob} a {@link Budget} turns for each image. What it does to an image is
 * what {@link #on} returns.
 */
final class SizedReducer implements TokenReducer {

  private final ReducerFactory method;
  private final Knob knob;
  private final Budget budget;
  private final MethodSpec base; // without the budget
  private final MethodSpec spec;
  private final TokenReducer example; // of some size

  private SizedReducer(
      ReducerFactory method,
      Knob knob,
      Budget budget,
      MethodSpec base,
      MethodSpec spec,
      TokenReducer example) {
    this.method = method;
    this.knob = knob;
    this.budget = budget;
    this.base = base;
    this.spec = spec;
    this.example = example;
  }

  /**
   * Returns the reducer for a spec with a budget. A mean over the layers is the number of tokens
   * itself where a method drops none inside the decoder.
   *
   * @param written the spec as it was given
   * @param knob the method's, as the rest of the spec has it
   * @param paired as {@link TokenReducers#single}
   * @throws IllegalArgumentException as {@link ReducerFactory#create}
   */
  static TokenReducer of(
      ReducerFactory method, MethodSpec written, Knob knob, Budget budget, boolean paired) {
    boolean counts = knob.key().equals(TokenBudget.KEY);
    boolean ofTokens = budget instanceof Budget.SameCount || budget instanceof Budget.Share;
    if (ofTokens && !counts) {
      throw new Parameters(written)
          .refusal(TokenBudget.KEY, "@mean:N, as it has no number of tokens of its own,");
    }
    SortedMap<String, String> rest = new TreeMap<>(written.parameters());
    rest.remove(budget.key());
    boolean shape = rest.containsKey(knob.key());
    if (shape && !knob.multiplies()) {
      throw new Parameters(written)
          .refusal(
              Text.format(
                  "%s and %s both say how large it is; leave one out", knob.key(), budget.key()));
    }
    MethodSpec given = new MethodSpec(written.name(), rest);
    TokenReducer example =
        TokenReducers.create(method, shape ? given : with(given, knob, 1, 1, 2), written);
    SortedMap<String, String> canonical = new TreeMap<>(example.spec().parameters());
    if (!shape) {
      canonical.remove(knob.key());
    }
    MethodSpec base = new MethodSpec(written.name(), canonical);
    if (budget instanceof Budget.LayerMean mean
        && !paired
        && counts
        && example.cuts(1, Integer.MAX_VALUE).isEmpty()) {
      MethodSpec plain = with(base, knob, mean.tokens(), 1, 2);
      return TokenReducers.create(method, plain, plain);
    }
    canonical.put(budget.key(), budget.value());
    return new SizedReducer(
        method, knob, budget, base, new MethodSpec(written.name(), canonical), example);
  }

  private static MethodSpec with(MethodSpec base, Knob knob, int setting, int patches, int layers) {
    Map<String, String> parameters = new TreeMap<>(base.parameters());
    parameters.put(knob.key(), knob.value(setting, patches, layers));
    return new MethodSpec(base.name(), new TreeMap<>(parameters));
  }

  /** Returns whether the size is another method's. */
  boolean looksAtAnother() {
    return !(budget instanceof Budget.LayerMean);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return example.needs();
  }

  @Override
  public Set<TowerEvidence> needs(PatchTokens view) {
    return example.needs(view);
  }

  @Override
  public Set<TowerEvidence> sees() {
    Set<TowerEvidence> all = new LinkedHashSet<>(example.sees());
    all.addAll(budget.sees());
    return all;
  }

  @Override
  public Optional<InTower> inTower() {
    return example.inTower();
  }

  /** Returns the method at some size. */
  TokenReducer example() {
    return example;
  }

  @Override
  public TokenReducer on(PatchTokens image) {
    return on(image, UnaryOperator.identity());
  }

  /**
   * Resolves the budget for an image where it is that of this method and others.
   *
   * @param together all of them, of this one at one of its sizes
   */
  TokenReducer on(PatchTokens image, UnaryOperator<TokenReducer> together) {
    int views = image.views().size();
    int patches = views * image.count() - (views > 1 && !image.ofVideo() ? 1 : 0);
    return on(image, image.queries() > 0 ? image.queries() : patches, together);
  }

  /**
   * Resolves the budget where fewer tokens reach the method.
   *
   * @param most how many
   */
  TokenReducer on(PatchTokens image, int most, UnaryOperator<TokenReducer> together) {
    return budget.choose(new OfImage(image, most, together), image);
  }

  /**
   * The method's settings for one image. They are counted out over the patches of all of its views,
   * but for the last one of an image in tiles: all patches are the model's own sequence, whose
   * length is another, so that it would not be the largest setting. Of a Q-Former they are counted
   * out over its queries.
   */
  private final class OfImage implements MethodSizes {
    private final PatchTokens image;
    private final int most;
    private final UnaryOperator<TokenReducer> together;

    OfImage(PatchTokens image, int most, UnaryOperator<TokenReducer> together) {
      this.image = image;
      this.most = most;
      this.together = together;
    }

    // A number of tokens is one whatever the decoder.
    private int layers() {
      return knob == Knob.TOKENS ? 1 : image.measures().layers();
    }

    @Override
    public MethodSpec method() {
      return spec;
    }

    @Override
    public int settings() {
      int settings = knob.settings(most, layers());
      if (settings < 1) {
        throw new ReductionException(
            Text.format(
                "Cannot choose %s of %s for %d patches and a decoder of %d layers",
                knob.key(), spec, most, layers()));
      }
      return settings;
    }

    @Override
    public TokenReducer at(int setting) {
      MethodSpec set = with(base, knob.on(image), setting, most, layers());
      return together.apply(TokenReducers.create(method, set, set).on(image));
    }
  }

  @Override
  public int tokens(PatchTokens patches) {
    return on(patches).tokens(patches);
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    return on(patches).reduce(patches);
  }

  @Override
  public ImageReduction reduceImage(List<? extends PatchTokens> views) {
    return on(views.get(0)).reduceImage(views);
  }

  /** Not known without an image. */
  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    throw new IllegalStateException(
        Text.format("The cuts of %s are those that it has on an image", spec));
  }
}

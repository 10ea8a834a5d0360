package io.prumerge.reduction;

import io.prumerge.service.NamedServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
    return spec.second().isPresent() ? PairedReducer.of(spec) : one(spec, false);
  }

  /**
   * Returns the reducer for one method.
   *
   * @param paired whether it is one of two, so that a mean over the decoder's layers is the pair's
   */
  static TokenReducer one(MethodSpec spec, boolean paired) {
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
    TokenReducer reducer = method.create(new Parameters(spec, written, keys));
    if (!reducer.spec().name().equals(spec.name())) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot use method '%s': the spec of the reducer that %s made is '%s'; its name must be the method's",
              spec.name(),
              method.getClass().getName(),
              reducer.spec()));
    }
    return reducer;
  }
}

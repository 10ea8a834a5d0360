package io.prumerge.reduction;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The reduction methods by name. A new method is its class and one line here. */
public final class TokenReducers {
  private static final Map<String, Function<MethodSpec, TokenReducer>> METHODS =
      new TreeMap<>(
          Map.of(
              "none", AllTokens::new,
              "prumerge", PruMerge::new,
              "prumerge+", PruMergePlus::new,
              "uniform", UniformTokens::new,
              "spatial", SpatialTokens::new,
              "random", RandomTokens::new,
              "first", FirstTokens::new));

  private TokenReducers() {}

  /**
   * The reducer for a spec.
   *
   * @throws IllegalArgumentException for an unknown method, an unknown key, or a value or
   *     combination of values that the method refuses
   */
  public static TokenReducer of(MethodSpec spec) {
    Function<MethodSpec, TokenReducer> method = METHODS.get(spec.name());
    if (method == null) {
      throw new IllegalArgumentException(
          "Unknown method '%s'; known: %s"
              .formatted(spec.name(), String.join(", ", METHODS.keySet())));
    }
    return method.apply(spec);
  }
}

package io.prumerge.reduction.tower;

import io.prumerge.reduction.Parameters;
import java.util.Map;
import java.util.TreeMap;

/** The key that says how a method takes an image in tiles. */
final class TilesKey {

  static final String NAME = "tiles";
  static final String ALL = "all";
  private static final String EACH = "each";

  private TilesKey() {}

  /** Returns whether the method takes all views together, as its authors do. */
  static boolean all(Parameters parameters) {
    return parameters.choice(NAME, ALL, EACH).orElse(ALL).equals(ALL);
  }

  /** Returns canonical values with the key's. */
  static Map<String, String> with(Parameters parameters, Map<String, String> others) {
    Map<String, String> values = new TreeMap<>(others);
    if (!all(parameters)) {
      values.put(NAME, EACH);
    }
    return values;
  }
}

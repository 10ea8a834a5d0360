package io.prumerge.plan.sweep;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Methods of a sweep file. An entry is a spec as on the command line, or a grid: {@code method} and
 * the method's keys, each with one value or a list of values. A grid stands for all combinations;
 * its last key varies fastest.
 */
record MethodGrid(List<MethodSpec> methods) {

  private static final String METHOD = "method";

  /** Largest number of methods. More are surely a mistake in a grid. */
  private static final int MOST = 1000;

  MethodGrid {
    methods = List.copyOf(methods);
  }

  /**
   * Parses an entry.
   *
   * @throws IllegalArgumentException if the entry is invalid
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MethodGrid of(JsonNode entry) {
    if (entry.isTextual()) {
      return new MethodGrid(List.of(checked(MethodSpec.read(entry.asText()))));
    } else if (!entry.has(METHOD)) {
      throw new IllegalArgumentException(
          "it must be a spec like prumerge:k=16, or keys with 'method' among them, but is "
              + entry);
    }
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Map.Entry<String, JsonNode> key : entry.properties()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> combination : combinations) {
        for (JsonNode value : key.getValue().isArray() ? key.getValue() : List.of(key.getValue())) {
          Map<String, String> one = new TreeMap<>(combination);
          one.put(key.getKey(), word(key.getKey(), value));
          longer.add(one);
        }
      }
      requireFew(longer.size());
      combinations = longer;
    }
    return new MethodGrid(combinations.stream().map(MethodGrid::spec).toList());
  }

  /**
   * Returns the distinct methods of all entries in their order; grids may overlap.
   *
   * @param location returns where a script's file lies
   * @throws IllegalArgumentException if a script cannot be used
   */
  static List<MethodSpec> all(List<MethodGrid> entries, UnaryOperator<String> location) {
    List<MethodSpec> methods =
        entries.stream()
            .flatMap(entry -> entry.methods().stream())
            .map(
                spec ->
                    ScriptSpecs.named(spec)
                        ? MethodSpec.canonical(ScriptSpecs.located(spec, location))
                        : spec)
            .distinct()
            .toList();
    requireFew(methods.size());
    return methods;
  }

  private static MethodSpec spec(Map<String, String> combination) {
    TreeMap<String, String> parameters = new TreeMap<>(combination);
    String name = parameters.remove(METHOD);
    return checked(new MethodSpec(name, parameters));
  }

  // Where a script's file lies depends on the sweep file.
  private static MethodSpec checked(MethodSpec spec) {
    return ScriptSpecs.named(spec) ? spec : MethodSpec.canonical(spec);
  }

  /** Returns a text, number or boolean as it is spelled on the command line. */
  private static String word(String key, JsonNode value) {
    if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s must be texts, numbers, true or false, but is %s", key, value));
    }
    return value.asText();
  }

  private static void requireFew(int methods) {
    if (methods > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "it stands for %,d methods or more; one sweep takes at most %,d",
              methods,
              MOST));
    }
  }
}

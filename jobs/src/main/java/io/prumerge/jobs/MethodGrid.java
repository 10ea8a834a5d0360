package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Methods of a sweep's file. An entry is a spec as on the command line, or a grid: {@code method}
 * and the method's keys, each with one value or a list of them, which stands for every combination.
 * The last key varies fastest.
 */
final class MethodGrid {

  private static final String METHOD = "method";

  /** So many answers to every question that something else was meant. */
  private static final int MOST = 1000;

  private MethodGrid() {}

  /** The methods of all entries in their order; grids may overlap, each method is asked once. */
  static List<MethodSpec> methods(SweepNode entries) {
    List<MethodSpec> methods = new ArrayList<>();
    for (SweepNode entry : entries.list()) {
      for (MethodSpec method : entry.node().isObject() ? grid(entry) : List.of(single(entry))) {
        if (!methods.contains(method)) {
          methods.add(method);
        }
      }
    }
    requireFew(entries, methods.size());
    return methods;
  }

  private static MethodSpec single(SweepNode entry) {
    try {
      return MethodSpec.parse(entry.text());
    } catch (IllegalArgumentException e) {
      throw refused(entry, e);
    }
  }

  private static List<MethodSpec> grid(SweepNode entry) {
    if (entry.at(METHOD).isEmpty()) {
      throw entry.refusal("a spec like prumerge:k=16, or keys with 'method' among them");
    }
    List<Map<String, String>> combinations = List.of(Map.of());
    for (String key : entry.keys()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> combination : combinations) {
        for (SweepNode value : entry.at(key).orElseThrow().oneOrMore()) {
          Map<String, String> one = new LinkedHashMap<>(combination);
          one.put(key, value.word());
          longer.add(one);
        }
      }
      requireFew(entry, longer.size());
      combinations = longer;
    }
    return combinations.stream().map(combination -> spec(entry, combination)).toList();
  }

  private static MethodSpec spec(SweepNode entry, Map<String, String> combination) {
    TreeMap<String, String> parameters = new TreeMap<>(combination);
    String name = parameters.remove(METHOD);
    try {
      return TokenReducers.of(new MethodSpec(name, parameters)).spec();
    } catch (IllegalArgumentException e) {
      throw refused(entry, e);
    }
  }

  private static void requireFew(SweepNode entry, int methods) {
    if (methods > MOST) {
      throw new UsageException(
          "%s: %s stands for %,d methods or more, at most %,d are asked in one sweep"
              .formatted(entry.file(), entry.place(), methods, MOST));
    }
  }

  private static UsageException refused(SweepNode entry, IllegalArgumentException e) {
    return new UsageException(
        "%s: %s: %s".formatted(entry.file(), entry.place(), e.getMessage()), e);
  }
}

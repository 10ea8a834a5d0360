package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Recipes of a sweep file. An entry has a recipe's keys, each with one value or a list of values,
 * and stands for all combinations; its last key varies fastest. Missing keys have the defaults.
 */
record RecipeGrid(List<Recipe> recipes) {

  /** Largest number of trainings of an entry. More are surely a mistake in a grid. */
  private static final int MOST = 1000;

  RecipeGrid {
    recipes = List.copyOf(recipes);
  }

  /**
   * Parses an entry.
   *
   * @throws IllegalArgumentException if the entry is invalid
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static RecipeGrid of(JsonNode entry) {
    Map<String, Object> defaults = Json.fields(Recipe.DEFAULTS);
    List<Map<String, Object>> combinations = List.of(defaults);
    for (Map.Entry<String, JsonNode> key : entry.properties()) {
      if (!defaults.containsKey(key.getKey())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "unknown key '%s'; known: %s",
                key.getKey(),
                String.join(", ", new TreeSet<>(defaults.keySet()))));
      }
      combinations = with(combinations, key.getKey(), key.getValue());
    }
    return new RecipeGrid(
        combinations.stream().map(one -> Json.read(Json.line(one), Recipe.class)).toList());
  }

  private static List<Map<String, Object>> with(
      List<Map<String, Object>> combinations, String key, JsonNode values) {
    List<Map<String, Object>> longer = new ArrayList<>();
    for (Map<String, Object> combination : combinations) {
      for (JsonNode value : values.isArray() ? values : List.of(values)) {
        Map<String, Object> one = new LinkedHashMap<>(combination);
        one.put(key, value);
        longer.add(one);
      }
    }
    if (longer.size() > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "it stands for %,d trainings or more; one entry takes at most %,d",
              longer.size(),
              MOST));
    }
    return longer;
  }
}

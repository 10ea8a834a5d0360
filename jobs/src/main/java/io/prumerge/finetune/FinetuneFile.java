package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.sweep.ShippedSweeps;
import io.prumerge.settings.sweep.SweepPaths;
import io.prumerge.store.Json;
import io.prumerge.store.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A sweep of trainings. Keys: {@code model}, {@code data}, {@code images} and {@code trainings} (a
 * list of {@link RecipeGrid}); other Jackson properties of {@link FinetuneSettings}; {@code
 * examples} and {@code methods} of the evaluation after them, and {@code limit}, which has the
 * meaning of {@code evaluate}'s option. A relative path without a scheme is relative to the file's
 * folder.
 *
 * @param examples tables to evaluate on
 * @param methods to evaluate with, in addition to those of the trainings
 * @param limit questions per benchmark, or slightly more
 */
public record FinetuneFile(
    FinetuneOptions options,
    List<Recipe> recipes,
    List<String> examples,
    List<MethodSpec> methods,
    OptionalLong limit) {

  public FinetuneFile {
    recipes = List.copyOf(recipes);
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
  }

  /** The file's keys. */
  private static final class Document extends FinetuneSettings {

    @JsonProperty private List<RecipeGrid> trainings;
    @JsonProperty private List<String> examples;
    @JsonProperty private List<String> methods = List.of();

    @JsonProperty("limit")
    private Long questions;

    void check() {
      require("model", model);
      require("data", data);
      require("images", images);
      require("trainings", trainings);
      require("examples", examples);
    }

    private static void require(String key, Object value) {
      if (value == null
          || value instanceof List<?> list && (list.isEmpty() || list.contains(null))) {
        throw new IllegalArgumentException(Text.format("the key '%s' is missing or empty", key));
      }
    }
  }

  /** Reads a file on this machine, or a shipped one. */
  public static FinetuneFile read(Path given) throws IOException {
    Path file = ShippedSweeps.named(given);
    try {
      Document document =
          Yaml.parse(
              SweepPaths.text(file), new TypeReference<>() {}, file.toString(), Document::check);
      document.model = SweepPaths.model(file, document.model);
      document.data = SweepPaths.data(file, document.data);
      document.images =
          document.images.stream().map(folder -> SweepPaths.data(file, folder)).toList();
      return new FinetuneFile(
          document.options(),
          document.trainings.stream().flatMap(grid -> grid.recipes.stream()).distinct().toList(),
          document.examples.stream().map(table -> SweepPaths.data(file, table)).toList(),
          document.methods.stream().map(MethodSpec::parse).toList(),
          Optionals.ofNullable(document.questions));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Recipes of a sweep file. An entry has a recipe's keys, each with one value or a list of values,
   * and stands for all combinations; its last key varies fastest. Missing keys have the defaults.
   * No record: YAML would be read into its recipes, which are flat in JSON only.
   */
  private static final class RecipeGrid {

    /** Largest number of trainings of an entry. More are surely a mistake in a grid. */
    private static final int MOST = 1000;

    private final List<Recipe> recipes;

    private RecipeGrid(List<Recipe> recipes) {
      this.recipes = recipes;
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
              Yaml.unknownKey(key.getKey(), key.getKey(), new TreeSet<>(defaults.keySet())));
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
            Text.format(
                "it stands for %,d trainings or more; one entry takes at most %,d",
                longer.size(), MOST));
      }
      return longer;
    }
  }
}

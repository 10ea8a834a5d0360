package io.prumerge.settings.sweep;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.file.BenchmarkFile;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.store.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A sweep file: models, examples or benchmarks, and methods. A sweep asks every model all questions
 * with every method.
 *
 * <p>Keys: {@code models}, {@code examples} or {@code benchmarks} (these may come from the command
 * line instead), {@code methods} (a {@link MethodGrid}), those of {@link RunSettings}, and {@code
 * search}, which has {@link SearchSettings}. A model is a path, or {@code {path: DIR, sha256: HEX}}
 * to pin its weights. A relative path without a scheme is relative to the file's folder.
 */
public record SweepFile(
    List<PinnedModel> models,
    List<String> examples,
    List<String> benchmarks,
    List<MethodSpec> methods,
    RunSettings settings,
    SearchSettings search) {

  public SweepFile {
    models = List.copyOf(models);
    examples = List.copyOf(examples);
    benchmarks = List.copyOf(benchmarks);
    methods = List.copyOf(methods);
  }

  /** A model as the file has it. */
  private record Model(String path, WeightsPin weights) {

    Model {
      if (path == null || path.isBlank()) {
        throw new IllegalArgumentException("it must be a path, or have one under the key 'path'");
      }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Model(String path) {
      this(path, WeightsPin.NONE);
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    static Model of(@JsonProperty("path") String path, @JsonProperty("sha256") String sha256) {
      return new Model(path, sha256 == null ? WeightsPin.NONE : WeightsPin.asked(sha256));
    }
  }

  /** The file's keys besides those of the settings. */
  private static final class Document extends RunSettings {

    @JsonProperty private List<Model> models;
    @JsonProperty private List<String> examples;
    @JsonProperty private List<String> benchmarks;
    @JsonProperty private List<MethodGrid> methods;
    @JsonProperty private SearchSettings search = SearchSettings.DEFAULTS;

    void check() {
      methods = filled("methods", methods);
      models = filled("models", models);
      examples = filled("examples", examples);
      benchmarks = filled("benchmarks", benchmarks);
      if (!examples.isEmpty() && !benchmarks.isEmpty()) {
        throw new IllegalArgumentException("it has examples and benchmarks; name one of them");
      }
      if (examples.contains("") || benchmarks.contains("")) {
        throw new IllegalArgumentException(
            "examples and benchmarks must be texts that are not empty");
      }
    }

    /** Returns a list without nulls, or an empty one if the key is missing. */
    private static <T> List<T> filled(String key, List<T> list) {
      if (list != null && (list.isEmpty() || list.contains(null))) {
        throw new IllegalArgumentException(
            Text.format("%s must be a list of at least one element but is %s", key, list));
      }
      return list == null ? List.of() : list;
    }
  }

  /** Reads a file on this machine, or a shipped one. */
  public static SweepFile read(Path given) throws IOException {
    Path file = ShippedSweeps.named(given);
    String text = SweepPaths.text(file);
    try {
      Document document =
          Yaml.parse(text, new TypeReference<>() {}, file.toString(), Document::check);
      document
          .find(RunSetting.PUBLISHED)
          .ifPresent(
              published -> document.set(RunSetting.PUBLISHED, SweepPaths.data(file, published)));
      if (document.methods.isEmpty()) {
        throw new UsageException(file + ": the key 'methods' is missing");
      }
      return new SweepFile(
          document.models.stream()
              .map(model -> new PinnedModel(SweepPaths.model(file, model.path()), model.weights()))
              .toList(),
          document.examples.stream().map(path -> SweepPaths.data(file, path)).toList(),
          document.benchmarks.stream()
              .map(name -> BenchmarkFile.isNamed(name) ? SweepPaths.data(file, name) : name)
              .toList(),
          MethodGrid.all(document.methods, path -> SweepPaths.local(file, path)),
          document,
          document.search);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Methods of a sweep file. An entry is a spec as on the command line, or a grid: {@code method}
   * and the method's keys, each with one value or a list of values. A grid stands for all
   * combinations; its last key varies fastest.
   */
  private record MethodGrid(List<MethodSpec> methods) {

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
          for (JsonNode value :
              key.getValue().isArray() ? key.getValue() : List.of(key.getValue())) {
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
                      ScriptSpecs.isScript(spec)
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
      if (!MethodSpec.read(name).equals(new MethodSpec(name, Collections.emptySortedMap()))) {
        throw new IllegalArgumentException(
            Text.format(
                "method must be the name of one method, but is %s; write its keys beside it, or"
                    + " make it an entry of its own",
                name));
      }
      return checked(new MethodSpec(name, parameters));
    }

    // Where a script's file lies depends on the sweep file.
    private static MethodSpec checked(MethodSpec spec) {
      return ScriptSpecs.isScript(spec) ? spec : MethodSpec.canonical(spec);
    }

    /** Returns a text, number or boolean as it is spelled on the command line. */
    private static String word(String key, JsonNode value) {
      if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
        throw new IllegalArgumentException(
            Text.format("%s must be texts, numbers, true or false, but is %s", key, value));
      }
      return value.asText();
    }

    private static void requireFew(int methods) {
      if (methods > MOST) {
        throw new IllegalArgumentException(
            Text.format(
                "it stands for %,d methods or more; one sweep takes at most %,d", methods, MOST));
      }
    }
  }
}

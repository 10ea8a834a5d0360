package io.prumerge.plan.sweep;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.UsageException;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.store.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A sweep file: models, examples and methods. A sweep asks every model all questions under every
 * method.
 *
 * <p>Keys: {@code models}, {@code examples} (both may come from the command line instead), {@code
 * methods} (a {@link MethodGrid}), those of {@link RunOptions.Settings}, and {@code search}, which
 * has {@link SearchSettings}. A model is a path, or {@code {path: DIR, sha256: HEX}} to pin its
 * weights. A relative path without a scheme is relative to the file's folder.
 */
public record SweepFile(
    List<PinnedModel> models,
    List<String> examples,
    List<MethodSpec> methods,
    RunOptions.Settings settings,
    SearchSettings search) {

  public SweepFile {
    models = List.copyOf(models);
    examples = List.copyOf(examples);
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
      return new Model(path, sha256 == null ? WeightsPin.NONE : new WeightsPin(sha256));
    }
  }

  /** The file's keys. Those of the settings are null where a key is missing. */
  private static final class Document extends RunOptions.Settings {

    @JsonProperty private List<Model> models;
    @JsonProperty private List<String> examples;
    @JsonProperty private List<MethodGrid> methods;
    @JsonProperty private SearchSettings search = SearchSettings.DEFAULTS;

    void check() {
      methods = filled("methods", methods);
      models = filled("models", models);
      examples = filled("examples", examples);
      if (examples.contains("") || "".equals(conversation)) {
        throw new IllegalArgumentException(
            "examples and conv_mode must be texts that are not empty");
      }
      requireInFile();
    }

    /** Returns a list without nulls, or an empty one if the key is missing. */
    private static <T> List<T> filled(String key, List<T> list) {
      if (list != null && (list.isEmpty() || list.contains(null))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s must be a list of at least one element but is %s", key, list));
      }
      return list == null ? List.of() : list;
    }
  }

  /** Reads a file on this machine. */
  public static SweepFile read(Path file) throws IOException {
    String text = SweepPaths.text(file);
    try {
      Document document =
          Yaml.parse(text, new TypeReference<>() {}, file.toString(), Document::check);
      if (document.methods.isEmpty()) {
        throw new UsageException(file + ": the key 'methods' is missing");
      }
      return new SweepFile(
          document.models.stream()
              .map(model -> new PinnedModel(SweepPaths.model(file, model.path()), model.weights()))
              .toList(),
          document.examples.stream().map(path -> SweepPaths.data(file, path)).toList(),
          MethodGrid.all(document.methods, path -> SweepPaths.local(file, path)),
          document,
          document.search);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}

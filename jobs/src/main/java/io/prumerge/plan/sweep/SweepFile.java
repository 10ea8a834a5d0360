package io.prumerge.plan.sweep;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.UsageException;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunSettings;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.store.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A sweep file: models, examples and methods. A sweep asks every model all questions under every
 * method.
 *
 * <p>Keys: {@code models}, {@code examples} (both may come from the command line instead), {@code
 * methods} (a {@link MethodGrid}), and {@code device}, {@code dtype}, {@code image_aspect}, {@code
 * conv_mode}, {@code reduce_by}, {@code limit}, {@code max_new_tokens}, {@code max_error_rate},
 * which have the meaning of {@code evaluate}'s options; {@code search} has {@link SearchSettings}.
 * A model is a path, or {@code {path: DIR, sha256: HEX}} to pin its weights. A relative path
 * without a scheme is relative to the file's folder.
 */
public record SweepFile(
    List<PinnedModel> models,
    List<String> examples,
    List<MethodSpec> methods,
    RunSettings settings,
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

  /** The file's keys; null where a key is missing. */
  private record Document(
      List<Model> models,
      List<String> examples,
      List<MethodGrid> methods,
      DeviceChoice device,
      DtypeChoice dtype,
      ImageAspect imageAspect,
      String convMode,
      ReduceBy reduceBy,
      Long limit,
      Long maxNewTokens,
      Double maxErrorRate,
      SearchSettings search) {

    Document {
      methods = filled("methods", methods);
      models = filled("models", models);
      examples = filled("examples", examples);
      if (examples.contains("") || "".equals(convMode)) {
        throw new IllegalArgumentException(
            "examples and conv_mode must be texts that are not empty");
      }
      requireBetween("limit", limit, 1, Long.MAX_VALUE);
      requireBetween("max_new_tokens", maxNewTokens, 1, Integer.MAX_VALUE);
      if (maxErrorRate != null && !(maxErrorRate >= 0 && maxErrorRate <= 1)) {
        throw new IllegalArgumentException(
            "max_error_rate must be a number from 0 to 1 but is " + maxErrorRate);
      }
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

    private static void requireBetween(String key, Long value, long least, long most) {
      if (value != null && (value < least || value > most)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s must be a whole number from %d to %d but is %d",
                key,
                least,
                most,
                value));
      }
    }

    RunSettings settings() {
      return new RunSettings(
          Optional.ofNullable(device),
          Optional.ofNullable(dtype),
          Optional.ofNullable(imageAspect),
          Optional.ofNullable(convMode),
          Optional.ofNullable(reduceBy),
          limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
          maxNewTokens == null
              ? OptionalInt.empty()
              : OptionalInt.of(Math.toIntExact(maxNewTokens)),
          maxErrorRate == null ? OptionalDouble.empty() : OptionalDouble.of(maxErrorRate));
    }
  }

  /** Reads a file on this machine. */
  public static SweepFile read(Path file) throws IOException {
    String text = SweepPaths.text(file);
    try {
      Document document = Yaml.parse(text, new TypeReference<>() {}, file.toString());
      if (document.methods().isEmpty()) {
        throw new UsageException(file + ": the key 'methods' is missing");
      }
      return new SweepFile(
          document.models().stream()
              .map(model -> new PinnedModel(SweepPaths.model(file, model.path()), model.weights()))
              .toList(),
          document.examples().stream().map(path -> SweepPaths.data(file, path)).toList(),
          MethodGrid.all(document.methods(), path -> SweepPaths.local(file, path)),
          document.settings(),
          document.search() == null ? SearchSettings.DEFAULTS : document.search());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}

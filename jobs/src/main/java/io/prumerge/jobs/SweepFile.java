package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a sweep's file asks for: every model all questions of all examples under every method.
 *
 * <p>Keys: {@code models}, {@code examples} (both may be left to the command line), {@code methods}
 * (a {@link MethodGrid}), and {@code device}, {@code dtype}, {@code image_aspect}, {@code
 * conv_mode}, {@code limit}, {@code max_new_tokens}, {@code max_error_rate}, which mean what the
 * options of {@code evaluate} mean. A model is a path, or {@code {path: DIR, sha256: HEX}} where it
 * must have the weights of that hash. A path without a scheme that does not begin with a slash lies
 * beside the file.
 */
record SweepFile(
    List<PinnedModel> models,
    List<String> examples,
    List<MethodSpec> methods,
    RunSettings settings) {

  private static final String MODELS = "models";
  private static final String EXAMPLES = "examples";
  private static final String METHODS = "methods";
  private static final String PATH = "path";
  private static final String SHA256 = "sha256";
  private static final Set<String> KEYS =
      Set.of(
          MODELS,
          EXAMPLES,
          METHODS,
          "device",
          "dtype",
          "image_aspect",
          "conv_mode",
          "limit",
          "max_new_tokens",
          "max_error_rate");

  SweepFile {
    models = List.copyOf(models);
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
  }

  /** Reads a file of this machine. */
  static SweepFile read(Path file) throws IOException {
    SweepNode top = SweepNode.read(file);
    top.requireKnown(KEYS);
    return new SweepFile(
        entries(top, MODELS).map(SweepFile::model).toList(),
        // Spark would look for a path without a scheme on the cluster's file system.
        entries(top, EXAMPLES).map(node -> beside(node, "file:")).toList(),
        MethodGrid.methods(
            top.at(METHODS)
                .orElseThrow(() -> new UsageException(file + ": the key 'methods' is missing"))),
        settings(top));
  }

  private static Stream<SweepNode> entries(SweepNode top, String key) {
    return top.at(key).map(SweepNode::list).orElse(List.of()).stream();
  }

  private static PinnedModel model(SweepNode entry) {
    if (entry.keys().isEmpty()) {
      return PinnedModel.any(beside(entry, ""));
    }
    entry.requireKnown(Set.of(PATH, SHA256));
    SweepNode path =
        entry.at(PATH).orElseThrow(() -> entry.refusal("a path, or one under the key 'path',"));
    return new PinnedModel(
        beside(path, ""), entry.at(SHA256).map(SweepFile::pin).orElse(WeightsPin.NONE));
  }

  private static WeightsPin pin(SweepNode node) {
    try {
      return new WeightsPin(node.text());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "%s: %s: %s".formatted(node.file(), node.place(), e.getMessage()), e);
    }
  }

  private static String beside(SweepNode node, String scheme) {
    String path = node.text();
    boolean elsewhere = path.startsWith("/") || path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    return elsewhere
        ? path
        : scheme + node.file().toAbsolutePath().resolveSibling(path).normalize();
  }

  private static RunSettings settings(SweepNode top) {
    Optional<SweepNode> limit = top.at("limit");
    Optional<SweepNode> tokens = top.at("max_new_tokens");
    Optional<SweepNode> errors = top.at("max_error_rate");
    return new RunSettings(
        top.at("device").map(node -> node.choice(DeviceChoice.class)),
        top.at("dtype").map(node -> node.choice(DtypeChoice.class)),
        top.at("image_aspect").map(node -> node.choice(ImageAspect.class)),
        top.at("conv_mode").map(SweepNode::text),
        limit.isPresent()
            ? OptionalLong.of(limit.get().count(Long.MAX_VALUE))
            : OptionalLong.empty(),
        tokens.isPresent()
            ? OptionalInt.of((int) tokens.get().count(Integer.MAX_VALUE))
            : OptionalInt.empty(),
        errors.isPresent() ? OptionalDouble.of(errors.get().share()) : OptionalDouble.empty());
  }
}

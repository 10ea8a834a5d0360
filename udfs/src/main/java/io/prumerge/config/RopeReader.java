package io.prumerge.config;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the rotary embedding's settings: {@code rope_theta} beside {@code rope_scaling} with a
 * {@code rope_type} (older: {@code type}), or {@code rope_parameters}, which holds all of them.
 */
final class RopeReader {
  private RopeReader() {}

  static RopeScaling read(Settings text, int maxPositions) {
    refusePartial(text);
    Optional<Settings> parameters = text.object("rope_parameters");
    Optional<Settings> scaling = text.object("rope_scaling");
    if (parameters.isPresent()
        && scaling.isPresent()
        && !text.value("rope_parameters").equals(text.value("rope_scaling"))) {
      throw text.error("rope_parameters", "and rope_scaling are both stated and differ; keep one");
    }
    if (parameters.isPresent()) {
      Settings rope = parameters.get();
      return scaled(rope, type(rope).orElse("default"), theta(text, rope), maxPositions);
    }
    if (scaling.isPresent()) {
      Settings rope = scaling.get();
      String type = type(rope).orElseThrow(() -> rope.error("rope_type", "is missing"));
      return scaled(rope, type, theta(text, rope), maxPositions);
    }
    return new RopeScaling.Default(text.decimal("rope_theta", 10000.0));
  }

  private static RopeScaling scaled(Settings rope, String type, double theta, int maxPositions) {
    refusePartial(rope);
    return switch (type) {
      case "default" -> new RopeScaling.Default(theta);
      case "linear" -> new RopeScaling.Linear(theta, rope.neededDecimal("factor"));
      case "dynamic" -> new RopeScaling.Dynamic(theta, rope.neededDecimal("factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              theta,
              rope.neededDecimal("factor"),
              rope.neededDecimal("low_freq_factor"),
              rope.neededDecimal("high_freq_factor"),
              rope.neededInteger("original_max_position_embeddings"));
      case "yarn" -> yarn(rope, theta, maxPositions);
      default ->
          throw rope.error(
              "rope_type",
              "'" + type + "' is not supported; known: default, dynamic, linear, llama3, yarn");
    };
  }

  private static RopeScaling.Yarn yarn(Settings rope, double theta, int maxPositions) {
    double factor = rope.neededDecimal("factor");
    double mscale = rope.decimal("mscale", 0);
    double mscaleAll = rope.decimal("mscale_all_dim", 0);
    double inferred =
        mscale != 0 && mscaleAll != 0
            ? magnitude(factor, mscale) / magnitude(factor, mscaleAll)
            : magnitude(factor, 1);
    return new RopeScaling.Yarn(
        theta,
        factor,
        rope.decimal("attention_factor", inferred),
        rope.decimal("beta_fast", 32),
        rope.decimal("beta_slow", 1),
        rope.integer("original_max_position_embeddings", maxPositions),
        rope.flag("truncate", true));
  }

  private static double magnitude(double factor, double mscale) {
    return factor <= 1 ? 1.0 : 0.1 * mscale * Math.log(factor) + 1.0;
  }

  private static Optional<String> type(Settings rope) {
    Optional<String> type = rope.text("rope_type");
    Optional<String> older = rope.text("type");
    if (type.isPresent() && older.isPresent() && !type.equals(older)) {
      throw rope.error(
          "rope_type", "is '" + type.get() + "' but type is '" + older.get() + "'; keep one");
    }
    return type.or(() -> older);
  }

  private static double theta(Settings text, Settings rope) {
    OptionalDouble outer = text.decimal("rope_theta");
    OptionalDouble inner = rope.decimal("rope_theta");
    if (outer.isPresent() && inner.isPresent() && outer.getAsDouble() != inner.getAsDouble()) {
      throw rope.error(
          "rope_theta",
          "is "
              + inner.getAsDouble()
              + " but text_config.rope_theta is "
              + outer.getAsDouble()
              + "; keep one");
    }
    return inner.orElse(outer.orElse(10000.0));
  }

  private static void refusePartial(Settings settings) {
    double factor = settings.decimal("partial_rotary_factor", 1.0);
    if (factor != 1.0) {
      throw settings.error("partial_rotary_factor", factor + " is not supported; Llama has 1.0");
    }
  }
}

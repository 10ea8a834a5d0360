package io.prumerge.config;

/** Which positions of a vision layer become visual tokens. */
public enum FeatureSelect {
  /** The patches, without the class position 0. */
  DEFAULT,
  /** Every position, the class position first. */
  FULL;

  /**
   * Returns the strategy a configuration names, or a {@link CheckpointException} that lists the
   * known.
   */
  public static FeatureSelect named(String name) {
    return switch (name) {
      case "default" -> DEFAULT;
      case "full" -> FULL;
      default ->
          throw new CheckpointException(
              "Unknown vision_feature_select_strategy '" + name + "'; known: default, full");
    };
  }
}

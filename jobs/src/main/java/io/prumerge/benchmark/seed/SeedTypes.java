package io.prumerge.benchmark.seed;

import java.util.List;

/**
 * SEED-Bench's twelve kinds of questions, by their numbers from 1; the last three are about videos.
 */
final class SeedTypes {

  static final String IMAGE = "image";
  static final String VIDEO = "video";

  private static final List<String> NAMES =
      List.of(
          "Scene Understanding",
          "Instance Identity",
          "Instance Attributes",
          "Instance Location",
          "Instances Counting",
          "Spatial Relation",
          "Instance Interaction",
          "Visual Reasoning",
          "Text Understanding",
          "Action Recognition",
          "Action Prediction",
          "Procedure Understanding");

  private SeedTypes() {}

  /** Returns whether a kind has this number. */
  static boolean contains(long number) {
    return number >= 1 && number <= NAMES.size();
  }

  static String name(long number) {
    return NAMES.get((int) number - 1);
  }
}

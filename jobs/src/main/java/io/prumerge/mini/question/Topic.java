package io.prumerge.mini.question;

/** The topic of a multiple-choice question, with its labels in both benchmarks. */
public enum Topic {
  COLOR(TopicField.MATTER, "attribute_recognition"),
  SHAPE(TopicField.MATTER, "attribute_recognition"),
  SIZE(TopicField.MATTER, "attribute_comparison"),
  BACKGROUND(TopicField.MATTER, "image_scene"),
  PICTURE(TopicField.MATTER, "image_topic"),
  PRESENCE(TopicField.MATTER, "identity_reasoning"),
  COUNT(TopicField.NUMBERS, "object_localization"),
  ONE_MORE(TopicField.NUMBERS, "future_prediction"),
  PLACE(TopicField.MAPS, "object_localization"),
  FARTHEST(TopicField.MAPS, "spatial_relationship"),
  TALLEST(TopicField.CHARTS, "attribute_comparison"),
  UNITS(TopicField.CHARTS, "structuralized_imagetext_understanding"),
  WORD(TopicField.WORDS, "ocr"),
  LETTER(TopicField.WORDS, "ocr"),
  /** Without a picture. */
  LOOK_UP(TopicField.WORDS, "identity_reasoning");

  private final TopicField field;
  private final String leaf;

  Topic(TopicField field, String leaf) {
    this.field = field;
    this.leaf = leaf;
  }

  public TopicField field() {
    return field;
  }

  /** Returns MMBench's category. */
  public String leaf() {
    return leaf;
  }

  /** Returns MMBench's l2-category, to which the leaf belongs. */
  public String ability() {
    return switch (leaf) {
      case "image_scene", "image_topic" -> "coarse_perception";
      case "attribute_recognition", "object_localization", "ocr" ->
          "finegrained_perception (instance-level)";
      case "attribute_comparison", "spatial_relationship" ->
          "finegrained_perception (cross-instance)";
      case "identity_reasoning" -> "attribute_reasoning";
      case "future_prediction", "structuralized_imagetext_understanding" -> "logic_reasoning";
      default -> throw new IllegalStateException("No l2-category for " + leaf);
    };
  }
}

package io.prumerge.mini.question;

/** The topic of a multiple-choice question, with its labels in both benchmarks. */
public enum Topic {
  COLOR(Field.MATTER, "attribute_recognition"),
  SHAPE(Field.MATTER, "attribute_recognition"),
  SIZE(Field.MATTER, "attribute_comparison"),
  BACKGROUND(Field.MATTER, "image_scene"),
  PICTURE(Field.MATTER, "image_topic"),
  PRESENCE(Field.MATTER, "identity_reasoning"),
  COUNT(Field.NUMBERS, "object_localization"),
  ONE_MORE(Field.NUMBERS, "future_prediction"),
  PLACE(Field.MAPS, "object_localization"),
  FARTHEST(Field.MAPS, "spatial_relationship"),
  TALLEST(Field.CHARTS, "attribute_comparison"),
  UNITS(Field.CHARTS, "structuralized_imagetext_understanding"),
  WORD(Field.WORDS, "ocr"),
  LETTER(Field.WORDS, "ocr"),
  /** Without a picture. */
  LOOK_UP(Field.WORDS, "identity_reasoning");

  /** ScienceQA's labels of a group of topics. */
  public enum Field {
    MATTER("natural science", "physics", "Materials", "Compare properties of objects", 2),
    NUMBERS("natural science", "units-and-measurement", "Counting", "Count objects", 1),
    MAPS("social science", "geography", "Maps", "Read a map: cardinal directions", 4),
    CHARTS("social science", "economics", "Charts", "Read a bar chart", 7),
    WORDS("language science", "reading-comprehension", "Words", "Read words and letters", 3);

    private final String subject;
    private final String topic;
    private final String category;
    private final String skill;
    private final int grade;

    Field(String subject, String topic, String category, String skill, int grade) {
      this.subject = subject;
      this.topic = topic;
      this.category = category;
      this.skill = skill;
      this.grade = grade;
    }

    public String subject() {
      return subject;
    }

    public String topic() {
      return topic;
    }

    public String category() {
      return category;
    }

    public String skill() {
      return skill;
    }

    public String grade() {
      return "grade" + grade;
    }
  }

  private final Field field;
  private final String leaf;

  Topic(Field field, String leaf) {
    this.field = field;
    this.leaf = leaf;
  }

  public Field field() {
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

package io.prumerge.mini.question;

/** ScienceQA's labels of a group of topics. */
public enum TopicField {
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

  TopicField(String subject, String topic, String category, String skill, int grade) {
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

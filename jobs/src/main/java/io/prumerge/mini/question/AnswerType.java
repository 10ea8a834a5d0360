package io.prumerge.mini.question;

/** VQAv2's three kinds of answers. */
public enum AnswerType {
  YES_NO("yes/no"),
  NUMBER("number"),
  OTHER("other");

  private final String displayName;

  AnswerType(String displayName) {
    this.displayName = displayName;
  }

  /** Returns the name in VQAv2's files. */
  public String displayName() {
    return displayName;
  }
}

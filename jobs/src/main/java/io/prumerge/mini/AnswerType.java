package io.prumerge.mini;

/** VQAv2's three kinds of answers. */
enum AnswerType {
  YES_NO("yes/no"),
  NUMBER("number"),
  OTHER("other");

  private final String english;

  AnswerType(String english) {
    this.english = english;
  }

  /** The name in VQAv2's files. */
  String english() {
    return english;
  }
}

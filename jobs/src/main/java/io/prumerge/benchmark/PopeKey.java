package io.prumerge.benchmark;

import io.prumerge.text.PythonText;

/**
 * What official answers to POPE are matched by. They have no ids: the n-th line of a setting's file
 * answers its n-th question, which is how answers to the 2,910 random questions meet the labels of
 * the 3,000 without anybody noticing. With the question in it the key is another one then.
 *
 * @param setting one of {@link PopeLabels#SETTINGS}
 * @param position in the setting, from 1
 * @param question as {@link #of} makes it comparable
 */
record PopeKey(String setting, int position, String question) {

  /** The key of a question as it stands anywhere, with or without a suffix. */
  static PopeKey of(String setting, int position, String text) {
    return new PopeKey(
        setting, position, spelled(PythonText.lower(text.lines().findFirst().orElse("").strip())));
  }

  /** The first release and LLaVA's copy spell some questions "imange", later files do not. */
  static String spelled(String question) {
    return question.replace("imange", "image");
  }

  /** As {@link Benchmark#key}. */
  String text() {
    return "%s %d: %s".formatted(setting, position, question);
  }
}

package io.prumerge.benchmark.pope;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.text.PythonText;
import java.util.Locale;

/**
 * The key that matches official answers to POPE. They have no ids: the n-th line of a setting's
 * file answers its n-th question. By position alone, answers to the 2,910 random questions would
 * silently be compared with the labels of the 3,000. The question in the key prevents that.
 *
 * @param setting one of {@link PopeLabels#SETTINGS}
 * @param position in the setting, from 1
 * @param question in the comparable form of {@link #of}
 */
record PopeAnswerKey(String setting, int position, String question) {

  /** Returns the key of a question in any file, with or without a suffix. */
  static PopeAnswerKey of(String setting, int position, String text) {
    return new PopeAnswerKey(
        setting, position, spelled(PythonText.lower(text.lines().findFirst().orElse("").strip())));
  }

  /** Corrects "imange", a misspelling in the first release and LLaVA's copy. */
  static String spelled(String question) {
    return question.replace("imange", "image");
  }

  /** Returns the key as {@link Benchmark#key} describes it. */
  String text() {
    return String.format(Locale.ROOT, "%s %d: %s", setting, position, question);
  }
}

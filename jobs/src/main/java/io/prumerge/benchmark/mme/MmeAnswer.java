package io.prumerge.benchmark.mme;

import io.prumerge.text.PythonText;
import java.util.Locale;

/** The reading of an answer by MME's evaluators. */
enum MmeAnswer {
  YES,
  NO,
  /** Neither; wrong. */
  OTHER;

  private static final int PREFIX = 4;

  /**
   * Reads an answer as the official {@code calculation.py} does: lower case, then the first four
   * characters, untrimmed: {@code yes} anywhere in them, else {@code no} anywhere in them.
   */
  static MmeAnswer official(String answer) {
    return ofPrefix(PythonText.lower(answer));
  }

  /**
   * Reads an answer as lmms-eval's {@code parse_pred_ans} does: lower case, trimmed, all periods
   * removed; a single {@code y} or {@code n} also counts.
   */
  static MmeAnswer lmmsEval(String answer) {
    String text = PythonText.strip(PythonText.lower(answer)).replace(".", "");
    if (text.equals("y")) {
      return YES;
    }
    return text.equals("n") ? NO : ofPrefix(text);
  }

  private static MmeAnswer ofPrefix(String text) {
    int end = text.offsetByCodePoints(0, Math.min(PREFIX, text.codePointCount(0, text.length())));
    String prefix = text.substring(0, end);
    if (prefix.contains("yes")) {
      return YES;
    }
    return prefix.contains("no") ? NO : OTHER;
  }

  /** Returns the spelling in labels. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

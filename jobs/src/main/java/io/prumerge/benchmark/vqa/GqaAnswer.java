package io.prumerge.benchmark.vqa;

import io.prumerge.text.PythonText;
import java.util.regex.Pattern;

/** Forms in which GQA's answers are compared. */
public final class GqaAnswer {

  /** Python's {@code string.punctuation}, all of ASCII's. */
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

  private GqaAnswer() {}

  /**
   * Returns the answer as LLaVA's {@code convert_gqa_for_eval.py} hands it in: without final
   * periods, in lower case. The official {@code eval.py} compares it letter by letter.
   */
  public static String handedIn(String answer) {
    int end = answer.length();
    while (end > 0 && answer.charAt(end - 1) == '.') {
      end--;
    }
    return PythonText.lower(answer.substring(0, end));
  }

  /**
   * Returns a text as {@code exact_match} of lmms-eval compares it, without case and punctuation.
   */
  public static String bare(String text) {
    return PUNCTUATION.matcher(PythonText.lower(text)).replaceAll("");
  }
}

package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Texts as they are compared where files spell the same question in their own ways. */
public final class Wordings {

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Wordings() {}

  /** Returns right answers, any of which will do, as tables show them; empty if there is none. */
  public static Optional<String> anyOf(List<String> answers) {
    return answers.isEmpty() ? Optional.empty() : Optional.of(String.join(" | ", answers));
  }

  /**
   * Returns an answer as it is compared where case, white space and one final full stop make no
   * difference.
   */
  public static String answer(String text) {
    String plain = WHITE_SPACE.matcher(text).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    return plain.endsWith(".") ? plain.substring(0, plain.length() - 1).strip() : plain;
  }

  /** Returns the text with its first letter in upper case and all others in lower case. */
  public static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return Character.toString(Character.toTitleCase(first))
        + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the text in lower case, stripped, with single spaces, and POPE's "imange" corrected.
   */
  public static String same(String text) {
    return PythonText.lower(WHITE_SPACE.matcher(text).replaceAll(" ").strip())
        .replace("imange", "image");
  }
}

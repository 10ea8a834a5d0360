package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.regex.Pattern;

/** Texts as they are compared where files spell the same question in their own ways. */
public final class Wordings {

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Wordings() {}

  /** Returns the text in lower case, white space collapsed and none at the ends. */
  public static String same(String text) {
    return PythonText.lower(WHITE_SPACE.matcher(text).replaceAll(" ").strip());
  }
}

package io.prumerge.benchmark.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;

/** Regular expressions of users, which take time linear in a text, whatever they are: RE2's. */
public final class LinearPattern {

  private LinearPattern() {}

  /**
   * Returns the pattern of a regular expression.
   *
   * @param place names it in messages
   * @throws IllegalArgumentException if it is none of RE2
   */
  public static Pattern of(String regex, String place) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: '%s' is no regular expression of RE2: %s",
              place,
              regex,
              e.getDescription()),
          e);
    }
  }
}

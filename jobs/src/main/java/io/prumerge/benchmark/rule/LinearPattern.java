package io.prumerge.benchmark.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;

/**
 * Regular expressions of users, which take time linear in a text, whatever they are: RE2's, of a
 * bounded {@link PatternSize}.
 */
public final class LinearPattern {

  /** Characters of an expression in messages. */
  private static final int LONGEST_SHOWN = 100;

  private LinearPattern() {}

  /**
   * Returns the pattern of a regular expression.
   *
   * @param place names it in messages
   * @throws IllegalArgumentException if it is none of RE2, or too large
   */
  public static Pattern of(String regex, String place) {
    PatternSize.problem(regex)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  Text.format(
                      "%s: the regular expression '%s' %s",
                      place, Texts.inLine(regex, LONGEST_SHOWN), problem));
            });
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          Text.format(
              "%s: '%s' is no regular expression of RE2: %s",
              place, Texts.inLine(regex, LONGEST_SHOWN), e.getDescription()),
          e);
    }
  }
}

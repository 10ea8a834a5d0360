package io.prumerge.settings;

import io.prumerge.lang.Text;
import io.prumerge.service.PlainNumber;

/**
 * How many distinct texts of questions a server is asked for the tokens of, so that its count of a
 * picture is known.
 *
 * @param most texts; {@link Integer#MAX_VALUE}: all
 */
public record WordSample(int most) {

  /** Enough to see whether a budget is served. */
  static final WordSample USUAL = new WordSample(32);

  private static final String ALL = "all";

  /**
   * Reads a number from 0, or {@code all}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static WordSample parse(String text) {
    if (text.equals(ALL)) {
      return new WordSample(Integer.MAX_VALUE);
    }
    try {
      int most = PlainNumber.integer(text);
      if (most >= 0) {
        return new WordSample(most);
      }
    } catch (NumberFormatException e) {
      // says no more than that
    }
    throw new IllegalArgumentException(
        Text.format("'%s' must be a number of texts from 0, or %s", text, ALL));
  }

  @Override
  public String toString() {
    return most == Integer.MAX_VALUE ? ALL : Integer.toString(most);
  }
}

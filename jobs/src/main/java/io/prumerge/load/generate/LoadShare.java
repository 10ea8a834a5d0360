package io.prumerge.load.generate;

import io.prumerge.lang.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a load that one of several processes puts on.
 *
 * @param number from 1
 * @param of how many processes there are
 */
public record LoadShare(int number, int of) {

  /** All of it. */
  public static final LoadShare WHOLE = new LoadShare(1, 1);

  private static final Pattern SPELLED = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");

  /**
   * @throws IllegalArgumentException if there is no such part
   */
  public LoadShare {
    if (number < 1 || number > of) {
      throw new IllegalArgumentException(Text.format("'%d/%d' is no part of a whole", number, of));
    }
  }

  /**
   * Reads {@code 2/3}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static LoadShare parse(String text) {
    Matcher spelled = SPELLED.matcher(text);
    if (!spelled.matches()) {
      throw new IllegalArgumentException(
          Text.format("'%s' must be i/n, such as 1/2 and 2/2", text));
    }
    return new LoadShare(Integer.parseInt(spelled.group(1)), Integer.parseInt(spelled.group(2)));
  }

  /** Returns {@code 2/3}. */
  @Override
  public String toString() {
    return number + "/" + of;
  }
}

package io.prumerge.video;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Frames per second as texts have them: a number, or a fraction of two as ffprobe prints it. */
public final class FrameRate {

  private static final Pattern FRACTION = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

  private FrameRate() {}

  /**
   * Returns the number of a text, such as {@code 25} or {@code 30000/1001}.
   *
   * @throws NumberFormatException if it is none
   */
  public static double of(String text) {
    Matcher fraction = FRACTION.matcher(text.strip());
    return fraction.matches()
        ? Double.parseDouble(fraction.group(1)) / Double.parseDouble(fraction.group(2))
        : Double.parseDouble(text);
  }

  /** Returns whether a text is a fraction. */
  public static boolean isFraction(String text) {
    return FRACTION.matcher(text.strip()).matches();
  }
}

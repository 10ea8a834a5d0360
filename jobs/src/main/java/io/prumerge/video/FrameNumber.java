package io.prumerge.video;

import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many frames are chosen of a video, spelt {@code N}, such as {@code 8}, or how many a second,
 * {@code Rfps}, such as {@code 2fps}.
 *
 * @param frames how many; empty where {@code rate} says it
 * @param rate how many a second; empty where {@code frames} says it
 */
public record FrameNumber(OptionalInt frames, OptionalDouble rate) {

  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,5}");
  private static final Pattern RATE = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,3})?)fps");

  /** Returns a number of frames. */
  public static FrameNumber of(int frames) {
    return new FrameNumber(OptionalInt.of(frames), OptionalDouble.empty());
  }

  /** Returns a number of frames per second. */
  public static FrameNumber perSecond(double rate) {
    return new FrameNumber(OptionalInt.empty(), OptionalDouble.of(rate));
  }

  /**
   * Returns the number of a text.
   *
   * @throws UsageException if it is none
   */
  public static FrameNumber parse(String text) {
    if (NUMBER.matcher(text).matches()) {
      return of(Integer.parseInt(text));
    }
    Matcher rate = RATE.matcher(text);
    if (!rate.matches() || Double.parseDouble(rate.group(1)) == 0) {
      throw new UsageException(
          Text.format(
              "The number of frames must be from 1 to 999999, or frames per second such as 2fps,"
                  + " not '%s'",
              text));
    }
    return perSecond(Double.parseDouble(rate.group(1)));
  }

  /** Returns the number as it is spelt. */
  @Override
  public String toString() {
    if (frames.isPresent()) {
      return Integer.toString(frames.getAsInt());
    }
    double fps = rate.getAsDouble();
    return (fps == Math.rint(fps) ? Long.toString((long) fps) : Double.toString(fps)) + "fps";
  }
}

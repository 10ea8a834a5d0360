package io.prumerge.video;

import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of frames with a number of frames, spelt {@code RULE:N}, such as {@code lmms-eval:8}, or
 * with frames per second, {@code RULE:Rfps}, such as {@code qwen2:2fps}. Column {@code protocol}.
 *
 * @param rule how frames are chosen
 * @param frames how many; 0 where {@code rate} says it
 * @param rate how many a second; empty where {@code frames} says it
 */
public record FrameProtocol(FrameRule rule, int frames, OptionalDouble rate) {

  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,5}");
  private static final Pattern RATE = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,3})?)fps");

  /**
   * Returns the protocol of a text.
   *
   * @throws UsageException if there is no such rule, with those that may have been meant, or if the
   *     number is none
   */
  public static FrameProtocol parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new UsageException(
          "A protocol of frames is RULE:N, such as lmms-eval:8, not '" + text + "'");
    }
    return of(text.substring(0, colon), text.substring(colon + 1));
  }

  /**
   * Returns the protocols of each rule with each number, those of the first rule first.
   *
   * @param rules names of rules
   * @param numbers of frames, such as {@code 8}, or frames per second, such as {@code 2fps}
   * @throws UsageException as {@link #parse}; or if one is twice
   */
  public static List<FrameProtocol> all(List<String> rules, List<String> numbers) {
    List<FrameProtocol> all =
        rules.stream().flatMap(rule -> numbers.stream().map(number -> of(rule, number))).toList();
    all.stream()
        .filter(one -> all.indexOf(one) != all.lastIndexOf(one))
        .findFirst()
        .ifPresent(
            one -> {
              throw new UsageException("The protocol " + one + " is named twice");
            });
    return all;
  }

  private static FrameProtocol of(String name, String number) {
    FrameRule rule;
    try {
      rule = FrameRule.of(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
    if (NUMBER.matcher(number).matches()) {
      return new FrameProtocol(rule, Integer.parseInt(number), OptionalDouble.empty());
    }
    Matcher rate = RATE.matcher(number);
    if (!rate.matches() || Double.parseDouble(rate.group(1)) == 0) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "The number of frames must be from 1 to 999999, or frames per second such as 2fps,"
                  + " not '%s'",
              number));
    }
    if (!rule.takesRate()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "The rule %s cannot choose frames by time (%s); give a number of frames",
              rule.label(),
              number));
    }
    return new FrameProtocol(rule, 0, OptionalDouble.of(Double.parseDouble(rate.group(1))));
  }

  /**
   * Returns the indices in the video of the frames that this protocol chooses from a clip, in the
   * order in which a model sees them.
   *
   * @throws DataException with the reason if the rule cannot choose them
   * @throws IllegalStateException if the rule is one of chosen frames
   */
  public int[] choose(VideoClip clip) {
    return FrameRule.choose(this, clip);
  }

  /** Returns the protocol as it is spelt. */
  @Override
  public String toString() {
    return rule.label() + ":" + (rate.isEmpty() ? Integer.toString(frames) : number() + "fps");
  }

  private String number() {
    double fps = rate.getAsDouble();
    return fps == Math.rint(fps) ? Long.toString((long) fps) : Double.toString(fps);
  }
}

package io.prumerge.metric;

import io.prumerge.lang.Text;
import java.util.Optional;

/**
 * Which frames of its videos a run saw: a rule and a number of frames, {@code lmms-eval:8}, or of
 * frames a second, {@code qwen2:2fps}. Foreign rows may have any text.
 *
 * @param rule how frames were chosen; may hold colons
 * @param number how many
 */
public record RunProtocol(String rule, String number) {

  /** Returns the protocol of a text; empty if it has not both parts. */
  public static Optional<RunProtocol> of(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 1 || colon == text.length() - 1
        ? Optional.empty()
        : Optional.of(new RunProtocol(text.substring(0, colon), text.substring(colon + 1)));
  }

  /** Returns whether the other one chooses as many frames by another rule. */
  public boolean isOtherRule(RunProtocol other) {
    return number.equals(other.number) && !rule.equals(other.rule);
  }

  /** Returns whether this is half as many frames by the same rule. */
  public boolean isHalfOf(RunProtocol other) {
    return rule.equals(other.rule) && frames() > 0 && 2 * frames() == other.frames();
  }

  /** Returns the number of frames; 0 if it is none, as of frames a second. */
  public long frames() {
    return number.matches("[1-9][0-9]{0,8}") ? Long.parseLong(number) : 0;
  }

  /** Returns the protocol as it is spelt. */
  @Override
  public String toString() {
    return Text.format("%s:%s", rule, number);
  }
}

package io.prumerge.video;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A rule of frames as {@code --frames-by} names it: with its number, as {@link FrameProtocol}
 * spells it, or bare.
 *
 * @param rule how frames are chosen
 * @param number the rule's own; empty of a bare one
 */
public record AskedRule(FrameRule rule, Optional<FrameNumber> number) {

  /**
   * @throws UsageException if the rule cannot choose by its number
   */
  public AskedRule {
    number.ifPresent(one -> new FrameProtocol(rule, one));
  }

  /**
   * Returns the rule of a text.
   *
   * @throws UsageException as {@link FrameProtocol#parse}
   */
  public static AskedRule parse(String text) {
    return text.indexOf(FrameProtocol.COLON) < 0
        ? new AskedRule(FrameRule.of(text), Optional.empty())
        : of(FrameProtocol.parse(text));
  }

  private static AskedRule of(FrameProtocol protocol) {
    return new AskedRule(protocol.rule(), Optional.of(protocol.number()));
  }

  /**
   * Returns the rules in their order, in place of each bare one that one with every number.
   *
   * @param numbers none: bare rules stay so
   * @throws UsageException if there are numbers and no bare rule, if a rule cannot choose by one of
   *     them, or if one is named twice
   */
  public static List<AskedRule> all(List<AskedRule> rules, List<FrameNumber> numbers) {
    if (!numbers.isEmpty() && rules.stream().noneMatch(AskedRule::isBare)) {
      throw new UsageException(
          Wording.of(
              "%s %s goes with rules that %s names without a number; %s has each its own",
              Setting.FRAMES, words(numbers), Setting.FRAMES_BY, words(rules)));
    }
    List<AskedRule> all =
        rules.stream()
            .flatMap(
                rule ->
                    rule.isBare() && !numbers.isEmpty()
                        ? numbers.stream().map(one -> of(new FrameProtocol(rule.rule(), one)))
                        : Stream.of(rule))
            .toList();
    all.stream()
        .filter(one -> all.indexOf(one) != all.lastIndexOf(one))
        .findFirst()
        .ifPresent(
            one -> {
              throw new UsageException(
                  Wording.of("%s and %s name %s twice", Setting.FRAMES_BY, Setting.FRAMES, one));
            });
    return all;
  }

  /** Returns whether the rule has no number. */
  public boolean isBare() {
    return number.isEmpty();
  }

  /** Returns the protocol; empty of a bare rule. */
  public Optional<FrameProtocol> protocol() {
    return number.map(one -> new FrameProtocol(rule, one));
  }

  private static String words(List<?> all) {
    return String.join(" ", all.stream().map(Object::toString).toList());
  }

  /** Returns the rule as it is spelt. */
  @Override
  public String toString() {
    return protocol().map(FrameProtocol::toString).orElseGet(rule::label);
  }
}

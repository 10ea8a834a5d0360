package io.prumerge.settings;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.video.AskedRule;
import io.prumerge.video.FrameNumber;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The protocols by which a run's frames of videos are to be chosen. What is left open is all that
 * the examples have.
 *
 * @param rules bare ones: with any number; none: any
 * @param numbers where there is no rule: how many frames, or how many a second; none: any
 */
public record AskedFrames(List<AskedRule> rules, List<FrameNumber> numbers) {

  /** All that the examples have. */
  public static final AskedFrames ANY = of(List.of(), List.of());

  /** Stand in a command for what is not known here. */
  private static final String SOURCE = "DIR";

  private static final String RULE = "RULE";
  private static final String NUMBER = "N";

  public AskedFrames {
    rules = List.copyOf(rules);
    numbers = List.copyOf(numbers);
  }

  /**
   * Returns what texts ask for.
   *
   * @param rules as {@link AskedRule} spells them
   * @param numbers as {@link FrameNumber} spells them, which go with each bare rule
   * @throws UsageException if a rule is unknown, a number is none or goes with no rule, or one is
   *     named twice
   */
  public static AskedFrames of(List<String> rules, List<String> numbers) {
    List<FrameNumber> all = numbers.stream().map(FrameNumber::parse).toList();
    OptionChecks.requireDistinct(Setting.FRAMES, all);
    return rules.isEmpty()
        ? new AskedFrames(List.of(), all)
        : new AskedFrames(
            AskedRule.all(rules.stream().map(AskedRule::parse).toList(), all), List.of());
  }

  /** Returns what the settings of a run say. */
  static AskedFrames of(SettingValues given) {
    return of(given.orDefault(RunSetting.FRAMES_BY), given.orDefault(RunSetting.FRAMES));
  }

  /** Returns whether anything is asked for. */
  public boolean isGiven() {
    return !rules.isEmpty() || !numbers.isEmpty();
  }

  /** Returns the protocols that a rule asks for; of a bare one those that are known. */
  private static List<FrameProtocol> of(AskedRule rule, List<FrameProtocol> known) {
    return rule.protocol()
        .map(List::of)
        .orElseGet(() -> known.stream().filter(one -> one.rule() == rule.rule()).toList());
  }

  private List<FrameProtocol> numbered(List<FrameProtocol> known) {
    return known.stream()
        .filter(one -> numbers.isEmpty() || numbers.contains(one.number()))
        .toList();
  }

  /**
   * Returns the spellings of the protocols that are asked for; of those that a run had where some
   * are left open.
   *
   * @param known the run's; an empty one for pictures
   */
  public List<String> of(List<String> known) {
    if (!isGiven()) {
      return known;
    }
    List<FrameProtocol> had =
        known.stream().filter(one -> !one.isEmpty()).map(FrameProtocol::parse).toList();
    List<String> asked =
        rules.isEmpty()
            ? numbered(had).stream().map(FrameProtocol::toString).toList()
            : rules.stream()
                .flatMap(
                    rule -> {
                      List<FrameProtocol> its = of(rule, had);
                      return its.isEmpty()
                          ? Stream.of(words(rule))
                          : its.stream().map(FrameProtocol::toString);
                    })
                .toList();
    return asked.isEmpty() ? List.of(words()) : asked;
  }

  /**
   * Refuses a choice of frames of pictures.
   *
   * @param benchmarks about pictures
   * @throws UsageException if anything is asked for
   */
  public void requireNone(List<String> benchmarks) {
    if (isGiven()) {
      throw new UsageException(
          Wording.of(
              "Cannot choose frames of %s, whose examples have no video; leave out %s and %s",
              String.join(", ", benchmarks), Setting.FRAMES_BY, Setting.FRAMES));
    }
  }

  /**
   * Returns the protocols that are asked for; empty without a video.
   *
   * @param known all that the examples have; none without a video
   * @param benchmarks the examples'
   * @throws UsageException if one is asked for that they lack, with those that they have
   */
  public List<FrameProtocol> among(List<FrameProtocol> known, List<String> benchmarks) {
    if (known.isEmpty()) {
      requireNone(benchmarks);
      return List.of();
    }
    List<FrameProtocol> asked =
        rules.isEmpty()
            ? numbered(known)
            : rules.stream().flatMap(rule -> of(rule, known).stream()).toList();
    List<AskedRule> lacking =
        rules.stream()
            .filter(rule -> of(rule, known).isEmpty() || !known.containsAll(of(rule, known)))
            .toList();
    if (asked.isEmpty() || !lacking.isEmpty()) {
      throw lacking(known, lacking, benchmarks);
    }
    return asked;
  }

  private UsageException lacking(
      List<FrameProtocol> known, List<AskedRule> lacking, List<String> benchmarks) {
    return new UsageException(
        Wording.of(
            "The examples of %s have no frames of %s; they have those of %s. Choose among these, or"
                + " prepare the videos again: prepare %s %s %s %s %s %s %s %s",
            String.join(", ", benchmarks),
            lacking.isEmpty()
                ? words()
                : lacking.stream().map(AskedFrames::words).collect(Collectors.joining(", ")),
            known.stream().map(FrameProtocol::toString).collect(Collectors.joining(", ")),
            Setting.BENCHMARK,
            benchmarks.get(0),
            Setting.SOURCE,
            SOURCE,
            Setting.FRAMES_BY,
            Stream.concat(known.stream().map(FrameProtocol::toString), spelt(lacking))
                .collect(Collectors.joining(" ")),
            Setting.OUTPUT,
            SOURCE));
  }

  private Stream<String> spelt(List<AskedRule> lacking) {
    return rules.isEmpty()
        ? numbers.stream().map(one -> spelt(RULE, one))
        : lacking.stream().map(one -> one.isBare() ? spelt(one, NUMBER) : one.toString());
  }

  private static String spelt(Object rule, Object number) {
    return Text.format("%s:%s", rule, number);
  }

  private String words() {
    return numbers.stream().map(FrameNumber::toString).collect(Collectors.joining(" or "))
        + " frames";
  }

  private static String words(AskedRule rule) {
    return (rule.isBare() ? "the rule " : "") + rule;
  }
}

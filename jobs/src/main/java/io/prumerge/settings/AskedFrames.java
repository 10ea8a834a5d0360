package io.prumerge.settings;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.FrameRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The protocols by which a run's frames of videos are to be chosen. What is left open is all that
 * the examples have.
 *
 * @param rules names of {@link FrameRule}s; none: any
 * @param numbers of frames, such as {@code 8}, or frames per second, such as {@code 2fps}; none:
 *     any
 */
public record AskedFrames(List<String> rules, List<String> numbers) {

  /** A rule that takes any number. */
  private static final String ANY_RULE =
      Stream.of(FrameRule.values()).filter(FrameRule::takesRate).findFirst().orElseThrow().label();

  /** All that the examples have. */
  public static final AskedFrames ANY = new AskedFrames(List.of(), List.of());

  /** Stands in a command for what is not known here. */
  private static final String SOURCE = "DIR";

  /**
   * @throws UsageException if a rule is unknown, a number is none, or a protocol is named twice
   */
  public AskedFrames {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      numbers =
          FrameProtocol.all(List.of(ANY_RULE), numbers).stream().map(AskedFrames::number).toList();
    } else {
      FrameProtocol.all(rules, numbers.isEmpty() ? List.of("1") : numbers); // refuses what is none
      numbers = List.copyOf(numbers);
    }
  }

  /** Returns what the settings of a run say. */
  static AskedFrames of(SettingValues given) {
    return new AskedFrames(
        given.orDefault(RunSetting.FRAMES_BY), given.orDefault(RunSetting.FRAMES));
  }

  private static String number(FrameProtocol one) {
    String text = one.toString();
    return text.substring(text.indexOf(':') + 1);
  }

  /** Returns whether anything is asked for. */
  public boolean isGiven() {
    return !rules.isEmpty() || !numbers.isEmpty();
  }

  /** Returns the protocols if each is named; empty where some are left open. */
  private Optional<List<FrameProtocol>> named() {
    return rules.isEmpty() || numbers.isEmpty()
        ? Optional.empty()
        : Optional.of(FrameProtocol.all(rules, numbers));
  }

  private boolean isAsked(FrameProtocol one) {
    return (rules.isEmpty() || rules.contains(one.rule().label()))
        && (numbers.isEmpty() || numbers.contains(number(one)));
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
    List<String> asked =
        named()
            .map(all -> all.stream().map(FrameProtocol::toString).toList())
            .orElseGet(
                () ->
                    known.stream()
                        .filter(one -> !one.isEmpty() && isAsked(FrameProtocol.parse(one)))
                        .toList());
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
    }
    List<FrameProtocol> asked =
        named().orElseGet(() -> known.stream().filter(this::isAsked).toList());
    List<FrameProtocol> lacking = asked.stream().filter(one -> !known.contains(one)).toList();
    if (!known.isEmpty() && (asked.isEmpty() || !lacking.isEmpty())) {
      throw lacking(known, lacking, benchmarks);
    }
    return asked;
  }

  private UsageException lacking(
      List<FrameProtocol> known, List<FrameProtocol> lacking, List<String> benchmarks) {
    return new UsageException(
        Wording.of(
            "The examples of %s have no frames of %s; they have those of %s. Choose among these, or"
                + " prepare the videos again: prepare %s %s %s %s %s %s %s %s %s %s",
            String.join(", ", benchmarks),
            lacking.isEmpty() ? words() : joined(lacking),
            joined(known),
            Setting.BENCHMARK,
            benchmarks.get(0),
            Setting.SOURCE,
            SOURCE,
            Setting.FRAMES_BY,
            both(known.stream().map(one -> one.rule().label()), rules),
            Setting.FRAMES,
            both(known.stream().map(AskedFrames::number), numbers),
            Setting.OUTPUT,
            SOURCE));
  }

  private String words() {
    return rules.isEmpty()
        ? String.join(" or ", numbers) + " frames"
        : "the rule " + String.join(" or ", rules);
  }

  private static String joined(List<FrameProtocol> protocols) {
    return protocols.stream().map(FrameProtocol::toString).collect(Collectors.joining(", "));
  }

  private static String both(Stream<String> known, List<String> asked) {
    return Stream.concat(known, asked.stream()).distinct().collect(Collectors.joining(" "));
  }
}

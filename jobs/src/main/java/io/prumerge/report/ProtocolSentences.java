package io.prumerge.report;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.MethodNames;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far frames, pruning and fewer frames move the score of each benchmark of videos, in words:
 * differences of the asked runs, with their 95 % intervals.
 */
public final class ProtocolSentences {

  private static final String BY = " by ";

  /** Of more budgets, the table tells. */
  private static final int MOST_BUDGETS = 3;

  /** A half of an interval is told as ± where both are this equal, in points. */
  private static final double EQUAL_HALVES = 0.05;

  private final Report report;
  private final MethodNames names;

  private ProtocolSentences(Report report) {
    this.report = report;
    this.names = report.names();
  }

  /** Returns the sentences, by model and benchmark; none of a report without videos. */
  public static List<String> of(Report report) {
    ProtocolSentences sentences = new ProtocolSentences(report);
    Map<List<String>, List<ProtocolEffect>> places = new LinkedHashMap<>();
    report
        .protocols()
        .forEach(
            one ->
                places
                    .computeIfAbsent(
                        List.of(one.model(), one.benchmark(), one.split()),
                        absent -> new ArrayList<>())
                    .add(one));
    List<String> all = new ArrayList<>();
    places.forEach(
        (place, effects) -> {
          String where =
              (places.keySet().stream().map(one -> one.get(0)).distinct().count() > 1
                      ? place.get(0) + ", "
                      : "")
                  + place.get(1)
                  + " "
                  + place.get(2)
                  + ": ";
          sentences.moves(effects).ifPresent(text -> all.add(where + text));
          sentences.controls(effects).ifPresent(text -> all.add(where + text));
        });
    return all;
  }

  /** Returns what moves the score: frames, the protocol, pruning, half as many frames. */
  private Optional<String> moves(List<ProtocolEffect> effects) {
    List<String> parts = new ArrayList<>();
    largest(of(effects, EffectKind.FRAMES), "the choice of frames", "rules").ifPresent(parts::add);
    largest(of(effects, EffectKind.PROTOCOL), "the protocol", "protocols").ifPresent(parts::add);
    parts.addAll(pruning(first(effects, EffectKind.METHOD)));
    first(effects, EffectKind.NUMBER).stream()
        .findFirst()
        .ifPresent(one -> parts.add("half as many frames" + BY + size(one)));
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", parts).replaceFirst(BY, " moves the score" + BY) + ".");
  }

  /** Returns the pair that differs most. */
  private Optional<String> largest(List<ProtocolEffect> pairs, String what, String of) {
    return pairs.stream()
        .max(Comparator.comparingDouble(ProtocolSentences::distance))
        .map(
            one ->
                what
                    + BY
                    + size(one)
                    + (pairs.size() > 1
                        ? ", the largest of " + Texts.count(pairs.size(), "pair") + " of " + of
                        : ""));
  }

  /** Returns of each budget its one method, or those that move least and most. */
  private List<String> pruning(List<ProtocolEffect> methods) {
    Map<String, List<ProtocolEffect>> budgets =
        methods.stream()
            .filter(one -> !Controls.has(one.methodA()))
            .sorted(Comparator.comparingDouble(ProtocolSentences::distance))
            .collect(
                Collectors.groupingBy(
                    one -> NominalBudget.of(one.methodA()).name(),
                    TreeMap::new,
                    Collectors.toList()));
    return budgets.entrySet().stream()
        .limit(MOST_BUDGETS)
        .map(
            budget -> {
              List<ProtocolEffect> own = budget.getValue();
              String least = words(budget.getKey()) + BY + size(own.get(0));
              return own.size() == 1 ? least : least + " to " + size(own.get(own.size() - 1));
            })
        .toList();
  }

  private static double distance(ProtocolEffect one) {
    return Math.abs(one.comparison().delta());
  }

  private static String words(String budget) {
    if (budget.equals(NominalBudget.OWN)) {
      return "pruning to each method's own number of tokens";
    }
    if (budget.startsWith("@")) {
      return "pruning to as many tokens as " + budget.substring(1);
    }
    return "pruning to "
        + (budget.matches("[0-9]+")
            ? Texts.count(Long.parseLong(budget), "token")
            : budget.replace("%", " %"));
  }

  private String size(ProtocolEffect one) {
    return points(one.comparison())
        + " ("
        + ProtocolText.difference(one, names)
        + (one.kind() == EffectKind.PROTOCOL ? tokens(one) : "")
        + (one.mayBeNone() ? "; not told apart from 0" : "")
        + (one.hasErrorsOfOne()
            ? "; errors count as wrong: " + ProtocolText.errors(one, names)
            : "")
        + ")";
  }

  private static String tokens(ProtocolEffect one) {
    return one.tokensA().isEmpty() || one.tokensB().isEmpty()
        ? ""
        : Text.format(
            ", %s against %s tokens",
            tokens(one.tokensA().getAsDouble()), tokens(one.tokensB().getAsDouble()));
  }

  private static String tokens(double mean) {
    return Text.format(mean == Math.rint(mean) ? "%,.0f" : "%,.1f", mean);
  }

  /** Returns a difference as {@code -2.5 ± 1.6}, or with its interval where that is lopsided. */
  static String points(Comparison comparison) {
    double delta = comparison.delta();
    if (comparison.interval().isEmpty()) {
      return FigureText.signed(delta) + ", without an interval";
    }
    Interval interval = comparison.interval().get();
    double above = interval.high() - delta;
    double below = delta - interval.low();
    return Math.abs(above - below) < EQUAL_HALVES
        ? Text.format("%s ± %.1f", FigureText.signed(delta), above)
        : Text.format(
            "%s, %s to %s",
            FigureText.signed(delta),
            FigureText.signed(interval.low()),
            FigureText.signed(interval.high()));
  }

  /** Returns how the methods stand against fewer frames with as many tokens. */
  private Optional<String> controls(List<ProtocolEffect> effects) {
    Map<String, Long> sides =
        of(effects, EffectKind.CONTROL).stream()
            .collect(
                Collectors.groupingBy(
                    ProtocolSentences::side, TreeMap::new, Collectors.counting()));
    long all = sides.values().stream().mapToLong(Long::longValue).sum();
    return sides.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "beside fewer whole frames with as many tokens, of %s %s.",
                Texts.count(all, "comparison"),
                sides.entrySet().stream()
                    .map(side -> side.getValue() + " " + side.getKey())
                    .collect(Collectors.joining(", "))));
  }

  private static String side(ProtocolEffect one) {
    if (!isSignificant(one)) {
      return "not told apart";
    }
    return one.comparison().delta() > 0 ? "in favour of the method" : "in favour of the frames";
  }

  private static boolean isSignificant(ProtocolEffect one) {
    return one.comparison().test().filter(test -> test.isSignificant()).isPresent();
  }

  private static List<ProtocolEffect> of(List<ProtocolEffect> effects, EffectKind kind) {
    return effects.stream().filter(one -> one.kind() == kind).toList();
  }

  /** Returns the effects of one kind under the first protocol that has some. */
  private List<ProtocolEffect> first(List<ProtocolEffect> effects, EffectKind kind) {
    List<ProtocolEffect> all = of(effects, kind);
    List<String> runs = names.all().stream().map(one -> one.runId()).distinct().toList();
    return all.stream()
        .map(ProtocolEffect::runB)
        .min(Comparator.comparingInt(runs::indexOf))
        .map(run -> all.stream().filter(one -> one.runB().equals(run)).toList())
        .orElse(List.of());
  }
}

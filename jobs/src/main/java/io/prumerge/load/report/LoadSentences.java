package io.prumerge.load.report;

import static io.prumerge.load.report.LoadNumbers.number;
import static io.prumerge.load.report.LoadNumbers.percent;
import static io.prumerge.load.report.LoadNumbers.range;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.PointRatios;
import io.prumerge.load.figure.PointTimes;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a load test says of its servers, in words.
 *
 * @param verdicts a sentence a server, the baseline's first: what it does at the heaviest load that
 *     can be relied upon, or why there is none
 * @param told a sentence a point of servers beside the baseline
 * @param untold of the other points, why there is none
 * @param errors of each point that has some, what they were
 * @param tokens of each point whose stated tokens are no number of what came, what its server does
 * @param noise how far each server's own score moves between its points
 */
public record LoadSentences(
    List<String> verdicts,
    List<String> told,
    List<String> untold,
    List<String> errors,
    List<String> tokens,
    List<String> noise) {

  public LoadSentences {
    verdicts = List.copyOf(verdicts);
    told = List.copyOf(told);
    untold = List.copyOf(untold);
    errors = List.copyOf(errors);
    tokens = List.copyOf(tokens);
    noise = List.copyOf(noise);
  }

  /**
   * Returns the sentences.
   *
   * @param baseline the server that others are compared with
   */
  public static LoadSentences of(List<LoadPointRow> rows, String baseline) {
    ComparedPoints compared = new ComparedPoints(rows, baseline);
    List<String> told = new ArrayList<>();
    List<String> untold = new ArrayList<>();
    for (LoadPointRow row : rows) {
      if (!compared.isOfBaseline(row)) {
        compared
            .doubt(row)
            .ifPresentOrElse(
                doubt ->
                    untold.add(
                        Text.format(
                            "%s %s is not compared with %s: %s.",
                            row.pattern().words(), row.subject().server(), baseline, doubt)),
                () -> told.add(sentence(row, compared.base(row).orElseThrow())));
      }
    }
    return new LoadSentences(
        LoadVerdicts.of(compared),
        told,
        untold,
        rows.stream().flatMap(LoadSentences::errors).toList(),
        rows.stream().flatMap(LoadSentences::contradicted).toList(),
        noise(rows));
  }

  private static Stream<String> contradicted(LoadPointRow row) {
    return row.tokens().contradicted().stream()
        .map(what -> Text.format("%s %s %s.", row.pattern().words(), row.subject().server(), what));
  }

  private static Stream<String> errors(LoadPointRow row) {
    return row.counts().errors() == 0
        ? Stream.empty()
        : Stream.of(
            Text.format(
                "%s %,d of %s to %s failed: %s.",
                row.pattern().words(),
                row.counts().errors(),
                Texts.count(row.counts().requests(), "request"),
                row.subject().server(),
                String.join("; ", row.counts().errorKinds())));
  }

  static String sentence(LoadPointRow row, LoadPointRow base) {
    PointRatios ratios = row.ratios().orElseThrow();
    return row.pattern().words()
        + " "
        + (row.pattern().isOfRate() ? rate(row, ratios) : time(row, base))
        + tokens(ratios)
        + "; "
        + retention(ratios)
        + ".";
  }

  private static String rate(LoadPointRow row, PointRatios ratios) {
    Interval interval = ratios.interval().orElseThrow();
    String times =
        Text.format(
            "%s times as many requests a second as %s (%s)",
            number(ratios.requestsPerSecond().orElseThrow()), ratios.baseline(), range(interval));
    return row.subject().server()
        + (interval.low() <= 1 && interval.high() >= 1
            ? " is not told apart: it answers " + times
            : " answers " + times);
  }

  private static String time(LoadPointRow row, LoadPointRow base) {
    return Text.format(
        "%s answers in %s on average from when a request is due, %s in %s",
        row.subject().server(), millis(row.times()), base.subject().server(), millis(base.times()));
  }

  private static String millis(PointTimes times) {
    return Text.format(
        "%s ms (%s)",
        number(times.plannedE2el().mean().orElseThrow()),
        range(times.plannedE2elInterval().orElseThrow()));
  }

  private static String tokens(PointRatios ratios) {
    return ratios.visualTokens().isPresent()
        ? Text.format(", with %s of the visual tokens", number(ratios.visualTokens().getAsDouble()))
        : "";
  }

  private static String retention(PointRatios ratios) {
    if (ratios.retention().isEmpty()) {
      return "retention is unknown, without scores of the same questions";
    }
    return Text.format(
        "retention %s %%%s",
        percent(ratios.retention().getAsDouble()),
        ratios
            .retentionInterval()
            .map(one -> Text.format(" (%s to %s)", percent(one.low()), percent(one.high())))
            .orElse(", without an interval"));
  }

  private static List<String> noise(List<LoadPointRow> rows) {
    Map<String, List<LoadPointRow>> servers =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.subject().server(), LinkedHashMap::new, Collectors.toList()));
    List<String> noise = new ArrayList<>();
    servers.forEach(
        (server, points) ->
            points.stream()
                .filter(row -> row.score().change().isPresent())
                .max(
                    Comparator.comparingDouble(row -> Math.abs(row.score().change().getAsDouble())))
                .ifPresent(
                    furthest ->
                        noise.add(
                            Text.format(
                                "Noise of %s: the score moves by up to %.1f points between its"
                                    + " points, and %.1f %% of the answers change (from %s to %s).",
                                server,
                                Math.abs(furthest.score().change().getAsDouble()),
                                furthest.score().changedAnswers().orElse(0),
                                points.get(0).pattern().name(),
                                furthest.pattern().name()))));
    return noise;
  }
}

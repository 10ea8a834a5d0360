package io.prumerge.load;

import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a load test says of servers beside the baseline, in words.
 *
 * @param told a sentence a point
 * @param untold of the other points, why there is none
 * @param noise how far each server's own score moves between its points
 */
public record LoadSentences(List<String> told, List<String> untold, List<String> noise) {

  public LoadSentences {
    told = List.copyOf(told);
    untold = List.copyOf(untold);
    noise = List.copyOf(noise);
  }

  /**
   * Returns the sentences.
   *
   * @param baseline the server that others are compared with
   */
  public static LoadSentences of(List<LoadPointRow> rows, String baseline) {
    List<String> told = new ArrayList<>();
    List<String> untold = new ArrayList<>();
    for (LoadPointRow row : rows) {
      if (!row.subject().server().equals(baseline)) {
        Optional<LoadPointRow> base =
            rows.stream()
                .filter(one -> one.subject().server().equals(baseline))
                .filter(one -> one.point().equals(row.point()))
                .findFirst();
        Optional<String> doubt = doubt(row, base, baseline);
        if (doubt.isPresent()) {
          untold.add(
              String.format(
                  Locale.ROOT,
                  "%s %s is not compared with %s: %s.",
                  PointWords.of(row.point()),
                  row.subject().server(),
                  baseline,
                  doubt.get()));
        } else {
          told.add(sentence(row, base.orElseThrow()));
        }
      }
    }
    return new LoadSentences(told, untold, noise(rows));
  }

  private static Optional<String> doubt(
      LoadPointRow row, Optional<LoadPointRow> base, String baseline) {
    if (base.isEmpty()) {
      return Optional.of(baseline + " has no such point");
    }
    return PointDoubts.about(row)
        .or(() -> PointDoubts.about(base.get()))
        .or(
            () ->
                hasInterval(row, base.get())
                    ? Optional.empty()
                    : Optional.of("too few answers for an interval"));
  }

  private static boolean hasInterval(LoadPointRow row, LoadPointRow base) {
    return isOfRate(row.point())
        ? row.ratios().flatMap(PointRatios::interval).isPresent()
        : row.times().plannedE2elInterval().isPresent()
            && base.times().plannedE2elInterval().isPresent();
  }

  /**
   * Returns whether a point tells how many requests a server can answer: where they arrive at a
   * rate that it can bear, it answers as many as arrive.
   */
  private static boolean isOfRate(LoadPoint point) {
    return point.arrivals() == LoadArrivals.CLOSED || Double.isInfinite(point.rate().orElseThrow());
  }

  private static String sentence(LoadPointRow row, LoadPointRow base) {
    PointRatios ratios = row.ratios().orElseThrow();
    return PointWords.of(row.point())
        + " "
        + (isOfRate(row.point()) ? rate(row, ratios) : time(row, base))
        + tokens(ratios)
        + "; "
        + retention(ratios)
        + ".";
  }

  private static String rate(LoadPointRow row, PointRatios ratios) {
    Interval interval = ratios.interval().orElseThrow();
    String times =
        String.format(
            Locale.ROOT,
            "%s times as many requests a second as %s (%s)",
            LoadNumbers.number(ratios.requestsPerSecond().orElseThrow()),
            ratios.baseline(),
            LoadNumbers.range(interval));
    return row.subject().server()
        + (interval.low() <= 1 && interval.high() >= 1
            ? " is not told apart: it answers " + times
            : " answers " + times);
  }

  private static String time(LoadPointRow row, LoadPointRow base) {
    return String.format(
        Locale.ROOT,
        "%s answers in %s on average from when a request is due, %s in %s",
        row.subject().server(),
        millis(row.times()),
        base.subject().server(),
        millis(base.times()));
  }

  private static String millis(PointTimes times) {
    return String.format(
        Locale.ROOT,
        "%s ms (%s)",
        LoadNumbers.number(times.plannedE2el().mean().orElseThrow()),
        LoadNumbers.range(times.plannedE2elInterval().orElseThrow()));
  }

  private static String tokens(PointRatios ratios) {
    return ratios.visualTokens().isPresent()
        ? String.format(
            Locale.ROOT,
            ", with %s of the visual tokens",
            LoadNumbers.number(ratios.visualTokens().getAsDouble()))
        : "";
  }

  private static String retention(PointRatios ratios) {
    if (ratios.retention().isEmpty()) {
      return "retention is unknown, without scores of the same questions";
    }
    return String.format(
        Locale.ROOT,
        "retention %s %%%s",
        LoadNumbers.percent(ratios.retention().getAsDouble()),
        ratios
            .retentionInterval()
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        " (%s to %s)",
                        LoadNumbers.percent(one.low()),
                        LoadNumbers.percent(one.high())))
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
                            String.format(
                                Locale.ROOT,
                                "Noise of %s: the score moves by up to %.1f points between its"
                                    + " points, and %.1f %% of the answers change (from %s to %s).",
                                server,
                                Math.abs(furthest.score().change().getAsDouble()),
                                furthest.score().changedAnswers().orElse(0),
                                points.get(0).point().name(),
                                furthest.point().name()))));
    return noise;
  }
}

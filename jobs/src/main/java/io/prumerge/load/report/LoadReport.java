package io.prumerge.load.report;

import static io.prumerge.load.report.LoadNumbers.ABSENT;
import static io.prumerge.load.report.LoadNumbers.number;

import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadPoints;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.PointGoodput;
import io.prumerge.load.figure.PointMarks;
import io.prumerge.load.figure.PointRatios;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a load test found, for who asked.
 *
 * @param baseline the server that others are compared with
 */
public record LoadReport(String baseline, List<LoadPointRow> points, LoadSentences sentences) {

  /** The document of {@code --json}; absent figures are null. */
  private record Document(
      List<Map<String, Object>> points,
      List<String> sentences,
      List<String> untold,
      List<String> noise,
      List<String> verdicts,
      List<String> errors,
      List<String> tokens) {}

  /** The leading columns of {@link #cells} that have names; the others have figures. */
  public static final int NAMES = 2;

  public LoadReport {
    points = List.copyOf(points);
  }

  /**
   * Returns the report of a load test.
   *
   * @param rows of one run, about one benchmark's split
   * @param baseline the server that others are compared with
   */
  public static LoadReport of(List<LoadRow> rows, Optional<GoodputLimits> limits, String baseline) {
    List<LoadPointRow> points = LoadPoints.of(rows, limits, baseline);
    return new LoadReport(baseline, points, LoadSentences.of(points, baseline));
  }

  /** Returns the points as lines of cells, the header first. What nobody knows is left out. */
  public List<List<String>> cells() {
    ComparedPoints compared = new ComparedPoints(points, baseline);
    return new TextColumns<LoadPointRow>()
        .with("server", row -> row.subject().server())
        .with("point", row -> row.pattern().name())
        .withAny("marks", ABSENT, LoadReport::marks)
        .with("requests/s", row -> number(row.rates().requestsPerSecond()))
        .withAny("95% interval", ABSENT, row -> interval(row.rates().interval()))
        .withAny(
            "times the baseline",
            ABSENT,
            row -> ratio(row, PointRatios::requestsPerSecond, compared))
        .withAny("visual tokens", ABSENT, row -> number(row.tokens().visual()))
        .withAny("score %", ABSENT, row -> number(row.score().value()))
        .withAny("retention %", ABSENT, row -> ratio(row, PointRatios::retention, compared))
        .withAny("TTFT ms", ABSENT, row -> number(row.times().ttft().mean()))
        .withAny("TPOT ms", ABSENT, row -> number(row.times().tpot().mean()))
        .withAny("E2EL ms", ABSENT, row -> number(row.times().e2el().mean()))
        .withAny("E2EL p95", ABSENT, row -> number(row.times().e2el().p95()))
        .withAny("tokens/s", ABSENT, row -> number(row.rates().tokensPerSecond()))
        .withAny(
            "goodput %",
            ABSENT,
            row -> number(row.goodput().map(PointGoodput::percent).orElse(OptionalDouble.empty())))
        .with("requests", row -> Text.format("%,d", row.counts().requests()))
        .withAny("errors", "0", row -> Text.format("%,d", row.counts().errors()))
        .withAny("unfinished", "0", row -> Text.format("%,d", row.counts().unfinished()))
        .of(points);
  }

  /** Returns the servers, the baseline first. */
  public List<String> servers() {
    return Stream.concat(
            points.stream().map(row -> row.subject().server()).filter(baseline::equals),
            points.stream().map(row -> row.subject().server()))
        .distinct()
        .toList();
  }

  private static String interval(Optional<Interval> interval) {
    return interval.map(LoadNumbers::range).orElse(ABSENT);
  }

  /** Returns a ratio to the baseline; a dash where the two are not compared. */
  private static String ratio(
      LoadPointRow row, Function<PointRatios, OptionalDouble> ratio, ComparedPoints compared) {
    return number(
        row.ratios()
            .filter(ratios -> compared.doubt(row).isEmpty())
            .map(ratio)
            .orElse(OptionalDouble.empty()));
  }

  /** Returns the words of a point's marks; a dash without any. */
  private static String marks(LoadPointRow row) {
    PointMarks marks = row.marks();
    boolean few = row.counts().areFewAnswered();
    List<String> words =
        Stream.of(
                marks.cached() ? "cached" : "",
                few && row.counts().errors() > 0 ? "errors" : "",
                few && row.counts().unfinished() > 0 ? "unfinished" : "",
                marks.saturated().orElse(false) ? "saturated" : "",
                marks.generatorLimited() ? "generator" : "")
            .filter(word -> !word.isEmpty())
            .toList();
    return words.isEmpty() ? ABSENT : String.join(", ", words);
  }

  /** Returns everything as one JSON document, points by the names of their columns. */
  public String json() {
    return Json.write(
        new Document(
            LoadPointRow.TABLE.values(points),
            sentences.told(),
            sentences.untold(),
            sentences.noise(),
            sentences.verdicts(),
            sentences.errors(),
            sentences.tokens()));
  }
}

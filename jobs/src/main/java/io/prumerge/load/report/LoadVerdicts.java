package io.prumerge.load.report;

import static io.prumerge.load.report.LoadNumbers.number;
import static io.prumerge.load.report.LoadNumbers.range;

import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPointRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One sentence a server, for who reads no more. */
final class LoadVerdicts {

  /** Loads that tell how many requests a server can answer come last, then heavier ones. */
  private static final Comparator<LoadPointRow> HEAVIER =
      Comparator.<LoadPointRow, Boolean>comparing(row -> row.pattern().isOfRate())
          .thenComparingDouble(row -> row.pattern().rate().orElse(0))
          .thenComparingInt(row -> row.pattern().concurrency().orElse(0));

  private LoadVerdicts() {}

  /** Returns the sentences, the baseline's first. */
  static List<String> of(ComparedPoints compared) {
    Map<String, List<LoadPointRow>> servers =
        compared.points().stream()
            .sorted(Comparator.comparing(row -> !compared.isOfBaseline(row)))
            .collect(
                Collectors.groupingBy(
                    row -> row.subject().server(), LinkedHashMap::new, Collectors.toList()));
    List<String> verdicts = new ArrayList<>();
    servers.forEach((server, points) -> verdicts.add(of(server, points, compared)));
    return verdicts;
  }

  private static String of(String server, List<LoadPointRow> points, ComparedPoints compared) {
    boolean base = server.equals(compared.baseline());
    Optional<LoadPointRow> heaviest =
        points.stream()
            .filter(row -> base ? isRelied(row) : compared.doubt(row).isEmpty())
            .max(HEAVIER);
    if (heaviest.isPresent()) {
      return base
          ? alone(heaviest.get())
          : LoadSentences.sentence(heaviest.get(), compared.base(heaviest.get()).orElseThrow());
    }
    LoadPointRow last = points.stream().max(HEAVIER).orElseThrow();
    return Text.format(
        base
            ? "No point of %2$s can be relied upon: %3$s %5$s."
            : "%2$s is not compared with %1$s at any of its points: %3$s %4$s.",
        compared.baseline(),
        server,
        lower(last.pattern().words()),
        base ? "" : compared.doubt(last).orElseThrow(),
        PointDoubts.about(last).orElse("no answer ended in the measured window"));
  }

  private static boolean isRelied(LoadPointRow row) {
    return PointDoubts.about(row).isEmpty() && row.rates().requestsPerSecond().isPresent();
  }

  private static String alone(LoadPointRow row) {
    String answers =
        Text.format(
            "%s %s answers %s requests a second%s",
            row.pattern().words(),
            row.subject().server(),
            number(row.rates().requestsPerSecond()),
            row.rates().interval().map(one -> " (" + range(one) + ")").orElse(""));
    return answers
        + row.times().plannedE2el().mean().stream()
            .mapToObj(mean -> ", each in " + number(mean) + " ms on average")
            .collect(Collectors.joining())
        + row.score().value().stream()
            .mapToObj(score -> "; score " + number(score) + " %")
            .collect(Collectors.joining())
        + ".";
  }

  private static String lower(String words) {
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }
}

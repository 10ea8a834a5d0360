package io.prumerge.load;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.PointCounts;
import io.prumerge.load.report.LoadReport;
import io.prumerge.load.report.LoadSentences;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A finished load test.
 *
 * @param folder its tables and page
 */
public record LoadResult(Path folder, LoadReport report) {

  /** Returns the place of the table of requests. */
  public Path requests() {
    return LoadTables.requests(folder);
  }

  /** Returns the page's place. */
  public Path page() {
    return LoadTables.page(folder);
  }

  /**
   * Checks that each server has answered a measured request.
   *
   * @throws Failure naming those that have answered none, and their errors
   */
  public void requireAnswers() {
    List<String> silent =
        report.servers().stream().flatMap(server -> unanswered(server).stream()).toList();
    if (!silent.isEmpty()) {
      throw new Failure(String.join("; ", silent));
    }
  }

  private Optional<String> unanswered(String server) {
    List<PointCounts> counts =
        report.points().stream()
            .filter(row -> row.subject().server().equals(server))
            .map(LoadPointRow::counts)
            .toList();
    return counts.stream().anyMatch(one -> one.answered() > 0)
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "%s answered none of %s%s",
                server,
                Texts.count(
                    counts.stream().mapToInt(PointCounts::measured).sum(), "measured request"),
                counts.stream()
                    .flatMap(one -> one.errorKinds().stream())
                    .findFirst()
                    .map(error -> ": " + error)
                    .orElse("")));
  }

  /**
   * Prints a table of the points, what can be said of the servers, and where more is.
   *
   * @param json one document in place of these
   */
  public void tell(Console console, boolean json) {
    if (json) {
      console.out().println(report.json());
      return;
    }
    console.table(report.cells(), LoadReport.NAMES);
    LoadSentences sentences = report.sentences();
    if (!sentences.told().isEmpty()) {
      console.out().println();
      sentences.told().forEach(console.out()::println);
    }
    sentences.untold().forEach(console.out()::println);
    sentences.errors().forEach(console.out()::println);
    sentences.tokens().forEach(console.out()::println);
    sentences.noise().forEach(console.out()::println);
    console.out().println("Parquet: " + folder);
    console.out().println("Report: " + page());
  }
}

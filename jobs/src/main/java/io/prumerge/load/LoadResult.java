package io.prumerge.load;

import io.prumerge.console.Console;
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
    sentences.noise().forEach(console.out()::println);
    console.out().println("Parquet: " + folder);
    console.out().println("Report: " + page());
  }
}

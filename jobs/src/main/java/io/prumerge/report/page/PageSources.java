package io.prumerge.report.page;

import io.prumerge.report.Report;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A page's contents, and the places of the rest.
 *
 * @param folder where the report's tables are, and the page will be
 * @param report what the page shows
 * @param runs what it is about
 * @param progress how far unfinished runs are, in words; empty if all are finished
 * @param predictions rows of the runs' predictions, read from files
 * @param scores rows of their scores, likewise
 * @param also other pages about the same
 * @param latex a new folder for the tables as LaTeX, if they are wanted
 */
public record PageSources(
    String folder,
    Report report,
    List<RunRow> runs,
    Optional<String> progress,
    Dataset<Row> predictions,
    Dataset<Row> scores,
    PictureSources examples,
    ModelShapes models,
    List<PageLink> also,
    Optional<Path> latex) {

  public PageSources {
    runs = List.copyOf(runs);
    also = List.copyOf(also);
  }

  /** Returns the rows of all tables of the report. */
  public List<TableRows<?>> tables() {
    List<TableRows<?>> tables = new ArrayList<>(report.tables());
    tables.add(new TableRows<>(Table.RUNS, runs));
    return tables;
  }

  /** Returns these sources with a folder for the tables as LaTeX. */
  public PageSources withLatex(Path newFolder) {
    return new PageSources(
        folder,
        report,
        runs,
        progress,
        predictions,
        scores,
        examples,
        models,
        also,
        Optional.of(newFolder));
  }
}

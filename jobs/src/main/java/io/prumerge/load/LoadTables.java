package io.prumerge.load;

import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadSeries;
import io.prumerge.load.report.LoadPage;
import io.prumerge.load.report.LoadReport;
import io.prumerge.load.report.VllmResult;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The tables and the page in a load test's folder. */
final class LoadTables {

  /** As in a run's folder. */
  private static final String REPORT = "report";

  private static final String VLLM = "vllm";

  private LoadTables() {}

  /**
   * Writes what a test found.
   *
   * @param rows with scores
   * @param vllm whether each series is also written as vLLM's {@code bench serve} does
   * @param folder a new one
   */
  static LoadReport write(
      SparkSession spark, LoadManifest manifest, List<LoadRow> rows, boolean vllm, Path folder)
      throws IOException {
    LoadReport report = report(manifest, rows);
    LoadRow.TABLE.write(spark, rows, requests(folder).toString());
    LoadPointRow.TABLE.write(
        spark,
        report.points(),
        new Path(new Path(folder, REPORT), LoadPointRow.TABLE.folder()).toString());
    FileSystem fs = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    WholeFile.wroteFirst(fs, page(folder), LoadPage.html(report));
    if (vllm) {
      export(fs, manifest, rows, folder);
    }
    return report;
  }

  /**
   * Writes each series as vLLM's {@code bench serve} does, but those that are there already.
   *
   * @param folder the test's
   */
  static void export(FileSystem fs, LoadManifest manifest, List<LoadRow> rows, Path folder)
      throws IOException {
    LocalDateTime date =
        LocalDateTime.ofInstant(Instant.parse(manifest.startedAt()), ZoneOffset.UTC);
    Map<LoadSeries, List<LoadRow>> series =
        rows.stream()
            .collect(
                Collectors.groupingBy(LoadRow::series, LinkedHashMap::new, Collectors.toList()));
    for (List<LoadRow> one : series.values()) {
      VllmResult result = new VllmResult(one, date);
      WholeFile.wroteFirst(
          fs, new Path(new Path(folder, VLLM), result.fileName()), result.json(manifest.limits()));
    }
  }

  /** Returns what rows of a test say. */
  static LoadReport report(LoadManifest manifest, List<LoadRow> rows) {
    return LoadReport.of(rows, manifest.limits(), manifest.asked().servers().get(0).name());
  }

  /** Reads the requests of finished tests, or parts of one. */
  static List<LoadRow> rows(SparkSession spark, List<Path> folders) {
    return LoadRow.TABLE.records(
        LoadRow.TABLE.read(
            spark, folders.stream().map(folder -> requests(folder).toString()).toList()));
  }

  /** Returns the place of the table of requests in a test's folder. */
  static Path requests(Path folder) {
    return new Path(folder, LoadRow.TABLE.folder());
  }

  /** Returns the page's place in a test's folder. */
  static Path page(Path folder) {
    return new Path(new Path(folder, REPORT), LoadPage.FILE);
  }
}

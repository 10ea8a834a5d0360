package io.prumerge.launch;

import io.prumerge.report.Report;
import io.prumerge.report.ReportDocument;
import io.prumerge.report.page.ReportPages;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A report and the folder with its tables and pages. */
public record WrittenReport(Report report, Path folder) {

  /** Returns the path of the HTML page. */
  public String page() {
    return new Path(folder, ReportPages.HTML).toString();
  }

  /** Returns the summary as one JSON document. */
  public String json() {
    return Json.write(ReportDocument.of(report, folder.toString()));
  }

  /** Reads one of the report's tables. */
  public Dataset<Row> read(SparkSession spark, Table<?> table) {
    return table.read(spark, List.of(new Path(folder, table.folder()).toString()));
  }
}

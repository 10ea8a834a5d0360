package io.prumerge.report.page;

import io.prumerge.lang.Optionals;
import io.prumerge.report.BesidePublished;
import io.prumerge.store.CsvFiles;
import io.prumerge.template.Templates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The paper's table as Markdown, LaTeX and CSV, beside a report's pages. */
final class PaperFiles {

  static final String MARKDOWN = "table.md";

  /** A {@code tabular}, for a paper that uses the package booktabs; begins with comments. */
  static final String LATEX = "table.tex";

  /** The intervals of {@link #LATEX}, likewise; absent if there are none. */
  static final String LATEX_INTERVALS = "table-intervals.tex";

  /** All digits; a column for each figure, its interval, spread and test. */
  static final String CSV = "table.csv";

  private PaperFiles() {}

  /**
   * Writes the files.
   *
   * @param folder the report's
   * @param published figures beside those of the table
   */
  static void write(
      FileSystem files, Path folder, PaperTable table, List<BesidePublished> published)
      throws IOException {
    ReportPages.write(files, new Path(folder, MARKDOWN), markdown(table));
    PaperLatex latex = new PaperLatex(table, published);
    ReportPages.write(files, new Path(folder, LATEX), latex.scores());
    Optional<String> intervals = latex.intervals();
    if (intervals.isPresent()) {
      ReportPages.write(files, new Path(folder, LATEX_INTERVALS), intervals.get());
    }
    List<String> header = new ArrayList<>(List.of("run", "budget", "method", "tokens"));
    for (HeadlineColumn one : table.columns()) {
      header.addAll(names(String.join("_", one.benchmark(), one.split(), one.metric())));
    }
    header.addAll(names("retention"));
    header.add("retention_below_best");
    CsvFiles.write(
        files,
        new Path(folder, CSV),
        header,
        table.rows().stream().<List<?>>map(PaperFiles::values).toList());
  }

  static String markdown(PaperTable table) {
    return Templates.markdown(PaperFiles.class, "paper", table, Map.of());
  }

  private static List<String> names(String figure) {
    return List.of(
        figure, figure + "_ci_low", figure + "_ci_high", figure + "_sd", figure + "_differs");
  }

  private static List<Object> values(PaperRow row) {
    List<Object> values = new ArrayList<>();
    values.add(row.run().isEmpty() ? null : row.run());
    values.add(row.budget());
    values.add(row.method());
    values.add(Optionals.orNull(row.tokens()));
    row.figures().forEach(one -> values.addAll(values(one)));
    values.addAll(values(row.retention()));
    values.add(row.belowBest().orElse(null));
    return values;
  }

  private static List<Object> values(PaperFigure figure) {
    List<Object> values = new ArrayList<>();
    values.add(Optionals.orNull(figure.value()));
    values.add(Optionals.orNull(figure.low()));
    values.add(Optionals.orNull(figure.high()));
    values.add(Optionals.orNull(figure.spread()));
    values.add(figure.differs().orElse(null));
    return values;
  }
}

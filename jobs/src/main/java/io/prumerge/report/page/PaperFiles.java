package io.prumerge.report.page;

import io.prumerge.store.CsvFiles;
import io.prumerge.template.Templates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The paper's table as Markdown, LaTeX and CSV, beside a report's pages. */
final class PaperFiles {

  static final String MARKDOWN = "table.md";

  /** A {@code tabular}, for a paper that uses the package booktabs; begins with comments. */
  static final String LATEX = "table.tex";

  /** All digits; a column for each figure, its interval, spread and test. */
  static final String CSV = "table.csv";

  private PaperFiles() {}

  /**
   * Writes the files.
   *
   * @param folder the report's
   */
  static void write(FileSystem files, Path folder, PaperTable table) throws IOException {
    ReportPages.write(files, new Path(folder, MARKDOWN), markdown(table));
    ReportPages.write(files, new Path(folder, LATEX), latex(table));
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

  static String latex(PaperTable table) {
    return comment(table.title()) + comment(table.legend()) + LatexFiles.tabular(table.view());
  }

  // Escaped, a text has no end of line that would end its comment.
  private static String comment(String text) {
    return "% " + LatexFiles.LatexText.escaped(text) + "\n";
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
    values.add(Values.boxed(row.tokens()));
    row.figures().forEach(one -> values.addAll(values(one)));
    values.addAll(values(row.retention()));
    values.add(row.belowBest().orElse(null));
    return values;
  }

  private static List<Object> values(PaperFigure figure) {
    List<Object> values = new ArrayList<>();
    values.add(Values.boxed(figure.value()));
    values.add(Values.boxed(figure.low()));
    values.add(Values.boxed(figure.high()));
    values.add(Values.boxed(figure.spread()));
    values.add(figure.differs().orElse(null));
    return values;
  }
}

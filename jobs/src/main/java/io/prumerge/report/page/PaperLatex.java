package io.prumerge.report.page;

import static io.prumerge.report.page.LatexText.stacked;

import io.prumerge.lang.Text;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.FigureText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The paper's table as LaTeX: a block with a heading for each run and budget, and below a method
 * the figures that are published of it. The intervals are a table of their own, of the same lines,
 * so that six benchmarks fit a column of the class {@code article} in {@code \footnotesize}.
 */
final class PaperLatex {

  /** Marks published figures that were asked or scored otherwise, or of which it is unknown. */
  private static final String OTHERWISE = "‡";

  /** Behind figures: {@code *} and † of {@link PaperTable}. */
  private static final String MARKS = "*†";

  /** Longer names go on in the next line. */
  private static final int LONGEST = 16;

  /** Longer headings of columns likewise. */
  private static final int LONGEST_WORD = 6;

  private static final String APART = "@{\\hspace{4pt}}";

  private final PaperTable table;
  private final List<BesidePublished> published;
  private final List<String> sources;

  /**
   * A column of numbers.
   *
   * @param printed what the figures of one source have here
   */
  private record Column(
      String title,
      Function<PaperRow, TableCell> cell,
      Function<List<BesidePublished>, Optional<String>> printed) {}

  /**
   * @param published figures beside those of the report
   */
  PaperLatex(PaperTable table, List<BesidePublished> published) {
    this.table = table;
    this.published = List.copyOf(published);
    sources = published.stream().map(PaperLatex::source).distinct().toList();
  }

  /** Returns the scores and published figures, with comments on their marks and sources first. */
  String scores() {
    StringBuilder text = new StringBuilder(comment(table.title()));
    text.append(comment(table.legend()));
    if (lines().anyMatch(row -> !printed(row).isEmpty())) {
      text.append(
          comment(
              OTHERWISE
                  + ": asked or scored otherwise there, or it is unknown; the table"
                  + " report/published says how. Published figures are not tested."));
      for (int i = 0; i < sources.size(); i++) {
        text.append(comment(Text.format("[%d] %s", i + 1, sources.get(i))));
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(
        new Column(
            "tokens", row -> TableCell.number(row.tokens(), 1), rows -> tokens(rows.get(0))));
    for (int i = 0; i < table.columns().size(); i++) {
      int place = i;
      HeadlineColumn column = table.columns().get(i);
      columns.add(
          new Column(
              column.title(),
              row -> row.figures().get(place).cell(""),
              rows -> rows.stream().filter(isOf(column)).findFirst().map(PaperLatex::score)));
    }
    columns.add(new Column(PaperTable.RETENTION, PaperTable::retention, rows -> Optional.empty()));
    return text + tabular(columns, cell -> marked(cell.text()), true);
  }

  /** Returns the intervals, and the spreads over seeds; empty if there are none. */
  Optional<String> intervals() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      int place = i;
      columns.add(
          new Column(
              table.columns().get(i).title(),
              row -> notes(row.figures().get(place).cell("")),
              rows -> Optional.empty()));
    }
    columns.add(
        new Column(
            PaperTable.RETENTION,
            row -> notes(row.retention().cell("")),
            rows -> Optional.empty()));
    return lines()
            .allMatch(row -> columns.stream().allMatch(one -> one.cell().apply(row).isAbsent()))
        ? Optional.empty()
        : Optional.of(
            comment("95 % intervals of " + PaperFiles.LATEX + "; ±: standard deviation over seeds")
                + tabular(columns, PaperLatex::lines, false));
  }

  private static TableCell notes(TableCell figure) {
    return TableCell.text(figure.note().isEmpty() ? Values.ABSENT : figure.note());
  }

  private Stream<PaperRow> lines() {
    return table.rows().stream();
  }

  private String tabular(
      List<Column> all, Function<TableCell, String> spelt, boolean withPublished) {
    List<Column> columns =
        all.stream()
            .filter(column -> lines().anyMatch(row -> !column.cell().apply(row).isAbsent()))
            .toList();
    StringBuilder text = new StringBuilder("\\begin{tabular}{@{}l");
    columns.forEach(column -> text.append(APART).append('r'));
    text.append("@{}}\n\\toprule\n");
    text.append(
        LatexFiles.line(
            Stream.concat(
                    Stream.of("method"), columns.stream().map(column -> title(column.title())))
                .toList()));
    String run = "";
    String budget = null;
    for (PaperRow row : table.rows()) {
      if (!row.budget().equals(budget) || !row.run().equals(run)) {
        text.append("\\midrule\n");
        if (!row.run().equals(run)) {
          text.append(heading("textbf", row.run(), columns));
        }
        if (!row.heading().isEmpty()) {
          text.append(heading("textit", row.heading(), columns));
        }
      }
      run = row.run();
      budget = row.budget();
      text.append(
          LatexFiles.line(
              Stream.concat(
                      Stream.of(name(row.method())),
                      columns.stream().map(column -> spelt.apply(column.cell().apply(row))))
                  .toList()));
      if (withPublished) {
        printed(row).forEach(some -> text.append(line(some, columns)));
      }
    }
    return text.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String heading(String command, String words, List<Column> columns) {
    return Text.format(
        "\\multicolumn{%d}{@{}l@{}}{\\%s{%s}} \\\\\n",
        columns.size() + 1, command, LatexText.escaped(words));
  }

  /** Returns the published figures of a line that columns have, those of one source together. */
  private List<List<BesidePublished>> printed(PaperRow row) {
    Map<Object, List<BesidePublished>> lines = new LinkedHashMap<>();
    for (BesidePublished one : published) {
      Optional<HeadlineColumn> column =
          table.columns().stream().filter(some -> isOf(some).test(one)).findFirst();
      if (column.isPresent() && row.methods().contains(MethodRun.of(one.method()))) {
        List<Object> source =
            List.of(
                source(one),
                one.published().method(),
                one.published().model(),
                one.published().tokens(),
                one.published().prompts(),
                one.published().profile());
        List<BesidePublished> line = lines.computeIfAbsent(source, any -> new ArrayList<>());
        if (line.stream().anyMatch(isOf(column.get()))) { // a figure that the file has twice
          lines.put(one, List.of(one));
        } else {
          line.add(one);
        }
      }
    }
    return List.copyOf(lines.values());
  }

  private String line(List<BesidePublished> figures, List<Column> columns) {
    String name =
        Text.format(
            "\\quad published %s%s",
            LatexText.escaped("[" + (sources.indexOf(source(figures.get(0))) + 1) + "]"),
            figures.stream().allMatch(BesidePublished::isLike) ? "" : superscript(OTHERWISE));
    return LatexFiles.line(
        Stream.concat(
                Stream.of(name),
                columns.stream()
                    .map(column -> LatexText.escaped(column.printed().apply(figures).orElse(""))))
            .toList());
  }

  private static String source(BesidePublished one) {
    return one.published().source().orElse(one.published().place());
  }

  private static Predicate<BesidePublished> isOf(HeadlineColumn column) {
    return one -> column.isOf(one.key(), one.metric());
  }

  private static String score(BesidePublished one) {
    return FigureText.printed(one.published().score());
  }

  private static Optional<String> tokens(BesidePublished one) {
    OptionalDouble tokens = one.published().tokens();
    return tokens.isPresent()
        ? Optional.of(FigureText.printed(tokens.getAsDouble()))
        : Optional.empty();
  }

  private static String name(String method) {
    List<String> lines = LatexText.lines(method, ":,", "=", LONGEST);
    return stacked(
        IntStream.range(0, lines.size())
            .mapToObj(i -> (i == 0 ? "" : "\\quad ") + LatexText.escaped(lines.get(i)))
            .toList(),
        't',
        'l');
  }

  private static String title(String words) {
    return stacked(
        LatexText.lines(words, " ", "-_", LONGEST_WORD).stream().map(LatexText::escaped).toList(),
        'b',
        'r');
  }

  private static String lines(TableCell cell) {
    return stacked(cell.text().lines().map(LatexText::escaped).toList(), 't', 'r');
  }

  private static String marked(String figure) {
    int end = figure.length();
    while (end > 0 && MARKS.indexOf(figure.charAt(end - 1)) >= 0) {
      end--;
    }
    return LatexText.escaped(figure.substring(0, end))
        + (end < figure.length() ? superscript(figure.substring(end)) : "");
  }

  private static String superscript(String marks) {
    return "\\textsuperscript{" + LatexText.escaped(marks) + "}";
  }

  // Escaped, a text has no end of line that would end its comment.
  private static String comment(String text) {
    return "% " + LatexText.escaped(text) + "\n";
  }
}

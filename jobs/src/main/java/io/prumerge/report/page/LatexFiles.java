package io.prumerge.report.page;

import static io.prumerge.report.page.LatexText.stacked;
import static io.prumerge.store.FileNames.putNew;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Every table of a page as LaTeX: a file with a {@code tabular} for each, which needs the package
 * booktabs, and {@code report.tex}, which shows all of them, each on a page of its own.
 */
final class LatexFiles {

  /** The document of all tables. */
  static final String ALL = "report.tex";

  private static final String EXTENSION = ".tex";

  /** Longer texts of cells go on in the next line. */
  private static final int LONGEST = 40;

  private static final int LONGEST_TITLE = 12;

  /** Begins the document; {@code \fitted} scales a table down to the page. */
  private static final String PREAMBLE =
      """
      \\documentclass{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\usepackage[a4paper,landscape,margin=15mm]{geometry}
      \\usepackage{booktabs}
      \\usepackage{graphicx}
      \\newsavebox{\\fitbox}
      \\newcommand{\\fitted}[1]{%
        \\sbox{\\fitbox}{\\input{#1}}%
        \\ifdim\\wd\\fitbox>\\linewidth
          \\sbox{\\fitbox}{\\resizebox{\\linewidth}{!}{\\usebox{\\fitbox}}}%
        \\fi
        \\ifdim\\dimexpr\\ht\\fitbox+\\dp\\fitbox\\relax>0.85\\textheight
          \\sbox{\\fitbox}{\\resizebox*{!}{0.85\\textheight}{\\usebox{\\fitbox}}}%
        \\fi
        \\usebox{\\fitbox}}
      \\begin{document}
      """;

  private LatexFiles() {}

  /**
   * Writes the files.
   *
   * @param folder a new one
   */
  static void write(FileSystem files, Path folder, Page page) throws IOException {
    Map<String, TableView> tables = tables(page);
    StringBuilder all = new StringBuilder(PREAMBLE);
    for (Map.Entry<String, TableView> one : tables.entrySet()) {
      String file = one.getKey() + EXTENSION;
      ReportPages.write(files, new Path(folder, file), tabular(one.getValue()));
      all.append(
          Text.format(
              "\\begin{center}\n%s\\par\\medskip\n\\fitted{%s}\n\\end{center}\n\\clearpage\n",
              LatexText.escaped(one.getValue().caption()), file));
    }
    ReportPages.write(files, new Path(folder, ALL), all.append("\\end{document}\n").toString());
  }

  /** Returns the tables that have a line, by the names of their files. */
  private static Map<String, TableView> tables(Page page) {
    Map<String, TableView> tables = new LinkedHashMap<>();
    putNew(tables, "figures", page.figures().headlines());
    putNew(tables, "protocols", page.protocols().table());
    putNew(tables, "published", page.beside().table());
    number(tables, "leaderboard", page.boards().tables());
    number(tables, "agreement", page.boards().matrices());
    putNew(tables, "oracle", page.boards().oracle());
    number(tables, "published-budget", page.boards().printed());
    putNew(tables, "asked", page.contrasts().asked());
    number(tables, "run-differences", page.contrasts().runs());
    putNew(tables, "contrasts", page.contrasts().table());
    putNew(tables, "changed-verdicts", page.figures().changed());
    putNew(tables, "undecided", page.figures().undecided());
    putNew(tables, "noise", page.figures().noise());
    putNew(tables, "limits", page.figures().limits());
    putNew(tables, "published-figures", page.figures().published().table());
    putNew(tables, "tokens", page.work().tokens());
    number(tables, "categories", page.work().categories());
    putNew(tables, "requests", page.work().requests());
    putNew(tables, "stages", page.work().stages());
    putNew(tables, "times", page.work().times());
    putNew(tables, "hardware", page.work().hardware());
    putNew(tables, "errors", page.ran().errors());
    putNew(tables, "runs", page.ran().settings());
    tables.values().removeIf(table -> !table.isFilled());
    return tables;
  }

  private static void number(Map<String, TableView> tables, String name, List<TableView> several) {
    for (int i = 0; i < several.size(); i++) {
      putNew(tables, Text.format("%s-%d", name, i + 1), several.get(i));
    }
  }

  /**
   * Returns a table with booktabs' rules. Notes stand below a cell's text in smaller type, and long
   * texts go on below, so that a table is no wider than it must.
   */
  static String tabular(TableView table) {
    StringBuilder text = new StringBuilder("\\begin{tabular}{");
    table.columns().forEach(column -> text.append(side(column)));
    text.append("}\n\\toprule\n");
    text.append(
        line(
            table.columns().stream()
                .map(column -> stacked(lines(column.title(), LONGEST_TITLE), 'b', side(column)))
                .toList()));
    text.append("\\midrule\n");
    for (TableLine one : table.lines()) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < one.cells().size(); i++) {
        cells.add(cell(one.cells().get(i), side(table.columns().get(i))));
      }
      text.append(line(cells));
    }
    return text.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static char side(TableColumn column) {
    return column.isNumber() ? 'r' : 'l';
  }

  static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  private static String cell(TableCell cell, char side) {
    List<String> lines = new ArrayList<>(lines(cell.text(), LONGEST));
    cell.note()
        .lines()
        .flatMap(note -> lines(note, LONGEST).stream())
        .forEach(note -> lines.add("{\\scriptsize{}" + note + "}"));
    return stacked(lines, 't', side);
  }

  private static List<String> lines(String text, int longest) {
    return LatexText.lines(text, " ", "-_/,:=", longest).stream().map(LatexText::escaped).toList();
  }
}

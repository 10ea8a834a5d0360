package io.prumerge.report.page;

import static io.prumerge.store.FileNames.putNew;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
          String.format(
              Locale.ROOT,
              "\\begin{center}\n%s\\par\\medskip\n\\fitted{%s}\n\\end{center}\n\\clearpage\n",
              LatexText.escaped(one.getValue().caption()),
              file));
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
      putNew(tables, String.format(Locale.ROOT, "%s-%d", name, i + 1), several.get(i));
    }
  }

  /** Returns a table with booktabs' rules; its notes follow in smaller type. */
  static String tabular(TableView table) {
    StringBuilder text = new StringBuilder("\\begin{tabular}{");
    table.columns().forEach(column -> text.append(column.isNumber() ? 'r' : 'l'));
    text.append("}\n\\toprule\n");
    text.append(
        line(table.columns().stream().map(column -> LatexText.escaped(column.title())).toList()));
    text.append("\\midrule\n");
    table
        .lines()
        .forEach(one -> text.append(line(one.cells().stream().map(LatexFiles::cell).toList())));
    return text.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  private static String cell(TableCell cell) {
    String text = LatexText.escaped(cell.text());
    return cell.note().isEmpty()
        ? text
        : text + "{\\scriptsize{}" + LatexText.escaped(cell.inlineNote()) + "}";
  }

  /**
   * Escapes foreign text for LaTeX. The result prints the text as it is in any encoding of fonts,
   * and holds no command, no ligature and no optional argument of a line's end that the text would
   * make. Characters that a plain pdfLaTeX cannot print become their code, as {@code U+4E2D}.
   */
  static final class LatexText {

    private static final Map<Integer, String> REPLACED =
        Map.ofEntries(
            Map.entry((int) '\\', "\\textbackslash{}"),
            Map.entry((int) '{', "\\{"),
            Map.entry((int) '}', "\\}"),
            Map.entry((int) '$', "\\$"),
            Map.entry((int) '&', "\\&"),
            Map.entry((int) '#', "\\#"),
            Map.entry((int) '%', "\\%"),
            Map.entry((int) '_', "\\_"),
            Map.entry((int) '^', "\\textasciicircum{}"),
            Map.entry((int) '~', "\\textasciitilde{}"),
            Map.entry((int) '<', "\\textless{}"),
            Map.entry((int) '>', "\\textgreater{}"),
            Map.entry((int) '|', "\\textbar{}"),
            Map.entry((int) '"', "\\textquotedblright{}"),
            Map.entry((int) '`', "\\textasciigrave{}"),
            // A line's end takes these as its arguments if the next line begins with them.
            Map.entry((int) '[', "{[}"),
            Map.entry((int) ']', "{]}"),
            Map.entry((int) '*', "{*}"),
            Map.entry((int) '\n', " "),
            Map.entry((int) '\r', " "),
            Map.entry((int) '\t', " "),
            Map.entry(0xA0, "~"),
            Map.entry(0xB0, "$^\\circ$"),
            Map.entry(0xB1, "$\\pm$"),
            Map.entry(0xB5, "$\\mu$"),
            Map.entry(0xB7, "$\\cdot$"),
            Map.entry(0xD7, "$\\times$"),
            Map.entry(0x2013, "--"),
            Map.entry(0x2014, "---"),
            Map.entry(0x2020, "\\dag{}"),
            Map.entry(0x2026, "\\ldots{}"),
            Map.entry(0x2212, "$-$"),
            Map.entry(0x2264, "$\\le$"),
            Map.entry(0x2265, "$\\ge$"),
            Map.entry(0x25CF, "$\\bullet$"));

    /** Two of these become one sign. */
    private static final String LIGATURES = "-,'";

    private LatexText() {}

    static String escaped(String text) {
      StringBuilder escaped = new StringBuilder();
      int before = 0;
      for (int point : text.codePoints().toArray()) {
        if (point == before && LIGATURES.indexOf(point) >= 0) {
          escaped.append("{}");
        }
        escaped.append(escaped(point));
        before = point;
      }
      return escaped.toString();
    }

    private static String escaped(int point) {
      String replaced = REPLACED.get(point);
      if (replaced != null) {
        return replaced;
      }
      boolean ascii = point >= ' ' && point < 0x7F;
      boolean western = point >= 0xC0 && point <= 0xFF && Character.isLetter(point);
      return ascii || western
          ? Character.toString(point)
          : String.format(Locale.ROOT, "\\texttt{U+%04X}", point);
    }
  }
}

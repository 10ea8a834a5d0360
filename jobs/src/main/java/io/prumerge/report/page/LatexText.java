package io.prumerge.report.page;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Escapes foreign text for LaTeX. The result prints the text as it is in any encoding of fonts, and
 * holds no command, no ligature and no optional argument of a line's end that the text would make.
 * Characters that a plain pdfLaTeX cannot print become their code, as {@code U+4E2D}.
 */
final class LatexText {

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
          Map.entry(0x2021, "\\ddag{}"),
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
    return ascii || western ? Character.toString(point) : Text.format("\\texttt{U+%04X}", point);
  }

  /**
   * Returns lines as one cell of a table.
   *
   * @param lines in LaTeX
   * @param position {@code t} or {@code b}: the line that stands on the row's
   * @param side {@code l} or {@code r}
   */
  static String stacked(List<String> lines, char position, char side) {
    return lines.size() == 1
        ? lines.get(0)
        : lines.stream()
            .collect(
                Collectors.joining(
                    "\\\\",
                    Text.format("\\begin{tabular}[%c]{@{}%c@{}}", position, side),
                    "\\end{tabular}"));
  }

  /**
   * Divides a text into lines, none longer than it must.
   *
   * @param marks behind which it may be divided, for a class of characters
   * @param more likewise, in a part that is longer than a line
   */
  static List<String> lines(String text, String marks, String more, int longest) {
    List<String> lines = new ArrayList<>();
    for (String part : text.split(behind(marks))) {
      for (String piece :
          part.length() <= longest ? new String[] {part} : part.split(behind(more))) {
        int last = lines.size() - 1;
        if (last >= 0 && (lines.get(last) + piece).strip().length() <= longest) {
          lines.set(last, lines.get(last) + piece);
        } else {
          lines.add(piece);
        }
      }
    }
    return lines.stream().map(String::strip).toList();
  }

  private static String behind(String marks) {
    return "(?<=[" + marks + "])";
  }
}

package io.prumerge.report;

import java.util.ArrayList;
import java.util.List;

/** Cells as aligned text. */
public final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * One line of text per line of cells, as wide as it must be.
   *
   * @param cells lines of equal length
   * @param names so many first columns are names, to the left; figures are to the right
   */
  public static List<String> aligned(List<List<String>> cells, int names) {
    int columns = cells.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> line : cells) {
      List<String> padded = new ArrayList<>();
      for (int i = 0; i < columns; i++) {
        String fill = " ".repeat(widths[i] - line.get(i).length());
        padded.add(i < names ? line.get(i) + fill : fill + line.get(i));
      }
      lines.add(String.join(GAP, padded).stripTrailing());
    }
    return lines;
  }

  /**
   * A note below a table, broken at blanks.
   *
   * @param width characters per line; a longer word has its own
   * @param indent before the first line, and twice before the others
   */
  public static List<String> wrapped(String text, int width, String indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    boolean empty = true;
    for (String word : text.split(" ")) {
      if (!empty && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent + indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
    return lines;
  }
}

package io.prumerge.console;

import java.util.ArrayList;
import java.util.List;

/** Formats cells as aligned text. */
public final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * Returns one line of text per line of cells, each column as wide as its longest cell.
   *
   * @param cells lines of equal length
   * @param names number of leading columns with names, aligned left; the others are figures,
   *     aligned right
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
   * Splits a table into blocks no wider than {@code width}, each with the leading columns and some
   * of the others. Returns one block if everything fits. A block may be wider if it has only one
   * figure column.
   *
   * @param cells lines of equal length
   * @param names number of leading columns with names
   * @param repeated number of leading columns repeated in every block
   * @param width characters per line
   */
  public static List<List<String>> blocks(
      List<List<String>> cells, int names, int repeated, int width) {
    int columns = cells.get(0).size();
    List<List<String>> blocks = new ArrayList<>();
    int from = repeated;
    do {
      int to = Math.min(from + 1, columns);
      while (to < columns && width(aligned(part(cells, repeated, from, to + 1), names)) <= width) {
        to++;
      }
      blocks.add(aligned(part(cells, repeated, from, to), names));
      from = to;
    } while (from < columns);
    return blocks;
  }

  private static List<List<String>> part(List<List<String>> cells, int repeated, int from, int to) {
    List<List<String>> part = new ArrayList<>();
    for (List<String> line : cells) {
      List<String> kept = new ArrayList<>(line.subList(0, repeated));
      kept.addAll(line.subList(from, to));
      part.add(kept);
    }
    return part;
  }

  private static int width(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Breaks a note below a table into lines at spaces.
   *
   * @param width characters per line; a longer word gets its own line
   * @param indent text before the first line, and twice before the others
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

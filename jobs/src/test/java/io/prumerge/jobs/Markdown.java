package io.prumerge.jobs;

import java.util.List;

/** Parts of generated pages. */
public final class Markdown {

  private static final int WIDTH = 120;

  private Markdown() {}

  /** Appends a table. */
  public static void table(StringBuilder page, List<String> titles, List<List<String>> lines) {
    page.append("| ").append(String.join(" | ", titles)).append(" |\n|");
    page.append("---|".repeat(titles.size())).append('\n');
    lines.forEach(line -> page.append("| ").append(String.join(" | ", line)).append(" |\n"));
  }

  /** Breaks long lines between words; those of a list's item stand below its text. */
  public static String wrapped(String text) {
    StringBuilder wrapped = new StringBuilder();
    for (String line : text.split("\n")) {
      String indent = " ".repeat(line.replaceFirst("^(- |\\d+\\. )?.*", "$1").length());
      StringBuilder left = new StringBuilder();
      for (String word : line.split(" ")) {
        if (left.length() + word.length() >= WIDTH) {
          wrapped.append(left.toString().stripTrailing()).append('\n');
          left.setLength(0);
          left.append(indent);
        }
        left.append(word).append(' ');
      }
      wrapped.append(left.toString().stripTrailing()).append('\n');
    }
    return wrapped.toString().stripTrailing();
  }
}

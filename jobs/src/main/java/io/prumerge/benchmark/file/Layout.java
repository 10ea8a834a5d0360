package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One form of a benchmark's data.
 *
 * @param name in words, for lists and messages; empty if the data have one form only
 * @param images folders below which the data name files; none = the data hold the pictures
 * @param filled columns without which a row is no question
 * @param parts expressions by column, whose named groups are parts of its text and so columns, too
 * @param uses the columns that a table must have
 */
record Layout(
    String name,
    List<LocatedText> images,
    List<String> filled,
    Map<String, Pattern> parts,
    QuestionColumns columns,
    List<ColumnUse> uses) {

  Layout {
    images = List.copyOf(images);
    filled = List.copyOf(filled);
    parts = Map.copyOf(parts);
    uses = List.copyOf(uses);
  }

  /** Returns the same under a name. */
  Layout named(String other) {
    return new Layout(other, images, filled, parts, columns, uses);
  }

  /** Returns the same with other columns that a table must have. */
  Layout using(List<ColumnUse> others) {
    return new Layout(name, images, filled, parts, columns, others);
  }

  /** Returns whether a table with these columns has this form. */
  boolean fits(Collection<String> columns) {
    return uses.stream().allMatch(use -> use.isIn(columns));
  }

  /** Returns what a table lacks, where it has none of several forms. */
  String lacking(Collection<String> columns) {
    return String.format(
        Locale.ROOT,
        "%s needs '%s'",
        name,
        uses.stream()
            .filter(use -> !use.isIn(columns))
            .map(ColumnUse::column)
            .distinct()
            .collect(Collectors.joining("', '")));
  }
}

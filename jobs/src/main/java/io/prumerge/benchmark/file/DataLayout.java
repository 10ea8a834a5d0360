package io.prumerge.benchmark.file;

import io.prumerge.lang.Text;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One form of a benchmark's data.
 *
 * @param name in words, for lists and messages; empty if the data have one form only
 * @param files that have this form
 * @param images folders below which the data name files; none = the data hold the pictures
 * @param imageOptional whether it may be that no question has a picture
 * @param optionsHaveLetters whether options may begin with their letters, which prompts add
 * @param uses the columns that a table must have
 */
record DataLayout(
    String name,
    LayoutFiles files,
    List<LocatedText> images,
    boolean imageOptional,
    boolean optionsHaveLetters,
    LayoutRows rows,
    QuestionColumns columns,
    List<ColumnUse> uses) {

  DataLayout {
    images = List.copyOf(images);
    uses = List.copyOf(uses);
  }

  /** Returns the same under a name. */
  DataLayout named(String other) {
    return new DataLayout(
        other, files, images, imageOptional, optionsHaveLetters, rows, columns, uses);
  }

  /** Returns the same with other columns that a table must have. */
  DataLayout using(List<ColumnUse> others) {
    return new DataLayout(
        name, files, images, imageOptional, optionsHaveLetters, rows, columns, others);
  }

  /** Returns the columns of pictures or videos, with the lines that name them. */
  List<ColumnUse> imageUses() {
    return uses.stream()
        .filter(
            use ->
                use.key().endsWith(LayoutReader.IMAGE_COLUMN)
                    || use.key().endsWith(LayoutReader.VIDEO_COLUMN))
        .toList();
  }

  /** Returns whether a table with these fields has this form. */
  boolean fits(Collection<String> fields) {
    return uses.stream().allMatch(use -> use.isIn(fields));
  }

  /** Returns what a table lacks, where it has none of several forms. */
  String lacking(Collection<String> fields) {
    return Text.format(
        "%s needs '%s'",
        name,
        uses.stream()
            .filter(use -> !use.isIn(fields))
            .map(ColumnUse::column)
            .distinct()
            .collect(Collectors.joining("', '")));
  }
}

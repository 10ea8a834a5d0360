package io.prumerge.jobs;

import io.prumerge.console.TextColumns;
import io.prumerge.family.ModelType;
import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What a value of a flag may be, with facts about each. All of them are said elsewhere, by the
 * methods, the benchmarks and the files themselves; those of a method are asked of its reducer.
 *
 * @param noun what one entry is
 * @param entries in order; records that become JSON objects
 * @param name the name of an entry
 * @param columns the facts about an entry, the name first
 * @param brief leading columns that stand in the table of all entries
 * @param file text of the file that defines an entry; empty if no file does
 */
record Listing<T>(
    String noun,
    List<T> entries,
    Function<T, String> name,
    TextColumns<T> columns,
    int brief,
    Function<T, String> file) {

  static final TextColumns<ModelType> FAMILIES =
      new TextColumns<ModelType>()
          .with("model_type", ModelType::name)
          .with("models", ModelType::models)
          .with("layouts", ModelType::layouts)
          .with("image", ModelType::image);

  /** A list of what no file defines. */
  Listing(
      String noun, List<T> entries, Function<T, String> name, TextColumns<T> columns, int brief) {
    this(noun, entries, name, columns, brief, entry -> "");
  }

  /** Returns the entries of one name. */
  Listing<T> named(String wanted) {
    List<T> found = entries.stream().filter(entry -> name.apply(entry).equals(wanted)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          Unknown.message(noun, wanted, entries.stream().map(name).toList()));
    }
    return new Listing<>(noun, found, name, columns, brief, file);
  }

  /** Returns lines of cells, the titles first: the leading facts about each entry. */
  List<List<String>> table() {
    return columns.of(entries).stream().map(line -> line.subList(0, brief)).toList();
  }

  /** Returns lines of two cells for each entry: what a fact is, and the fact. */
  List<List<String>> facts() {
    List<List<String>> lines = columns.of(entries);
    List<List<String>> facts = new ArrayList<>();
    for (List<String> entry : lines.subList(1, lines.size())) {
      for (int i = 0; i < entry.size(); i++) {
        facts.add(List.of(lines.get(0).get(i), entry.get(i)));
      }
    }
    return facts;
  }

  /** Returns the files that define the entries, each behind an empty line. */
  List<String> files() {
    return entries.stream()
        .map(file)
        .filter(text -> !text.isEmpty())
        .map(text -> "\n" + text.stripTrailing())
        .toList();
  }

  static String joined(Collection<String> texts) {
    return texts.isEmpty() ? "-" : String.join(", ", texts);
  }

  static String or(String text) {
    return text.isEmpty() ? "-" : text;
  }
}

package io.prumerge.benchmark.file;

import io.prumerge.source.SplitFiles;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Columns that rows have from those of another file, or of another table, with the same key.
 *
 * @param files where they are for a split, which may lack them; empty = a table that has them
 * @param config the folder of that table, if there is one of this name, with {@value
 *     QuestionData#SPLIT} for the split
 * @param on the columns of the key here, and what each is called there
 * @param columns that rows have from there
 */
record LayoutJoin(
    Optional<SplitFiles> files,
    Optional<String> config,
    Map<String, String> on,
    List<String> columns) {

  LayoutJoin {
    on = Collections.unmodifiableMap(new LinkedHashMap<>(on));
    columns = List.copyOf(columns);
  }

  /** Returns the columns that are read there. */
  Set<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>(on.values());
    wanted.addAll(columns);
    return wanted;
  }

  /** Returns whether a table with these fields may be the other one. */
  boolean isOf(Collection<String> fields) {
    return files.isEmpty() && fields.containsAll(wanted());
  }

  /** Returns whether no two questions ask for one row, as their ids are its key. */
  boolean isById(QuestionColumns asked) {
    return on.size() == 1 && asked.id().filter(on::containsKey).isPresent();
  }
}

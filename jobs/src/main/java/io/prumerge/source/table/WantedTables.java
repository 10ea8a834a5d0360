package io.prumerge.source.table;

import java.util.Collection;

/** Tells by their columns, and the fields in these, which tables of a source are read. */
@FunctionalInterface
public interface WantedTables {

  /** Returns whether a table with these fields has questions. */
  boolean haveQuestions(Collection<String> fields);

  /** Returns whether tables of all splits are read where there is none of the asked one. */
  default boolean ofAllSplits() {
    return false;
  }

  /** Returns whether a table with these fields is read beside the questions. */
  default boolean areBeside(Collection<String> fields) {
    return false;
  }
}

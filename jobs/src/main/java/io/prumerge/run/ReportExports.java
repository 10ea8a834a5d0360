package io.prumerge.run;

import io.prumerge.store.FolderBeside;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * New folders that get a report's tables in other forms.
 *
 * @param latex for LaTeX, if it is wanted
 * @param csv for CSV, if it is wanted
 */
public record ReportExports(Optional<FolderBeside> latex, Optional<FolderBeside> csv) {

  public static final ReportExports NONE = new ReportExports(Optional.empty(), Optional.empty());

  /** Returns the folders of the exports that are wanted. */
  List<FolderBeside> all() {
    return Stream.of(latex, csv).flatMap(Optional::stream).toList();
  }
}

package io.prumerge.benchmark.file;

import io.prumerge.source.table.WantedTables;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The tables that have one of several layouts, and those that these join. */
record LayoutTables(List<DataLayout> layouts) implements WantedTables {

  LayoutTables {
    layouts = List.copyOf(layouts);
  }

  @Override
  public boolean haveQuestions(Collection<String> fields) {
    return layouts.stream().anyMatch(layout -> layout.fits(fields));
  }

  @Override
  public boolean ofAllSplits() {
    return layouts.stream()
        .anyMatch(one -> one.files().split().equals(Optional.of(LayoutFiles.ALL)));
  }

  @Override
  public boolean areBeside(Collection<String> fields) {
    return layouts.stream()
        .flatMap(layout -> layout.rows().joins().stream())
        .anyMatch(join -> join.isOf(fields));
  }
}

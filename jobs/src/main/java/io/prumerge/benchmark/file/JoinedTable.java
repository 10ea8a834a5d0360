package io.prumerge.benchmark.file;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import io.prumerge.source.table.DataRow;
import io.prumerge.source.table.DataTable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * A table whose rows have columns of other files and tables, as its layout says.
 *
 * @param split the one of those
 * @param encoding of CSV and TSV files
 */
record JoinedTable(
    DataTable table, DataLayout layout, SourceFiles source, String split, Charset encoding) {

  /**
   * Streams the rows, as {@link DataTable#read} does.
   *
   * @throws DataException also if another table is not there or invalid; files need not be there
   */
  void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    read(layout.rows().joins(), wanted, sink);
  }

  private void read(List<LayoutJoin> joins, Set<String> wanted, Consumer<DataRow> sink)
      throws IOException {
    if (joins.isEmpty()) {
      table.read(wanted, sink);
      return;
    }
    List<LayoutJoin> others = joins.subList(1, joins.size());
    Optional<JoinedRows> joined = open(joins.get(0));
    if (joined.isEmpty()) {
      read(others, wanted, sink);
      return;
    }
    try (JoinedRows rows = joined.get()) {
      read(others, wanted, row -> sink.accept(rows.with(row)));
      rows.passRest();
    }
  }

  private Optional<JoinedRows> open(LayoutJoin join) throws IOException {
    if (join.files().isEmpty()) {
      HuggingFaceTable other = other(join);
      return Optional.of(open(join, other.toString(), other.files()));
    }
    SplitFiles named = join.files().get();
    if (named.areTogether()) {
      return Optional.of(open(join, named.name("*"), List.copyOf(named.in(source).values())));
    }
    Optional<Path> file = named.find(split, source);
    return file.isPresent()
        ? Optional.of(open(join, file.get().getName(), List.of(file.get())))
        : Optional.empty();
  }

  private JoinedRows open(LayoutJoin join, String name, List<Path> files) throws IOException {
    LeftOutRows leftOut = source.leftOut().beside(name);
    List<DataTable> parts = new ArrayList<>();
    Map<String, List<ImagePlace>> pictures = new HashMap<>();
    for (Path file : files) {
      LeftOutRows own =
          join.files().isPresent() ? source.leftOut().beside(file.getName()) : leftOut;
      parts.add(DataTable.open(file, split, source, own, encoding, pictures));
    }
    return JoinedRows.open(layout, join, name, parts, leftOut);
  }

  private HuggingFaceTable other(LayoutJoin join) throws IOException {
    List<HuggingFaceTable> tables =
        HuggingFaceTable.having(source).stream()
            .filter(table -> join.isOf(table.fields()) && !layout.fits(table.fields()))
            .toList();
    if (tables.isEmpty()) {
      throw new DataException(
          Wording.of(
              "No Parquet with the columns %s next to the questions %s; give its folder as one more"
                  + " %s",
              String.join(", ", join.wanted()), table.name(), Setting.SOURCE));
    }
    Optional<String> folder = join.config().map(config -> QuestionData.folder(config, split));
    List<HuggingFaceTable> preferred =
        tables.stream().filter(one -> folder.filter(one.folder()::equals).isPresent()).toList();
    return HuggingFaceTable.one(preferred.isEmpty() ? tables : preferred, split);
  }
}

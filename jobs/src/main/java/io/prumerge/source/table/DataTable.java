package io.prumerge.source.table;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/** A table of questions in a file, or in the files of one split: named columns, streamed rows. */
public interface DataTable {

  /** How the names of files end that are read. */
  List<String> ENDINGS = List.of(".csv", ".tsv", ".jsonl", ".json", ".parquet");

  /**
   * Opens all tables of a source, whatever their columns.
   *
   * @throws DataException as the other method
   */
  static List<DataTable> open(SourceFiles source, String split) throws IOException {
    return open(source, split, Optional.empty(), StandardCharsets.UTF_8, columns -> true);
  }

  /**
   * Opens all tables of a source: those of the files that are given by name; if there are none, the
   * Parquet table of a split in the folders, by the rules of {@link HuggingFaceTable}.
   *
   * @param split of which the Parquet files in folders are read, if they are of several
   * @param config folder of those that are read, if there is one of this name
   * @param encoding of CSV and TSV files
   * @param fits whether a table has the {@link #fields} that are looked for; if several tables are
   *     there, only such are read
   * @throws DataException if the name of a file has none of the {@link #ENDINGS}, or a file is not
   *     of the format that its name says
   */
  static List<DataTable> open(
      SourceFiles source,
      String split,
      Optional<String> config,
      Charset encoding,
      Predicate<Collection<String>> fits)
      throws IOException {
    List<DataTable> tables = new ArrayList<>();
    for (Path file : source.files()) {
      tables.add(open(file, encoding, source));
    }
    if (tables.isEmpty()) {
      List<HuggingFaceTable> found = HuggingFaceTable.having(source);
      if (found.isEmpty()) {
        throw new DataException(
            Wording.of(
                "No Parquet file in %s; name a file of the questions (%s) as %s",
                source.described(), String.join(", ", ENDINGS), Setting.SOURCE));
      }
      found = preferred(found, table -> config.filter(table.folder()::equals).isPresent());
      found = preferred(found, table -> fits.test(table.fields()));
      HuggingFaceTable table = HuggingFaceTable.one(found, split);
      source.reads(table.split());
      tables.add(new ParquetTable(table, source.leftOut()));
    }
    return tables;
  }

  private static List<HuggingFaceTable> preferred(
      List<HuggingFaceTable> all, Predicate<HuggingFaceTable> such) {
    List<HuggingFaceTable> found = all.stream().filter(such).toList();
    return found.isEmpty() ? all : found;
  }

  private static DataTable open(Path file, Charset encoding, SourceFiles source)
      throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return CellTable.open(
          TsvTable.openCsv(file, encoding, source.hadoop()), file, source.leftOut());
    }
    if (name.endsWith(".tsv")) {
      return CellTable.open(TsvTable.open(file, encoding, source.hadoop()), file, source.leftOut());
    }
    if (name.endsWith(".jsonl") || name.endsWith(".json")) {
      return new JsonTable(file, source.hadoop(), source.leftOut());
    }
    if (name.endsWith(".parquet")) {
      return new ParquetTable(HuggingFaceTable.of(file, source.hadoop()), source.leftOut());
    }
    throw new DataException(
        String.format(
            Locale.ROOT,
            "The format of %s is not known by its name; names of tables end with one of %s",
            file,
            String.join(", ", ENDINGS)));
  }

  /** Returns the column that a field of a struct is in, as {@code a} of {@code a.b}. */
  static String outer(String column) {
    int end = column.indexOf('.');
    return end < 0 ? column : column.substring(0, end);
  }

  /** Returns the file's name, or the split's, for messages. */
  String name();

  /**
   * Returns the columns in their order; of JSON, the keys of the first 100 rows.
   *
   * @throws DataException if the file is invalid up to there
   */
  List<String> columns() throws IOException;

  /**
   * Returns the columns and, as {@code column.field}, the fields of structs and of lists of structs
   * in them; of JSON, those of the first 100 rows.
   *
   * @throws DataException as {@link #columns}
   */
  Set<String> fields() throws IOException;

  /**
   * Looks for fields in the rows after the first 100, where a table is nothing but its rows.
   *
   * @param wanted none of the {@link #fields}
   * @return those that are there
   */
  default Set<String> later(Set<String> wanted) throws IOException {
    return Set.of();
  }

  /**
   * Streams the rows. Those that cannot be read at all, as a line of invalid JSON or a row with a
   * cell too few, are {@link SourceFiles#leftOut left out}, and those that {@code sink} refuses.
   *
   * @param wanted columns that {@code sink} asks for; other columns need not be there in its rows
   * @throws DataException if the file itself is invalid, or most of its rows are
   */
  void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException;
}

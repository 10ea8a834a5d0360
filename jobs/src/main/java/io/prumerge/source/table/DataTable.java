package io.prumerge.source.table;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** A table of questions in a file, or in the files of one split: named columns, streamed rows. */
public interface DataTable {

  /** The column that names a row's file, without its ending, in tables of files with own names. */
  String FILE = "_file";

  /** The column that has a row's key where a JSON file is an object whose values are the rows. */
  String KEY = "_key";

  /** The column that has a row's line, where a JSON file has a row in each. */
  String LINE = "_line";

  /** How the names of Parquet files end. */
  String PARQUET = ".parquet";

  /** How the names of files end that are read; of texts, {@code .gz} and the like may follow. */
  List<String> ENDINGS = List.of(".csv", ".tsv", ".jsonl", ".json", PARQUET);

  /** Rows whose keys {@link #manyColumns} looks at. */
  int LOOKED_AT = 10_000;

  /**
   * Opens all tables of a source, whatever their columns.
   *
   * @throws DataException as the other method
   */
  static List<DataTable> open(SourceFiles source, String split) throws IOException {
    return open(source, split, Optional.empty(), StandardCharsets.UTF_8, fields -> true);
  }

  /**
   * Opens all tables of a source: those of the files that are given by name; if there are none, the
   * one of the folders, by the rules of {@link DataFolders}.
   *
   * @param split of which the Parquet files in folders are read, if they are of several, and the
   *     arrays of a JSON file that has one for each
   * @param config folder of those that are read, if there is one of this name
   * @param encoding of CSV and TSV files
   * @param fits tells by a table's {@link #fields} which are read if several are there
   * @throws DataException if the name of a file has none of the {@link #ENDINGS}, a file is not of
   *     the format that its name says, or files are those of a table whose own list says which of
   *     their rows it has
   */
  static List<DataTable> open(
      SourceFiles source,
      String split,
      Optional<String> config,
      Charset encoding,
      WantedTables fits)
      throws IOException {
    List<DataTable> tables = new ArrayList<>();
    for (Path file : source.files()) {
      TableFormat.refuseBy(file, source.hadoop());
      TableFormat.refuseAround(file.getParent(), source.hadoop());
      tables.add(open(file, split, source, encoding, new HashMap<>()));
    }
    if (tables.isEmpty()) {
      tables.add(new DataFolders(source, split, config, encoding, fits).open());
    }
    return tables;
  }

  /**
   * Opens one file.
   *
   * @param split of which the rows are read in a JSON file that has an array for each
   * @param encoding of CSV and TSV files
   * @param pictures of rows before, in files of the same table
   */
  static DataTable open(
      Path file,
      String split,
      SourceFiles source,
      Charset encoding,
      Map<String, List<ImagePlace>> pictures)
      throws IOException {
    return open(file, split, source, source.leftOut(), encoding, pictures);
  }

  /**
   * Opens one file.
   *
   * @param split of which the rows are read in a JSON file that has an array for each
   * @param leftOut keeps account of its rows
   * @param encoding of CSV and TSV files
   * @param pictures of rows before, in files of the same table
   */
  static DataTable open(
      Path file,
      String split,
      SourceFiles source,
      LeftOutRows leftOut,
      Charset encoding,
      Map<String, List<ImagePlace>> pictures)
      throws IOException {
    return switch (PartFile.ending(file)) {
      case ".csv" ->
          CellTable.open(
              TsvTable.openCsv(file, encoding, source.hadoop()), file, leftOut, pictures);
      case ".tsv" ->
          CellTable.open(TsvTable.open(file, encoding, source.hadoop()), file, leftOut, pictures);
      case ".jsonl", ".json" ->
          new JsonTable(file, PartFile.isSparks(file), split, source, leftOut);
      case PARQUET ->
          new ParquetTable(
              HuggingFaceTable.of(file, source.hadoop()), leftOut, pictures, source.table());
      default ->
          throw new DataException(
              Text.format(
                  "The format of %s is not known by its name; names of tables end with one of %s",
                  file, String.join(", ", ENDINGS)));
    };
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
   * Returns the columns of which a guess is made: of JSON, the keys of the first {@link #LOOKED_AT}
   * rows.
   *
   * @throws DataException as {@link #columns}
   */
  default List<String> manyColumns() throws IOException {
    return columns();
  }

  /** Returns whether rows may have columns that no earlier row has. */
  default boolean rowsNameColumns() {
    return false;
  }

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

  /**
   * Opens rows that are read one by one beside those of another table; empty if this table's can be
   * read at once only.
   *
   * @throws DataException if the file is invalid up to the first row
   */
  default Optional<RowCursor> rows() throws IOException {
    return Optional.empty();
  }
}

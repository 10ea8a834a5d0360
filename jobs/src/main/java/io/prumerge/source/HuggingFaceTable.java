package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * One split of a Hugging Face data set: its Parquet files in the order of their names. Rows are
 * streamed without a Spark session, with the requested columns only. Encoded images are not read
 * here; a row gives their place. If several rows repeat an image, name it by the benchmark's own
 * id: only one image per id is read.
 */
public final class HuggingFaceTable {

  /** Depth of the search below a source folder: {@code CONFIG/SPLIT/0000.parquet}. */
  private static final int DEPTH = 2;

  private final String folder;
  private final String split;
  private final List<Path> files;
  private final Configuration hadoop;
  private final ParquetFooter footer;
  private final MessageType schema;

  private HuggingFaceTable(ParquetShard first, List<Path> files, Configuration hadoop)
      throws IOException {
    folder = first.folder();
    split = first.split();
    this.files = List.copyOf(files);
    this.hadoop = hadoop;
    footer = ParquetLibrary.footer(first.path(), hadoop);
    schema = footer.metadata().getFileMetaData().getSchema();
  }

  /**
   * Returns all tables among the source files, in source folders and up to two levels below. Files
   * of one folder whose names differ in the shard number are one table.
   *
   * @throws DataException if a file is not Parquet, or a folder lacks shards
   */
  static List<HuggingFaceTable> all(SourceFiles source) throws IOException {
    Map<String, List<ParquetShard>> groups = new TreeMap<>();
    for (Path file : source.within(".parquet", DEPTH)) {
      ParquetShard shard = ParquetShard.of(file);
      groups.computeIfAbsent(shard.table(), key -> new ArrayList<>()).add(shard);
    }
    List<HuggingFaceTable> tables = new ArrayList<>();
    for (List<ParquetShard> shards : groups.values()) {
      if (shards.stream().noneMatch(shard -> source.files().contains(shard.path()))) {
        ParquetShard.requireAll(shards);
      }
      List<Path> files = shards.stream().map(ParquetShard::path).toList();
      tables.add(new HuggingFaceTable(shards.get(0), files, source.hadoop()));
    }
    return tables;
  }

  /**
   * Returns one file as a table of its own, of whatever split it may be a shard.
   *
   * @throws DataException if it is not Parquet
   */
  public static HuggingFaceTable of(Path file, Configuration hadoop) throws IOException {
    return new HuggingFaceTable(ParquetShard.of(file), List.of(file), hadoop);
  }

  /**
   * Returns the tables that have all of {@code columns}; a benchmark recognises its own by them.
   *
   * @throws DataException if a file is not Parquet, or a folder lacks shards
   */
  public static List<HuggingFaceTable> having(SourceFiles source, String... columns)
      throws IOException {
    return all(source).stream().filter(table -> table.hasColumns(columns)).toList();
  }

  /**
   * Returns the only table of {@code candidates}; if there are several, the one of {@code split}.
   *
   * @throws DataException if that leaves none or several
   */
  public static HuggingFaceTable one(List<HuggingFaceTable> candidates, String split) {
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    List<HuggingFaceTable> named =
        candidates.stream().filter(table -> table.split.equals(split)).toList();
    if (named.size() != 1) {
      throw new DataException(
          Wording.of(
              "%d Parquet tables could be read as split %s, found: %s; give one of them as %s",
              named.size(),
              split,
              candidates.stream().map(HuggingFaceTable::toString).collect(Collectors.joining(", ")),
              Setting.SOURCE));
    }
    return named.get(0);
  }

  /** Returns its files in their order. */
  public List<Path> files() {
    return files;
  }

  /** Returns a column's type in its first file; empty if that lacks it, or has only nulls in it. */
  public Optional<Type> type(String column) throws IOException {
    return schema.containsField(column) && !hasOnlyNulls(column)
        ? Optional.of(schema.getType(column))
        : Optional.empty();
  }

  private boolean hasOnlyNulls(String column) throws IOException {
    List<ColumnChunkMetaData> chunks =
        footer.metadata().getBlocks().stream()
            .flatMap(group -> group.getColumns().stream())
            .filter(chunk -> chunk.getPath().toArray()[0].equals(column))
            .toList();
    return chunks.stream()
            .allMatch(
                chunk ->
                    chunk.getStatistics() != null
                        && chunk.getStatistics().getNumNulls() == chunk.getValueCount())
        || chunks.stream().allMatch(HuggingFaceTable::saysNothing)
            && ParquetFooter.ofNulls(files.get(0), hadoop).contains(column);
  }

  private static boolean saysNothing(ColumnChunkMetaData chunk) {
    return chunk.getPath().size() == 1
        && chunk.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32
        && (chunk.getStatistics() == null || !chunk.getStatistics().isNumNullsSet());
  }

  /** Returns whether values of two types are read alike. */
  public static boolean agree(Type one, Type other) {
    return ParquetSchemas.agree(one, other);
  }

  /**
   * Returns whether a file is called as the hub's are: a shard, or a file that is a split.
   *
   * @param splits that are known besides the usual ones
   */
  public static boolean isNamedByHub(Path file, Set<String> splits) {
    return ParquetShard.isNamed(file, splits);
  }

  /** Returns whether the hub knows a name as a split's, with what may follow. */
  public static boolean isSplit(String name) {
    return ParquetShard.isSplit(name);
  }

  public Configuration hadoop() {
    return hadoop;
  }

  /** Returns the name of its folder: {@code data}, or a configuration's name. */
  public String folder() {
    return folder;
  }

  /** Returns the split in its files' names. */
  public String split() {
    return split;
  }

  /** Returns the top-level columns in their order. */
  public List<String> columns() {
    return columns(schema).toList();
  }

  /** Returns the columns and, as {@code column.field}, the fields of structs and lists of them. */
  public Set<String> fields() {
    return ParquetSchemas.fields(schema);
  }

  /** Returns whether it has all these top-level columns. */
  public boolean hasColumns(String... columns) {
    return Arrays.stream(columns).allMatch(schema::containsField);
  }

  /**
   * Streams the rows of all files.
   *
   * @param required columns that must be there
   * @param optional columns that are read if present
   * @throws DataException if a required column is missing, or a file is damaged
   */
  public void read(Set<String> required, Set<String> optional, Consumer<HuggingFaceRow> sink)
      throws IOException {
    for (Path file : files) {
      ParquetFooter footer = ParquetLibrary.footer(file, hadoop);
      MessageType found = footer.metadata().getFileMetaData().getSchema();
      for (String column : required) {
        if (!found.containsField(column)) {
          throw new DataException(
              Text.format(
                  "%s has no column '%s'; its columns: %s",
                  file, column, columns(found).collect(Collectors.joining(", ")), Setting.SOURCE));
        }
      }
      Set<String> wanted = new LinkedHashSet<>(required);
      columns(found).filter(optional::contains).forEach(wanted::add);
      wanted.stream()
          .filter(footer.unknown()::contains)
          .findFirst()
          .ifPresent(
              column -> {
                throw new DataException(
                    Text.format(
                        "%s: column '%s' has a type that this version of Parquet does not know;"
                            + " write it as another one",
                        file, column));
              });
      read(file, ParquetSchemas.withoutImages(found, wanted), sink);
    }
  }

  private void read(Path file, MessageType projection, Consumer<HuggingFaceRow> sink)
      throws IOException {
    MessageColumnIO columns = new ColumnIOFactory().getColumnIO(projection);
    try (ParquetFileReader reader = ParquetLibrary.open(file, hadoop)) {
      ParquetLibrary.requireCodecs(reader, projection, file, hadoop);
      reader.setRequestedSchema(projection);
      long number = 0;
      List<BlockMetaData> rowGroups = reader.getRowGroups();
      for (int i = 0; i < rowGroups.size(); i++) {
        int group = i;
        long end = number + rowGroups.get(i).getRowCount();
        RecordReader<Group> rows = null;
        for (; number < end; number++) {
          long row = number;
          if (rows == null) {
            rows =
                reading(
                    file,
                    row,
                    () ->
                        columns.getRecordReader(
                            reader.readRowGroup(group), new GroupRecordConverter(projection)));
          }
          sink.accept(new HuggingFaceRow(file, row, "", reading(file, row, rows::read)));
        }
      }
    }
  }

  private static <T> T reading(Path file, long row, ParquetCall<T> work) throws IOException {
    return ParquetLibrary.refusing(() -> Text.format("%s: cannot read row %d", file, row), work);
  }

  private static Stream<String> columns(MessageType schema) {
    return schema.getFields().stream().map(field -> field.getName());
  }

  /** Returns folder, split and files, for messages. */
  @Override
  public String toString() {
    return Text.format("%s/%s (%s)", folder, split, Texts.count(files.size(), "file"));
  }

  /**
   * One file of a table, by its name: {@code FOLDER/SPLIT-00002-of-00008.parquet} of an uploaded
   * data set (a hash may follow), {@code SPLIT/0002.parquet} of the hub's conversion, or any other
   * name, which is a split of its own.
   *
   * @param folder name of the folder, which names the configuration
   * @param count number of shards; 0 if the name does not have it
   */
  private record ParquetShard(Path path, String folder, String split, int count) {

    private static final Pattern UPLOADED =
        Pattern.compile("(.+?)-(\\d{5})-of-(\\d{5})(-[0-9a-f]+)?\\.parquet");
    private static final Pattern CONVERTED = Pattern.compile("\\d{4}\\.parquet");

    /** Splits as the hub knows them, and what may follow. */
    private static final Pattern SPLIT =
        Pattern.compile(
            "(train|training|validation|valid|val|dev|test|testing|testmini|eval|evaluation)"
                + "([-_. ].*)?");

    static boolean isNamed(Path path, Set<String> splits) {
      String name = path.getName();
      String stem = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      return UPLOADED.matcher(name).matches()
          || CONVERTED.matcher(name).matches()
          || splits.contains(stem)
          || isSplit(stem);
    }

    static boolean isSplit(String name) {
      return SPLIT.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    static ParquetShard of(Path path) {
      Path parent = path.getParent();
      String name = path.getName();
      Matcher uploaded = UPLOADED.matcher(name);
      if (uploaded.matches()) {
        int count = Integer.parseInt(uploaded.group(3));
        return new ParquetShard(path, parent.getName(), uploaded.group(1), count);
      }
      if (CONVERTED.matcher(name).matches() && parent.getParent() != null) {
        return new ParquetShard(path, parent.getParent().getName(), parent.getName(), 0);
      }
      String split = name.substring(0, name.length() - ".parquet".length());
      return new ParquetShard(path, parent.getName(), split, 0);
    }

    /** Returns a key that is equal for the files of one table. */
    String table() {
      return path.getParent() + "\n" + split + "\n" + count;
    }

    /**
     * Checks that no shard is missing.
     *
     * @param shards of one table
     */
    static void requireAll(List<ParquetShard> shards) {
      ParquetShard first = shards.get(0);
      if (first.count > 0 && shards.size() != first.count) {
        throw new DataException(
            Wording.of(
                "%s holds %d of the %d files of split %s; fetch the others, or name files as %s to"
                    + " read only these",
                first.path.getParent(), shards.size(), first.count, first.split, Setting.SOURCE));
      }
    }
  }
}

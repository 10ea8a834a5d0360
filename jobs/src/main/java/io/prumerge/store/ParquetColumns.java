package io.prumerge.store;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ParquetFooter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that a folder's Parquet files really have. The note of its columns that Spark leaves
 * in a file stays there when another program writes the file again, and files of one folder may
 * differ; Spark itself looks at one note.
 */
public final class ParquetColumns {

  private static final String SUFFIX = ".parquet";

  /** The package of what Parquet's files consist of, in the errors about them. */
  private static final String FORMAT = "org.apache.parquet.format.";

  /** More than any error has. */
  private static final int CAUSES = 100;

  private static final String TEXT = "spark.sql.parquet.binaryAsString";

  /** What is wrong with a file's columns: whether some are absent, and texts by column. */
  private record Flaws(Path file, List<String> texts) {}

  private final Path table;
  private final List<Path> files = new ArrayList<>();
  private final Set<String> inNames = new TreeSet<>();
  private final Configuration hadoop;
  private final List<ParquetToSparkSchemaConverter> converters;

  private ParquetColumns(SparkSession spark, Path table) {
    this.table = table;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
    SQLConf bytes = spark.sessionState().conf().clone();
    bytes.setConfString(TEXT, "false");
    SQLConf texts = spark.sessionState().conf().clone();
    texts.setConfString(TEXT, "true");
    // Bytes without a note of what they are can be read as both.
    converters =
        List.of(new ParquetToSparkSchemaConverter(bytes), new ParquetToSparkSchemaConverter(texts));
  }

  /**
   * Lists a folder's files. Columns may also be in the names of folders.
   *
   * @throws java.io.FileNotFoundException if there is no such folder
   */
  static ParquetColumns of(SparkSession spark, String table) throws IOException {
    Path path = new Path(table);
    ParquetColumns columns = new ParquetColumns(spark, path);
    columns.list(path.getFileSystem(columns.hadoop), path);
    return columns;
  }

  private void list(FileSystem fs, Path folder) throws IOException {
    for (FileStatus child : fs.listStatus(folder)) {
      Path path = child.getPath();
      String name = path.getName();
      if (child.isDirectory() && name.indexOf('=') > 0) {
        inNames.add(name.substring(0, name.indexOf('=')));
        list(fs, path);
      } else if (child.isFile()
          && !name.matches("[_.].*")
          && (child.getLen() > 0 || name.endsWith(SUFFIX))) { // Spark passes over empty files
        files.add(path);
      }
    }
  }

  /** Returns whether a job has failed because a part of a Parquet file could not be read. */
  public static boolean isDamage(Throwable problem) {
    return Stream.iterate(problem, cause -> cause != null, Throwable::getCause)
        .limit(CAUSES)
        .anyMatch(cause -> String.valueOf(cause.getMessage()).contains(FORMAT));
  }

  /** Returns whether there are no files. */
  boolean isEmpty() {
    return files.isEmpty();
  }

  /**
   * Checks every file.
   *
   * @param wanted the columns to be read
   * @param optional those that may be absent
   * @return what is wrong with the first file that has something wrong, with its name where not all
   *     files have it; empty if nothing is
   * @throws DataException naming a file that is damaged
   */
  Optional<String> flaw(StructField[] wanted, Set<String> optional) {
    Map<MessageType, List<String>> found = new LinkedHashMap<>();
    Set<Path> flawed = new TreeSet<>();
    List<Flaws> first = new ArrayList<>();
    List<ParquetFooter> footers = files.parallelStream().map(this::footer).toList();
    for (int i = 0; i < files.size(); i++) {
      ParquetFooter footer = footers.get(i);
      MessageType columns = footer.metadata().getFileMetaData().getSchema();
      List<String> flaws =
          new ArrayList<>(
              found.computeIfAbsent(columns, absent -> flaws(absent, wanted, optional)));
      if (!footer.unknown().isEmpty()) { // Spark cannot open the file, whichever columns it reads
        flaws.add(
            Text.format(
                "%s has a type that this version of Spark does not know; write the table again"
                    + " without this column",
                String.join(", ", footer.unknown())));
      }
      codec(footer, columns, wanted).ifPresent(flaws::add);
      if (!flaws.isEmpty()) {
        flawed.add(files.get(i));
        first.add(new Flaws(files.get(i), flaws));
      }
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String text = String.join("; ", first.get(0).texts());
    Path file = first.get(0).file();
    return Optional.of(
        files.size() == 1 && file.equals(table)
            ? text
            : Text.format(
                "%s (%s%s)",
                text,
                file.getName(),
                flawed.size() > 1 ? Text.format(" and %,d more files", flawed.size() - 1) : ""));
  }

  private ParquetFooter footer(Path file) {
    try {
      return ParquetFooter.read(file, hadoop);
    } catch (IOException | RuntimeException e) {
      throw new DataException(
          Text.format(
              "%s is damaged, or no Parquet: %s",
              file.getName(),
              e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    }
  }

  private List<String> flaws(MessageType columns, StructField[] wanted, Set<String> optional) {
    List<String> flaws = new ArrayList<>();
    for (StructField column : wanted) {
      String name = column.name();
      if (!columns.containsField(name)) {
        if (!optional.contains(name) && !inNames.contains(name)) {
          flaws.add("no column " + name);
        }
        continue;
      }
      String type = column.dataType().catalogString();
      List<String> types = types(columns.getType(name));
      if (!types.contains(type)) {
        flaws.add(Text.format("%s is %s instead of %s", name, types.get(0), type));
      }
    }
    return flaws;
  }

  /** Returns the types as which Spark can read a column; if none, its name in Parquet. */
  private List<String> types(Type column) {
    try {
      return converters.stream()
          .map(converter -> converter.convert(new MessageType("table", column)))
          .map(schema -> schema.apply(0).dataType().catalogString())
          .toList();
    } catch (Exception e) {
      // Scala does not declare checked exceptions, and javac refuses to catch undeclared ones.
      return List.of(column.toString());
    }
  }

  private Optional<String> codec(ParquetFooter footer, MessageType columns, StructField[] wanted) {
    List<Type> read = new ArrayList<>();
    for (StructField column : wanted) {
      if (columns.containsField(column.name())) {
        read.add(columns.getType(column.name()));
      }
    }
    if (read.isEmpty()) {
      return Optional.empty();
    }
    MessageType projection = new MessageType(columns.getName(), read);
    for (BlockMetaData rowGroup : footer.metadata().getBlocks()) {
      Optional<String> absent = ParquetFooter.absentCodec(rowGroup, projection, hadoop);
      if (absent.isPresent()) {
        return absent;
      }
    }
    return Optional.empty();
  }
}

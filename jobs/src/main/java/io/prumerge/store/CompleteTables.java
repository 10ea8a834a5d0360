package io.prumerge.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a folder's tables and pages hold: the content of {@code _COMPLETE}. Only a folder with this
 * file may be read, and only if its files are those listed here.
 *
 * @param format format of the folder
 * @param attempt name of the attempt that wrote the tables
 * @param source digest of everything that the tables were made from
 * @param answers number of predictions
 * @param errors number of predictions with an error
 * @param rows number of rows by table, each named by its path in the folder
 * @param files size in bytes by file, likewise
 * @param replies what became of the questions of each run behind endpoints, by its id: those of the
 *     predictions, then those of each repeat; nothing of runs of earlier versions
 */
public record CompleteTables(
    int format,
    String attempt,
    String source,
    long answers,
    long errors,
    SortedMap<String, Long> rows,
    SortedMap<String, Long> files,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, List<ReplyCounts>> replies) {

  /** Name of the file, written last. */
  public static final String NAME = "_COMPLETE";

  private static final String PARQUET = ".parquet";

  public CompleteTables {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    replies = Collections.unmodifiableSortedMap(new TreeMap<>(replies));
  }

  /** Returns whether a folder is complete. */
  public static boolean isIn(Path root, FileSystem fs) throws IOException {
    return fs.exists(new Path(root, NAME));
  }

  /**
   * Reads a complete folder's counts.
   *
   * @return empty if the folder has the first format, whose {@code _COMPLETE} is an empty file
   * @throws Failure if a newer version wrote the file, or it is damaged
   */
  public static Optional<CompleteTables> read(Path root, FileSystem fs) throws IOException {
    Path file = new Path(root, NAME);
    try {
      String text = text(file, fs);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      RunFormat.requireKnown(text, file);
      return Optional.of(Json.read(text, CompleteTables.class));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Text.format(
              "Cannot read %s: %s; delete it and resume the run: its tables are made again from its"
                  + " chunks",
              file, e.getMessage()));
    }
  }

  static String text(Path file, FileSystem fs) throws IOException {
    try (InputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Checks by their names and sizes that a table's files are those that were counted.
   *
   * @param table the table's path in the folder
   * @throws Failure if one is missing or changed, or there are others
   */
  public void require(String table, Path root, FileSystem fs) throws IOException {
    String prefix = table + Path.SEPARATOR;
    SortedMap<String, Long> promised = new TreeMap<>(files);
    promised.keySet().removeIf(file -> !file.startsWith(prefix) || !file.endsWith(PARQUET));
    SortedMap<String, Long> found = sizes(new Path(root, table), prefix, fs);
    found.keySet().removeIf(file -> !file.endsWith(PARQUET));
    if (!found.equals(promised)) {
      throw new Failure(
          Text.format(
              "Cannot use %s: its %s has %d files of %,d bytes, not the %d files of %,d bytes with"
                  + " %,d rows that %s counts; restore them, or delete %s and resume the run: its"
                  + " tables are made again from its chunks",
              root,
              table,
              found.size(),
              bytes(found),
              promised.size(),
              bytes(promised),
              rows.getOrDefault(table, 0L),
              NAME,
              NAME));
    }
  }

  /**
   * Checks that a table's files have the rows that were counted.
   *
   * @param table the table's path in the folder
   * @throws Failure if they have others, or one is damaged
   */
  public void requireRows(String table, Path root, FileSystem fs) throws IOException {
    if (!rows.containsKey(table)) {
      return;
    }
    long found;
    try {
      found = ParquetFooters.of(new Path(root, table), fs).rows();
    } catch (IOException | RuntimeException e) {
      throw damaged(table, root, "is damaged: " + e.getMessage());
    }
    if (found != rows.get(table)) {
      throw damaged(
          table,
          root,
          Text.format("has %,d rows, not the %,d that %s counts", found, rows.get(table), NAME));
    }
  }

  private static Failure damaged(String table, Path root, String problem) {
    return new Failure(
        Text.format(
            "Cannot use %s: its %s %s; restore it, or delete %s and resume the run: its tables are"
                + " made again from its chunks",
            root, table, problem, NAME));
  }

  private static long bytes(Map<String, Long> files) {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns the sizes of the files below a folder. Leaves out hidden files, such as those of
   * checksums. A folder that does not exist, or is deleted meanwhile, has none.
   *
   * @param prefix what the names of the files begin with, before their paths in the folder
   */
  public static SortedMap<String, Long> sizes(Path folder, String prefix, FileSystem fs)
      throws IOException {
    SortedMap<String, Long> sizes = new TreeMap<>();
    FileStatus[] children;
    try {
      children = fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return sizes;
    }
    for (FileStatus child : children) {
      String name = child.getPath().getName();
      if (child.isDirectory()) {
        sizes.putAll(sizes(child.getPath(), prefix + name + Path.SEPARATOR, fs));
      } else if (!name.startsWith(".")) {
        sizes.put(prefix + name, child.getLen());
      }
    }
    return sizes;
  }
}

package io.prumerge.prepare;

import io.prumerge.console.Failure;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.store.Json;
import io.prumerge.store.TableCommit;
import io.prumerge.store.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An unfinished table, in a folder beside its final one. All parts are written into one folder,
 * because on an object store each move of a file is a copy of its images, and are moved once, with
 * the folder; a marker, written last, names the files of a part that count. The next run for the
 * same table continues from the markers. The folder's name has the digest of the settings, so other
 * tables stay untouched; the {@link #leases} keep out a second driver with the same settings.
 */
final class UnfinishedTable {

  /**
   * Marks a part that is written.
   *
   * @param files names of its files
   */
  private record Marker(int part, List<String> files) {}

  /** How the folder is laid out, where earlier versions did it otherwise. */
  static final String LAYOUT = "one folder";

  private static final String PARQUET = ".parquet";
  private static final String WRITTEN = "written-";
  private static final int HASH_DIGITS = 16;

  private final FileSystem fs;
  private final Path root;
  private final Path table;
  private final Set<String> expected = new TreeSet<>();
  private boolean finished;

  private UnfinishedTable(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
    this.table = new Path(root, "table");
  }

  /**
   * Returns the unfinished table beside {@code output}.
   *
   * @param sha256 digest of everything that decides the table
   */
  static UnfinishedTable beside(Path output, FileSystem fs, String sha256) {
    String name = "." + output.getName() + ".preparing-" + sha256.substring(0, HASH_DIGITS);
    return new UnfinishedTable(fs, new Path(output.getParent(), name));
  }

  LeaseFolder leases() {
    return new LeaseFolder(root, fs);
  }

  private Path marker(int part) {
    return new Path(root, WRITTEN + String.format(Locale.ROOT, "%05d.json", part));
  }

  boolean isWritten(int part) throws IOException {
    return fs.exists(marker(part));
  }

  /** Returns the folder of all files. */
  Path table() {
    return table;
  }

  /** Writes files. */
  interface Writer {
    /**
     * Adds files to {@link #table}, under names that no other write uses.
     *
     * @return names of those that count
     */
    List<String> write() throws IOException;
  }

  /**
   * Writes a part.
   *
   * @param lease is required before the files count
   */
  void write(int part, Writer writer, TableCommit.Guard lease) throws IOException {
    Set<String> before = parquet(table);
    List<String> files;
    try {
      files = writer.write();
      lease.check();
    } catch (Throwable e) { // a failed job throws one that Scala does not declare
      try {
        keep(before);
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    WholeFile.wroteFirst(fs, marker(part), Json.write(new Marker(part, files)));
  }

  /** Returns the names of the files, sorted. */
  private Set<String> parquet(Path folder) throws IOException {
    Set<String> files = new TreeSet<>();
    if (fs.exists(folder)) {
      for (FileStatus file : fs.listStatus(folder)) {
        if (file.getPath().getName().endsWith(PARQUET)) {
          files.add(file.getPath().getName());
        }
      }
    }
    return files;
  }

  /** Deletes what is in the folder beside the given files. */
  private void keep(Set<String> files) throws IOException {
    if (fs.exists(table)) {
      for (FileStatus file : fs.listStatus(table)) {
        if (!files.contains(file.getPath().getName())) {
          fs.delete(file.getPath(), true);
        }
      }
    }
  }

  /** Leaves only the files of the given parts, which must all be there. */
  void requireOnly(Iterable<QuestionGroups.Part> parts) throws IOException {
    expected.clear();
    for (QuestionGroups.Part part : parts) {
      expected.addAll(read(marker(part.number())).files());
    }
    keep(expected);
    int found = parquet(table).size();
    if (found != expected.size()) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot finish the table: %s holds %d files of %d; delete %s and start again",
              table,
              found,
              expected.size(),
              root));
    }
  }

  private Marker read(Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      in.transferTo(bytes);
      return Json.read(bytes.toString(StandardCharsets.UTF_8), Marker.class);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot read %s: %s; delete the file, then its part is written again",
              file,
              e.getMessage()));
    }
  }

  /**
   * Renames the table to its final folder, behind {@link #requireOnly}. Deletes what an executor
   * that was lost has begun since: the files of attempts lie in the folder from the first byte.
   */
  void become(Path output) throws IOException {
    if (fs.exists(output) || !fs.rename(table, output)) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot rename the table to %s: the folder exists by now; the table is %s",
              output,
              table));
    }
    finished = true;
    for (String file : parquet(output)) {
      if (!expected.contains(file)) {
        fs.delete(new Path(output, file), false);
      }
    }
  }

  /** Removes the folder, unless it holds parts for the next attempt or another driver has it. */
  void tidy() throws IOException {
    if (leases().isFree() && (finished || !hasParts())) {
      fs.delete(root, true);
    }
  }

  private boolean hasParts() throws IOException {
    if (!fs.exists(root)) { // an object store has no empty folders
      return false;
    }
    for (FileStatus file : fs.listStatus(root)) {
      if (file.getPath().getName().startsWith(WRITTEN)) {
        return true;
      }
    }
    return false;
  }
}

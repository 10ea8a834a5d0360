package io.prumerge.prepare;

import io.prumerge.console.Failure;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.store.Json;
import io.prumerge.store.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An unfinished table, in a folder beside its final one. Each attempt at a part has its own folder;
 * a marker, written last, names the attempt that is used. The next run for the same table continues
 * from the markers. The folder's name has the digest of the settings, so other tables stay
 * untouched; the {@link #leases} keep out a second driver with the same settings.
 */
final class UnfinishedTable {

  /**
   * Marks a part that is written.
   *
   * @param attempt name of its folder
   * @param files number of its files
   */
  private record Marker(int part, String attempt, int files) {}

  private static final String PARQUET = ".parquet";
  private static final String SPARK_PREFIX = "part-";
  private static final String WRITTEN = "written-";
  private static final int HASH_DIGITS = 16;

  private final FileSystem fs;
  private final Path root;
  private boolean finished;

  private UnfinishedTable(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
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

  /** Returns a new folder for a part; it does not exist yet. */
  Path attempt(int part) {
    return new Path(root, String.format(Locale.ROOT, "attempt-%05d-%s", part, UUID.randomUUID()));
  }

  /** Commits a complete attempt, unless another one was committed before. */
  void commit(int part, Path attempt) throws IOException {
    int files = parquet(attempt);
    if (!WholeFile.wroteFirst(
        fs, marker(part), Json.write(new Marker(part, attempt.getName(), files)))) {
      fs.delete(attempt, true);
    }
  }

  private int parquet(Path folder) throws IOException {
    int files = 0;
    for (FileStatus file : fs.listStatus(folder)) {
      files += file.getPath().getName().endsWith(PARQUET) ? 1 : 0;
    }
    return files;
  }

  /**
   * Moves the files of all parts into one folder and returns it. May be called again if a driver
   * stopped halfway.
   */
  Path assembled(Iterable<QuestionGroups.Part> parts) throws IOException {
    Path table = new Path(root, "table");
    fs.mkdirs(table);
    int expected = 0;
    for (QuestionGroups.Part part : parts) {
      Marker marker = read(marker(part.number()));
      expected += marker.files();
      Path attempt = new Path(root, marker.attempt());
      for (FileStatus file : fs.listStatus(attempt)) {
        String name = file.getPath().getName();
        if (name.endsWith(PARQUET)) {
          String target =
              String.format(
                  Locale.ROOT,
                  "part-%05d-%s",
                  part.number(),
                  name.substring(SPARK_PREFIX.length()));
          fs.rename(file.getPath(), new Path(table, target));
        }
      }
    }
    int found = parquet(table);
    if (found != expected) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot finish the table: %s holds %d files of %d; delete %s and start again",
              table,
              found,
              expected,
              root));
    }
    return table;
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

  /** Renames the table to its final folder. */
  void become(Path table, Path output) throws IOException {
    if (fs.exists(output) || !fs.rename(table, output)) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot rename the table to %s: the folder exists by now; the table is %s",
              output,
              table));
    }
    finished = true;
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

  /** Removes the folder of a failed attempt. */
  void drop(Path attempt) throws IOException {
    fs.delete(attempt, true);
  }
}

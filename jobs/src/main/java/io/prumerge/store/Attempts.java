package io.prumerge.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.io.IOUtils;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder in which drivers make what is to become visible, each attempt in a folder of its own,
 * and a marker of the attempt that counts. Folders whose names begin with an underscore are no
 * attempts.
 */
final class Attempts {

  private static final String MARKER = "committed.json";
  private static final String PARQUET = ".parquet";

  private final Path folder;
  private final FileSystem fs;
  private final CommitGuard guard;

  Attempts(Path folder, FileSystem fs, CommitGuard guard) {
    this.folder = folder;
    this.fs = fs;
    this.guard = guard;
  }

  Path attempt(String name) {
    return new Path(folder, name);
  }

  Path folder() {
    return folder;
  }

  /** Returns the file that names the attempt that counts. */
  Path marker() {
    return new Path(folder, MARKER);
  }

  /** Returns whether some attempt is marked. */
  boolean isMarked() throws IOException {
    return fs.exists(marker());
  }

  /** Returns the marker's content; empty if there is none, or it cannot be read. */
  <T> Optional<T> marked(Class<T> type) throws IOException {
    if (!isMarked()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(CompleteTables.text(marker(), fs), type));
    } catch (FileNotFoundException | IllegalArgumentException e) {
      return Optional.empty(); // all is made again
    }
  }

  /** Marks an attempt, unless another driver has just marked one. */
  void mark(Record content) throws IOException {
    guard.check();
    WholeFile.wroteFirst(fs, marker(), Json.write(content));
  }

  /** Deletes the marker, so that another attempt can count. */
  void unmark() throws IOException {
    guard.check();
    fs.delete(marker(), false);
  }

  /**
   * Returns whether all files of an attempt are left.
   *
   * @param files their sizes by path
   * @param shown folder that they are moved to
   */
  boolean isWhole(String attempt, Map<String, Long> files, Shown shown) throws IOException {
    // In this order: a file that is being moved meanwhile is found at least once.
    Map<String, Long> made = CompleteTables.sizes(attempt(attempt), "", fs);
    Map<String, Long> visible = shown.sizes();
    return files.entrySet().stream()
        .allMatch(
            file ->
                file.getValue().equals(made.get(file.getKey()))
                    || file.getValue().equals(visible.get(file.getKey())));
  }

  /** Lists the sizes of the files that readers see, by path. */
  interface Shown {
    Map<String, Long> sizes() throws IOException;
  }

  /** Deletes all other attempts, so that no driver can show their files any more. */
  void deleteOthers(String attempt) throws IOException {
    List<Path> others = new ArrayList<>();
    for (FileStatus status : fs.listStatus(folder)) {
      String name = status.getPath().getName();
      if (status.isDirectory() && !name.equals(attempt) && !name.startsWith("_")) {
        others.add(status.getPath());
      }
    }
    guard.check();
    for (Path other : others) {
      fs.delete(other, true);
    }
  }

  /** Returns whether a file is a table's, whose name no other attempt uses. */
  static boolean isKnownByName(String file) {
    return file.endsWith(PARQUET);
  }

  /** Returns whether two files of one size are equal. */
  boolean isEqual(Path shown, Path made) throws IOException {
    if (isKnownByName(made.getName())) {
      return true;
    }
    try (FSDataInputStream one = fs.open(shown);
        FSDataInputStream other = fs.open(made)) {
      return IOUtils.contentEquals(one, other);
    }
  }

  /** Moves a file, unless another driver that shows the same attempt has just done so. */
  void move(Path made, Path shown) throws IOException {
    fs.mkdirs(shown.getParent());
    try {
      PlainFiles.rename(fs, made, shown); // the caller looks at the result
    } catch (FileNotFoundException | FileAlreadyExistsException e) {
      if (!fs.exists(shown)) {
        throw e;
      }
    }
  }
}

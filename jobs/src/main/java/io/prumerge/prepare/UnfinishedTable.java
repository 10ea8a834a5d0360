package io.prumerge.prepare;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.store.CommitGuard;
import io.prumerge.store.Json;
import io.prumerge.store.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The parts of a table that is being prepared. All are written into one folder, because on an
 * object store each move of a file is a copy of its images, and are moved once, with the folder; a
 * marker, written last, names the files of a part that count. The next run for the same table
 * continues from the markers. The names of folder, files and markers have the digest of the
 * settings, so the parts of other tables stay untouched until one of them is finished.
 */
final class UnfinishedTable {

  /**
   * Marks a part that is written.
   *
   * @param code the hash of the code that wrote it; empty of earlier versions
   * @param files names of its files
   */
  private record Marker(
      @JsonSetter(nulls = Nulls.AS_EMPTY) String code, int part, List<String> files) {}

  private static final int HASH_DIGITS = 16;
  private static final String WRITTEN = "written-%s-%05d-%s.json";
  private static final Pattern MARKER = Pattern.compile("written-([0-9a-f]+)-\\d+-.*\\.json");

  private final FileSystem fs;
  private final Path root;
  private final String name;
  private final CommitGuard lease;
  private final Set<String> counted = new TreeSet<>();

  /**
   * @param root folder that the parts of tables of one output lie in
   * @param sha256 digest of everything that decides the table
   * @param lease is required before anything counts or is deleted
   */
  UnfinishedTable(Path root, FileSystem fs, String sha256, CommitGuard lease) {
    this.fs = fs;
    this.root = root;
    this.name = sha256.substring(0, HASH_DIGITS);
    this.lease = lease;
  }

  /**
   * Returns whether a folder holds a part of any table. Deletes markers whose files are gone, which
   * are of no use to any driver.
   */
  static boolean hasParts(Path root, FileSystem fs) throws IOException {
    boolean some = false;
    for (Path marker : markers(root, fs)) {
      if (Collections.disjoint(
          files(new Path(root, table(marker)), fs), read(marker, fs).files())) {
        fs.delete(marker, false);
      } else {
        some = true;
      }
    }
    return some;
  }

  /** Returns whether other code than this has written a part of any table. */
  boolean hasFormer() throws IOException {
    for (Path marker : markers(root, fs)) {
      if (!read(marker, fs).code().equals(CodeDigest.ofReading())) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> markers(Path root, FileSystem fs) throws IOException {
    List<Path> markers = new ArrayList<>();
    if (fs.exists(root)) { // an object store has no empty folders
      for (FileStatus file : fs.listStatus(root)) {
        if (MARKER.matcher(file.getPath().getName()).matches()) {
          markers.add(file.getPath());
        }
      }
    }
    return markers;
  }

  /** Returns the name of the folder of a marker's table. */
  private static String table(Path marker) {
    return MARKER.matcher(marker.getName()).replaceFirst("$1");
  }

  /** Returns the name of the folder of all files, which begins their names, too. */
  String name() {
    return name;
  }

  /** Returns the folder of all files. */
  Path table() {
    return new Path(root, name);
  }

  /** Returns the names of the files that count, after {@link #requireOnly}. */
  Set<String> counted() {
    return Set.copyOf(counted);
  }

  /** Returns whether the folder has only the files of {@link #requireOnly}. */
  boolean hasOnly() throws IOException {
    return files().equals(counted);
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

  /** Writes a part. */
  void write(int part, Writer writer) throws IOException {
    Set<String> before = files();
    List<String> files = List.of();
    try {
      files = writer.write();
      lease.check();
    } catch (Throwable e) { // a failed job throws one that Scala does not declare
      try {
        for (String file : files) { // its own, whoever has the lease
          fs.delete(new Path(table(), file), false);
        }
        keep(before);
      } catch (IOException | RuntimeException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    String marker = Text.format(WRITTEN, name, part, UUID.randomUUID());
    WholeFile.wroteFirst(
        fs, new Path(root, marker), Json.write(new Marker(CodeDigest.ofReading(), part, files)));
  }

  /** Returns the names of the files in the folder. */
  private Set<String> files() throws IOException {
    return files(table(), fs);
  }

  private static Set<String> files(Path table, FileSystem fs) throws IOException {
    Set<String> files = new TreeSet<>();
    try {
      for (FileStatus file : fs.listStatus(table)) {
        files.add(file.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return files; // nothing is written yet
    }
    return files;
  }

  /** Deletes what is in the folder except the given files. */
  private void keep(Set<String> kept) throws IOException {
    Set<String> others = files();
    others.removeAll(kept);
    lease.check(); // what another driver writes from here on is not among them
    for (String other : others) {
      fs.delete(new Path(table(), other), true);
    }
  }

  /** Returns the parts all of whose files are there, with their names. */
  private SortedMap<Integer, List<String>> whole() throws IOException {
    List<Marker> all = new ArrayList<>();
    for (Path marker : markers(root, fs)) {
      if (table(marker).equals(name)) {
        all.add(read(marker, fs));
      }
    }
    Set<String> files = files();
    SortedMap<Integer, List<String>> whole = new TreeMap<>();
    for (Marker marker : all) {
      if (files.containsAll(marker.files())) {
        whole.putIfAbsent(marker.part(), marker.files());
      }
    }
    return whole;
  }

  /** Returns the numbers of the parts that are written. */
  Set<Integer> written() throws IOException {
    return whole().keySet();
  }

  /** Leaves only the files of the given parts, which must all be there. */
  void requireOnly(List<GroupPart> parts) throws IOException {
    SortedMap<Integer, List<String>> whole = whole();
    Set<Integer> missing =
        parts.stream().map(GroupPart::number).collect(Collectors.toCollection(TreeSet::new));
    missing.removeAll(whole.keySet());
    if (!missing.isEmpty()) {
      lease.check();
      throw new Failure(
          Text.format(
              "Cannot finish the table: files of %d of %d parts have gone from %s meanwhile; the"
                  + " same command writes them again",
              missing.size(), parts.size(), table()));
    }
    counted.clear();
    parts.forEach(part -> counted.addAll(whole.get(part.number())));
    keep(counted);
  }

  private static Marker read(Path file, FileSystem fs) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), Marker.class);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Text.format(
              "Cannot read %s: %s; delete the file, then its part is written again",
              file, e.getMessage()));
    }
  }
}

package io.prumerge.jobs;

import io.prumerge.report.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A run's folder. Every attempt at a chunk writes a folder of its own below {@code _chunks/}; a
 * marker written last names the one that counts. What people read is written once all chunks are
 * committed, and {@code _COMPLETE} last.
 */
final class RunDirectory {

  /** How far a run has come. */
  enum State {
    ABSENT,
    UNFINISHED,
    FINISHED,
    /** There is something, but no run. */
    FOREIGN
  }

  /** The committed attempt at one chunk. */
  private record Marker(int chunk, String attempt) {}

  private static final String MANIFEST = "manifest.json";
  private static final String CHUNKS = "_chunks";
  private static final String COMPLETE = "_COMPLETE";
  private static final String REPORT = "report";
  private static final String MARKER_PREFIX = "committed-";

  private final Path root;
  private final FileSystem fs;

  RunDirectory(Path root, FileSystem fs) {
    this.root = root;
    this.fs = fs;
  }

  Path root() {
    return root;
  }

  State state() throws IOException {
    if (fs.exists(new Path(root, COMPLETE))) {
      return State.FINISHED;
    }
    if (fs.exists(new Path(root, MANIFEST))) {
      return State.UNFINISHED;
    }
    return fs.exists(root) && fs.listStatusIterator(root).hasNext() ? State.FOREIGN : State.ABSENT;
  }

  void begin(Manifests manifests) throws IOException {
    List<Manifest> runs = manifests.runs();
    writeOnce(new Path(root, MANIFEST), Json.write(runs.size() == 1 ? runs.get(0) : runs));
  }

  Manifests manifests() throws IOException {
    Path file = new Path(root, MANIFEST);
    return new Manifests(Json.readOneOrMore(text(file), Manifest.class, file.toString()));
  }

  /** A new folder for one attempt at a chunk; does not exist yet. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), "chunk-%05d-%s".formatted(chunk, UUID.randomUUID()));
  }

  /** Makes an attempt, written whole, the one that counts. */
  void commit(int chunk, Path attempt) throws IOException {
    writeOnce(
        new Path(new Path(root, CHUNKS), "%s%05d.json".formatted(MARKER_PREFIX, chunk)),
        Json.write(new Marker(chunk, attempt.getName())));
  }

  /** Folders of the committed attempts by chunk. */
  SortedMap<Integer, Path> committed() throws IOException {
    SortedMap<Integer, Path> committed = new TreeMap<>();
    Path chunks = new Path(root, CHUNKS);
    if (fs.exists(chunks)) {
      for (FileStatus status : fs.listStatus(chunks)) {
        if (status.getPath().getName().startsWith(MARKER_PREFIX)) {
          Marker marker =
              Json.read(text(status.getPath()), Marker.class, status.getPath().toString());
          committed.put(marker.chunk(), new Path(chunks, marker.attempt()));
        }
      }
    }
    return committed;
  }

  /** Where people find this table. */
  String table(Table table) {
    return switch (table) {
      case PREDICTIONS, SCORES -> new Path(root, table.folder()).toString();
      case METRICS, EFFICIENCY, SUMMARY, RUNS -> new Path(report(), table.folder()).toString();
      case EXAMPLES -> throw new IllegalArgumentException("A run holds no examples");
    };
  }

  Path report() {
    return new Path(root, REPORT);
  }

  /**
   * Removes tables that an attempt to finish left behind: without {@code _COMPLETE} nobody may have
   * read them, and the chunks hold all there is to make them again.
   */
  void clearTables() throws IOException {
    fs.delete(new Path(table(Table.PREDICTIONS)), true);
    fs.delete(new Path(table(Table.SCORES)), true);
    fs.delete(report(), true);
  }

  void complete() throws IOException {
    writeOnce(new Path(root, COMPLETE), "");
  }

  private String text(Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Under a temporary name first: a file that is there is whole. */
  private void writeOnce(Path file, String text) throws IOException {
    Path partial = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    try (OutputStream out = fs.create(partial, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (fs.exists(file) || !fs.rename(partial, file)) {
      fs.delete(partial, false);
      throw new Failure(file + " exists already: is another run writing to this folder?");
    }
  }
}

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
 *
 * <p>Where two drivers finish the same chunk, because one was thought dead, <b>the first marker
 * stands</b>, and who comes second drops his own attempt. Where the store cannot refuse to replace
 * a file, two that come at the very same moment may both have written the marker: the last one
 * stands, and as neither attempt is dropped then, it names one that is whole. Either way a chunk
 * has one marker, and its attempts hold the same result.
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
    return fs.exists(root) && holdsMoreThanABeginning() ? State.FOREIGN : State.ABSENT;
  }

  /** A driver that died before it began leaves its lease, and perhaps a manifest without a name. */
  private boolean holdsMoreThanABeginning() throws IOException {
    for (FileStatus status : fs.listStatus(root)) {
      String name = status.getPath().getName();
      if (!name.equals(LeaseFolder.NAME) && !name.startsWith(partialName(MANIFEST))) {
        return true;
      }
    }
    return false;
  }

  LeaseFolder leases() {
    return new LeaseFolder(root, fs);
  }

  void begin(Manifests manifests) throws IOException {
    List<Manifest> runs = manifests.runs();
    Path file = new Path(root, MANIFEST);
    if (!wroteFirst(file, Json.write(runs.size() == 1 ? runs.get(0) : runs))) {
      throw new Failure(file + " exists already: is another run writing to this folder?");
    }
  }

  Manifests manifests() throws IOException {
    Path file = new Path(root, MANIFEST);
    return new Manifests(Json.readOneOrMore(text(file), Manifest.class, file.toString()));
  }

  /** A new folder for one attempt at a chunk; does not exist yet. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), "chunk-%05d-%s".formatted(chunk, UUID.randomUUID()));
  }

  /** Makes an attempt, written whole, the one that counts, unless another one does already. */
  void commit(int chunk, Path attempt) throws IOException {
    Path file = new Path(new Path(root, CHUNKS), "%s%05d.json".formatted(MARKER_PREFIX, chunk));
    if (!wroteFirst(file, Json.write(new Marker(chunk, attempt.getName())))
        // A store that lost its answer and was asked again says no to what it has done.
        && !marker(file).attempt().equals(attempt.getName())) {
      fs.delete(attempt, true);
    }
  }

  /** Folders of the committed attempts by chunk. */
  SortedMap<Integer, Path> committed() throws IOException {
    SortedMap<Integer, Path> committed = new TreeMap<>();
    Path chunks = new Path(root, CHUNKS);
    if (fs.exists(chunks)) {
      for (FileStatus status : fs.listStatus(chunks)) {
        if (status.getPath().getName().startsWith(MARKER_PREFIX)) {
          Marker marker = marker(status.getPath());
          committed.put(marker.chunk(), new Path(chunks, marker.attempt()));
        }
      }
    }
    return committed;
  }

  private Marker marker(Path file) throws IOException {
    return Json.read(text(file), Marker.class, file.toString());
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

  /** Says that all is there; where another driver has said so already, that stands. */
  void complete() throws IOException {
    wroteFirst(new Path(root, COMPLETE), "");
  }

  private String text(Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String partialName(String name) {
    return "." + name + ".";
  }

  /** Under a temporary name first: a file that is there is whole. False where there is one. */
  private boolean wroteFirst(Path file, String text) throws IOException {
    Path partial = new Path(file.getParent(), partialName(file.getName()) + UUID.randomUUID());
    try (OutputStream out = fs.create(partial, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (fs.exists(file) || !fs.rename(partial, file)) {
      fs.delete(partial, false);
      return false;
    }
    return true;
  }
}

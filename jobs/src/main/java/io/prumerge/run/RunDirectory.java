package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.run.lease.LeaseFolder;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.ChecksumException;
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
public final class RunDirectory {

  /** How far a run has come. */
  enum State {
    ABSENT,
    UNFINISHED,
    FINISHED,
    /** There is something, but no run. */
    FOREIGN
  }

  /** Makes something of a file's text. */
  private interface Parser<T> {
    /**
     * @throws IllegalArgumentException when it is not what it should be
     */
    T parse(String text);
  }

  private static final String MANIFEST = "manifest.json";

  /** The manifest of a run that went on in another environment for the n-th time. */
  private static final String CHANGED = "manifest-%05d.json";

  private static final String CHUNKS = "_chunks";
  private static final String COMPLETE = "_COMPLETE";
  private static final String REPORT = "report";

  private final Path root;
  private final FileSystem fs;

  public RunDirectory(Path root, FileSystem fs) {
    this.root = root;
    this.fs = fs;
  }

  Path root() {
    return root;
  }

  FileSystem fileSystem() {
    return fs;
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
      if (!name.equals(LeaseFolder.NAME) && !name.startsWith(WholeFile.partialName(MANIFEST))) {
        return true;
      }
    }
    return false;
  }

  LeaseFolder leases() {
    return new LeaseFolder(root, fs);
  }

  void begin(Manifests manifests) throws IOException {
    Path file = new Path(root, MANIFEST);
    if (!WholeFile.wroteFirst(fs, file, Json.write(document(manifests)))) {
      throw new Failure(file + " exists already: is another run writing to this folder?");
    }
  }

  /** Notes that the runs go on in another environment; what was written before stays. */
  void change(Manifests manifests) throws IOException {
    int number = manifests.runs().get(0).changes().size();
    Path file = new Path(root, String.format(Locale.ROOT, CHANGED, number));
    if (!WholeFile.wroteFirst(fs, file, Json.write(document(manifests)))) {
      throw new Failure(file + " exists already: is another run writing to this folder?");
    }
  }

  private static Object document(Manifests manifests) {
    List<Manifest> runs = manifests.runs();
    return runs.size() == 1 ? runs.get(0) : runs;
  }

  /** The manifest as it was changed last. */
  private Path latestManifest() throws IOException {
    Path latest = new Path(root, MANIFEST);
    for (int number = 1; ; number++) {
      Path changed = new Path(root, String.format(Locale.ROOT, CHANGED, number));
      if (!fs.exists(changed)) {
        return latest;
      }
      latest = changed;
    }
  }

  /**
   * @throws Failure when the manifest is no longer what was written
   */
  Manifests manifests() throws IOException {
    return read(
        latestManifest(),
        text -> new Manifests(Json.readOneOrMore(text, Manifest.class)),
        "put the file back that the run began with, or begin again in a new folder");
  }

  /** A new folder for one attempt at a chunk; does not exist yet. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), ChunkMarker.newAttempt(chunk));
  }

  /**
   * Makes an attempt, written whole, the one that counts, unless another one does already.
   *
   * @param counts of what the attempt holds
   */
  void commit(int chunk, Path attempt, ChunkCounts counts) throws IOException {
    Path file = new Path(new Path(root, CHUNKS), ChunkMarker.fileName(chunk));
    if (!WholeFile.wroteFirst(
            fs, file, Json.write(new ChunkMarker(chunk, attempt.getName(), counts)))
        // A store that lost its answer and was asked again says no to what it has done.
        && !marker(file).attempt().equals(attempt.getName())) {
      fs.delete(attempt, true);
    }
  }

  /**
   * What was committed, by chunk.
   *
   * @throws Failure when a marker is no longer what was written
   */
  SortedMap<Integer, ChunkMarker> markers() throws IOException {
    SortedMap<Integer, ChunkMarker> markers = new TreeMap<>();
    Path chunks = new Path(root, CHUNKS);
    if (fs.exists(chunks)) {
      for (FileStatus status : fs.listStatus(chunks)) {
        if (ChunkMarker.isOne(status.getPath())) {
          ChunkMarker marker = marker(status.getPath());
          markers.put(marker.chunk(), marker);
        }
      }
    }
    return markers;
  }

  /**
   * Folders of the committed attempts by chunk.
   *
   * @throws Failure when a marker is no longer what was written
   */
  public SortedMap<Integer, Path> committed() throws IOException {
    SortedMap<Integer, Path> committed = new TreeMap<>();
    markers()
        .forEach(
            (chunk, marker) ->
                committed.put(chunk, new Path(new Path(root, CHUNKS), marker.attempt())));
    return committed;
  }

  private ChunkMarker marker(Path file) throws IOException {
    return read(
        file, text -> marker(text, file.getName()), "delete it, and its chunk is done again");
  }

  private static ChunkMarker marker(String text, String name) {
    ChunkMarker marker = Json.read(text, ChunkMarker.class);
    if (!name.equals(ChunkMarker.fileName(marker.chunk()))) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "it is of chunk %d", marker.chunk()));
    }
    return marker;
  }

  /** A new folder for the answers that a run finds in the answer cache; does not exist yet. */
  Path found() {
    return new Path(new Path(root, CHUNKS), "found-" + UUID.randomUUID());
  }

  /** Where people find this table. */
  String table(Table table) {
    return switch (table) {
      case PREDICTIONS, SCORES -> new Path(root, table.folder()).toString();
      case METRICS, EFFICIENCY, SUMMARY, CONTRASTS, RUNS ->
          new Path(report(), table.folder()).toString();
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
    WholeFile.wroteFirst(fs, new Path(root, COMPLETE), "");
  }

  /** A file of this run, which anybody may have changed since it was written. */
  private <T> T read(Path file, Parser<T> parser, String remedy) throws IOException {
    try (InputStream in = fs.open(file)) {
      return parser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (ChecksumException | IllegalArgumentException e) {
      throw new Failure(
          String.format(Locale.ROOT, "Cannot read %s: %s; %s", file, e.getMessage(), remedy));
    }
  }
}

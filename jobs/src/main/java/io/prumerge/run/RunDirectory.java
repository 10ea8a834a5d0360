package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.lease.LeaseFolder;
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
 * A run's folder. Every attempt at a chunk writes its own folder below {@code _chunks/}; a marker,
 * written last, names the attempt that counts. The tables for readers are written once all chunks
 * are committed, and {@code _COMPLETE} last.
 *
 * <p>Two drivers may finish the same chunk, if one was wrongly considered dead. <b>The first marker
 * wins</b>, and the second driver deletes its own attempt. On a store that cannot refuse to replace
 * a file, two drivers may write the marker at the same moment: then the last marker wins, and as
 * neither attempt is deleted, it names a complete one. Either way a chunk has one marker, and its
 * attempts hold the same result.
 */
public final class RunDirectory {

  /** Parses a file's text. */
  private interface Parser<T> {
    /**
     * Parses the text.
     *
     * @throws IllegalArgumentException if the text is invalid
     */
    T parse(String text);
  }

  private static final String MANIFEST = "manifest.json";

  /** The manifest after the n-th change of the environment. */
  private static final String CHANGED = "manifest-%05d.json";

  private static final String CHUNKS = "_chunks";
  private static final String COMPLETE = "_COMPLETE";
  private static final String REPORT = "report";

  private final Path root;
  private final FileSystem fs;

  /** Opens a folder, which need not exist yet. */
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

  RunState state() throws IOException {
    if (fs.exists(new Path(root, COMPLETE))) {
      return RunState.FINISHED;
    }
    if (fs.exists(new Path(root, MANIFEST))) {
      return RunState.UNFINISHED;
    }
    return fs.exists(root) && holdsMoreThanABeginning() ? RunState.FOREIGN : RunState.ABSENT;
  }

  /**
   * Returns whether the folder holds more than the leftovers of a driver that died at its start:
   * its lease, and perhaps a manifest under its temporary name.
   */
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

  /** Records that the runs are resumed in another environment. Keeps the earlier manifests. */
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

  /** Returns the latest manifest. */
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
   * Reads the latest manifest.
   *
   * @throws Failure if the manifest was damaged
   */
  Manifests manifests() throws IOException {
    return read(
        latestManifest(),
        text -> new Manifests(Json.readOneOrMore(text, Manifest.class)),
        "restore the original file, or start again in a new folder");
  }

  /** Returns a new folder's path for one attempt at a chunk. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), ChunkMarker.newAttempt(chunk));
  }

  /**
   * Commits a complete attempt, unless another attempt is committed already.
   *
   * @param counts counts of the attempt
   */
  void commit(int chunk, Path attempt, ChunkCounts counts) throws IOException {
    Path file = new Path(new Path(root, CHUNKS), ChunkMarker.fileName(chunk));
    if (!WholeFile.wroteFirst(
            fs, file, Json.write(new ChunkMarker(chunk, attempt.getName(), counts)))
        // A store may refuse a repeated request that it has already carried out.
        && !marker(file).attempt().equals(attempt.getName())) {
      fs.delete(attempt, true);
    }
  }

  /**
   * Reads the markers of the committed chunks, by chunk.
   *
   * @throws Failure if a marker was damaged
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
   * Returns the folders of the committed attempts, by chunk.
   *
   * @throws Failure if a marker was damaged
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
    return read(file, text -> marker(text, file.getName()), "delete it to answer its chunk again");
  }

  private static ChunkMarker marker(String text, String name) {
    ChunkMarker marker = Json.read(text, ChunkMarker.class);
    if (!name.equals(ChunkMarker.fileName(marker.chunk()))) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "it is the marker of chunk %d", marker.chunk()));
    }
    return marker;
  }

  /** Returns a new folder's path for the answers found in the answer cache. */
  Path found() {
    return new Path(new Path(root, CHUNKS), "found-" + UUID.randomUUID());
  }

  /** Returns the place of a table for readers. */
  String table(Table table) {
    return switch (table) {
      case PREDICTIONS, SCORES -> new Path(root, table.folder()).toString();
      case EXAMPLES, FRONT ->
          throw new IllegalArgumentException("A run holds no " + table.folder());
      default -> new Path(report(), table.folder()).toString();
    };
  }

  Path report() {
    return new Path(root, REPORT);
  }

  /**
   * Deletes the tables of an earlier attempt to finish. Nobody may read them without {@code
   * _COMPLETE}, and they are made again from the chunks.
   */
  void clearTables() throws IOException {
    fs.delete(new Path(table(Table.PREDICTIONS)), true);
    fs.delete(new Path(table(Table.SCORES)), true);
    fs.delete(report(), true);
  }

  /** Marks the run as complete. Does nothing if another driver has done so already. */
  void complete() throws IOException {
    WholeFile.wroteFirst(fs, new Path(root, COMPLETE), "");
  }

  /** Reads a file of this run, which may have been changed since it was written. */
  private <T> T read(Path file, Parser<T> parser, String remedy) throws IOException {
    try (InputStream in = fs.open(file)) {
      return parser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (ChecksumException | IllegalArgumentException e) {
      throw new Failure(
          String.format(Locale.ROOT, "Cannot read %s: %s; %s", file, e.getMessage(), remedy));
    }
  }
}

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
import java.util.regex.Pattern;
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
  private record Marker(int chunk, String attempt) {

    private static final Pattern NAME = Pattern.compile("committed-\\d{5,}\\.json");
    private static final String ATTEMPT = "chunk-%05d-";

    Marker {
      if (!attempt.matches(ATTEMPT.formatted(chunk) + "[-0-9a-f]{36}")) {
        throw new IllegalArgumentException(
            "attempt is '%s', which is none at chunk %d".formatted(attempt, chunk));
      }
    }

    static String newAttempt(int chunk) {
      return ATTEMPT.formatted(chunk) + UUID.randomUUID();
    }

    static String fileName(int chunk) {
      return "committed-%05d.json".formatted(chunk);
    }

    static boolean isOne(Path file) {
      return NAME.matcher(file.getName()).matches();
    }
  }

  /** Makes something of a file's text. */
  private interface Parser<T> {
    /**
     * @throws IllegalArgumentException when it is not what it should be
     */
    T parse(String text);
  }

  private static final String MANIFEST = "manifest.json";
  private static final String CHUNKS = "_chunks";
  private static final String COMPLETE = "_COMPLETE";
  private static final String REPORT = "report";

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

  /**
   * @throws Failure when the manifest is no longer what was written
   */
  Manifests manifests() throws IOException {
    return read(
        new Path(root, MANIFEST),
        text -> new Manifests(Json.readOneOrMore(text, Manifest.class)),
        "put the file back that the run began with, or begin again in a new folder");
  }

  /** A new folder for one attempt at a chunk; does not exist yet. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), Marker.newAttempt(chunk));
  }

  /** Makes an attempt, written whole, the one that counts, unless another one does already. */
  void commit(int chunk, Path attempt) throws IOException {
    Path file = new Path(new Path(root, CHUNKS), Marker.fileName(chunk));
    if (!wroteFirst(file, Json.write(new Marker(chunk, attempt.getName())))
        // A store that lost its answer and was asked again says no to what it has done.
        && !marker(file).attempt().equals(attempt.getName())) {
      fs.delete(attempt, true);
    }
  }

  /**
   * Folders of the committed attempts by chunk.
   *
   * @throws Failure when a marker is no longer what was written
   */
  SortedMap<Integer, Path> committed() throws IOException {
    SortedMap<Integer, Path> committed = new TreeMap<>();
    Path chunks = new Path(root, CHUNKS);
    if (fs.exists(chunks)) {
      for (FileStatus status : fs.listStatus(chunks)) {
        if (Marker.isOne(status.getPath())) {
          Marker marker = marker(status.getPath());
          committed.put(marker.chunk(), new Path(chunks, marker.attempt()));
        }
      }
    }
    return committed;
  }

  private Marker marker(Path file) throws IOException {
    return read(
        file, text -> marker(text, file.getName()), "delete it, and its chunk is done again");
  }

  private static Marker marker(String text, String name) {
    Marker marker = Json.read(text, Marker.class);
    if (!name.equals(Marker.fileName(marker.chunk()))) {
      throw new IllegalArgumentException("it is of chunk %d".formatted(marker.chunk()));
    }
    return marker;
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

  /** A file of this run, which anybody may have changed since it was written. */
  private <T> T read(Path file, Parser<T> parser, String remedy) throws IOException {
    try (InputStream in = fs.open(file)) {
      return parser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (ChecksumException | IllegalArgumentException e) {
      throw new Failure("Cannot read %s: %s; %s".formatted(file, e.getMessage(), remedy));
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

package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Inference;
import io.prumerge.published.PublishedFile;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.Noise;
import io.prumerge.report.ProtocolEffect;
import io.prumerge.report.Report;
import io.prumerge.report.Rescored;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.ParquetFooters;
import io.prumerge.store.RepeatedRow;
import io.prumerge.store.RunFormat;
import io.prumerge.store.Table;
import io.prumerge.store.TableCommit;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run's folder. Every attempt at a chunk writes its own folder below {@code _chunks/}; a marker,
 * written last, names the attempt that counts. The tables for readers are written once all chunks
 * are committed, by a {@link TableCommit}, and {@code _COMPLETE} last.
 *
 * <p>Two drivers may finish the same chunk, if one was wrongly considered dead. <b>The first marker
 * wins</b>, and the second driver deletes its own attempt. On a store that cannot refuse to replace
 * a file, two drivers may write the marker at the same moment: then the last marker wins, and as
 * neither attempt is deleted, it names a complete one. Either way a chunk has one marker, and its
 * attempts hold the same result.
 *
 * <p>The repeats of all questions are committed likewise, as chunks of a folder of their own.
 *
 * <p>A chunk whose errors were asked again gets a further marker in addition to its first one, by
 * the same rules. The tables show it as soon as they are written anew, and the old ones stay until
 * then.
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

  static final String MANIFEST = "manifest.json";

  /** The manifest after the n-th change of the environment. */
  private static final String CHANGED = "manifest-%05d.json";

  private static final String CHUNKS = "_chunks";
  private static final String REPEATS = "_repeats";
  private static final String REPORT = "report";
  private static final String ANSWER = "answer";

  /** Tables and pages of the first format, which does not list its files. */
  private static final String UNLISTED =
      "(predictions|scores|report/[^/]+)/(part-[^/]*\\.parquet|_SUCCESS)|report/[^/]+\\.(html|md)";

  private final Path root;
  private final FileSystem fs;
  private final Table<?> answers;

  /** Opens a folder, which need not exist yet. */
  public RunDirectory(Path root, FileSystem fs) {
    this(root, fs, Table.PREDICTIONS);
  }

  /** Opens the folder that an output names, which need not exist yet. */
  static RunDirectory of(Folders folders, String output) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, output);
    return new RunDirectory(root, folders.fileSystem(root));
  }

  /**
   * @param answers the table that each chunk is
   */
  private RunDirectory(Path root, FileSystem fs, Table<?> answers) {
    this.root = root;
    this.fs = fs;
    this.answers = answers;
  }

  Path root() {
    return root;
  }

  FileSystem fileSystem() {
    return fs;
  }

  RunState state() throws IOException {
    if (CompleteTables.isIn(root, fs)) {
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
    Path file = new Path(root, Text.format(CHANGED, number));
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
      Path changed = new Path(root, Text.format(CHANGED, number));
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
    Path file = latestManifest();
    return read(
        file,
        text -> {
          RunFormat.requireKnown(text, file);
          return new Manifests(Json.readOneOrMore(text, Manifest.class));
        },
        "restore the original file, or start again in a new folder");
  }

  /**
   * Returns the folder whose chunks are the repeats of all questions: number {@code (repeat - 1) x
   * models + model}, with the first repeat as 1.
   */
  RunDirectory repeats() {
    return new RunDirectory(new Path(root, REPEATS), fs, RepeatedRow.TABLE);
  }

  /** Returns a new folder's path for one attempt at a chunk. */
  Path attempt(int chunk) {
    return new Path(new Path(root, CHUNKS), ChunkMarker.newAttempt(chunk));
  }

  /** Returns the folder of a committed attempt. */
  Path attempt(ChunkMarker marker) {
    return new Path(new Path(root, CHUNKS), marker.attempt());
  }

  /** Reads the answers of a committed attempt. */
  Dataset<Row> answers(SparkSession spark, ChunkMarker marker) {
    return answers.written(spark, List.of(attempt(marker).toString()));
  }

  /**
   * Commits a complete attempt, unless another attempt is committed already.
   *
   * @param counts counts of the attempt
   */
  void commit(int chunk, Path attempt, ChunkCounts counts) throws IOException {
    commit(new ChunkMarker(chunk, 0, attempt.getName(), counts, files(attempt)));
  }

  /**
   * Commits an attempt in place of an earlier one, with fewer errors. Deletes it if it has as many.
   *
   * @param counts counts of the attempt
   */
  void commitAgain(ChunkMarker earlier, Path attempt, ChunkCounts counts) throws IOException {
    if (counts.errors() < earlier.counts().errors()) {
      commit(
          new ChunkMarker(
              earlier.chunk(), earlier.retry() + 1, attempt.getName(), counts, files(attempt)));
    } else {
      fs.delete(attempt, true);
    }
  }

  private SortedMap<String, Long> files(Path attempt) throws IOException {
    SortedMap<String, Long> files = CompleteTables.sizes(attempt, "", fs);
    files.keySet().removeIf(file -> !file.endsWith(ParquetFooters.SUFFIX));
    return files;
  }

  private void commit(ChunkMarker marker) throws IOException {
    Path file = new Path(new Path(root, CHUNKS), marker.fileName());
    if (!WholeFile.wroteFirst(fs, file, Json.write(marker))
        // A store may refuse a repeated request that it has already carried out.
        && !marker(file).attempt().equals(marker.attempt())) {
      fs.delete(attempt(marker), true);
    }
  }

  /**
   * Reads the markers that count, by chunk.
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
          markers.merge(
              marker.chunk(), marker, (one, other) -> one.retry() > other.retry() ? one : other);
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
    markers().forEach((chunk, marker) -> committed.put(chunk, attempt(marker)));
    return committed;
  }

  /**
   * Checks that the committed attempts hold the files that their markers name, and those of earlier
   * versions the rows that they count.
   *
   * @throws Failure naming the first file that is gone or was changed
   */
  void requireAttempts() throws IOException {
    for (ChunkMarker marker : markers().values()) {
      SortedMap<String, Long> found = files(attempt(marker));
      for (Map.Entry<String, Long> file : marker.files().entrySet()) {
        Long bytes = found.get(file.getKey());
        if (!file.getValue().equals(bytes)) {
          throw lost(
              marker,
              file.getKey(),
              bytes == null
                  ? "is gone"
                  : Text.format("has %,d bytes instead of %,d", bytes, file.getValue()));
        }
      }
      if (marker.files().isEmpty() && marker.counts().answers() > 0) {
        long rows = found.isEmpty() ? 0 : ParquetFooters.of(attempt(marker), fs).rows();
        if (rows != marker.counts().answers()) {
          throw lost(
              marker, "", Text.format("holds %,d answers of %,d", rows, marker.counts().answers()));
        }
      }
    }
  }

  private Failure lost(ChunkMarker marker, String file, String problem) {
    Path chunks = new Path(root, CHUNKS);
    return new Failure(
        Wording.of(
            "Cannot go on with %s: of its committed chunk %d, %s %s; restore it, or delete the"
                + " chunk's marker %s, then %s answers it again",
            root,
            marker.chunk() + 1,
            file.isEmpty() ? attempt(marker) : new Path(attempt(marker), file),
            problem,
            new Path(chunks, marker.fileName()),
            Setting.RESUME));
  }

  private ChunkMarker marker(Path file) throws IOException {
    return read(file, text -> marker(text, file.getName()), "delete it to answer its chunk again");
  }

  private static ChunkMarker marker(String text, String name) {
    ChunkMarker marker = Json.read(text, ChunkMarker.class);
    if (!name.equals(marker.fileName())) {
      throw new IllegalArgumentException(
          Text.format("it is the marker of chunk %d", marker.chunk()));
    }
    return marker;
  }

  /** Returns how many answers and errors the committed chunks hold. */
  ErrorRate held() throws IOException {
    return ErrorRate.held(markers().values());
  }

  /**
   * Returns whether a finished run's chunks hold the answers of its tables with fewer errors: a
   * driver that asked errors again has ended before it wrote the tables anew.
   */
  boolean hasFewerErrors() throws IOException {
    Optional<CompleteTables> completed = completed();
    if (completed.isEmpty()) {
      return false;
    }
    ErrorRate held = held();
    return held.answers() == completed.get().answers() && held.errors() < completed.get().errors();
  }

  /** Returns a new folder's path for the answers found in the answer cache. */
  Path found() {
    return new Path(new Path(root, CHUNKS), "found-" + UUID.randomUUID());
  }

  /** Returns the place of a table for readers. */
  String table(Table<?> table) {
    return new Path(root, place(table)).toString();
  }

  /** Reads the answers of a finished run. */
  Dataset<Row> predictions(SparkSession spark) {
    return Table.PREDICTIONS.read(spark, List.of(table(Table.PREDICTIONS)));
  }

  /** Returns the path of a table in a run's folder. */
  static String place(Table<?> table) {
    boolean answers = table == Table.PREDICTIONS || table == Table.SCORES || table == Table.REPEATS;
    if (!answers
        && !Report.TABLES.contains(table)
        && table != ContrastResult.TABLE
        && table != Noise.TABLE
        && table != ProtocolEffect.TABLE
        && table != BesidePublished.TABLE
        && table != Rescored.TABLE) {
      throw new IllegalArgumentException("A run holds no " + table.folder());
    }
    return (answers ? "" : REPORT + Path.SEPARATOR) + table.folder();
  }

  /** Returns the folder of the report in a run's folder, or in an attempt to write its tables. */
  public static Path report(Path root) {
    return new Path(root, REPORT);
  }

  /**
   * Returns whether a finished run's tables lack repeats that are committed, or answers in place of
   * errors in them, or were never asked.
   *
   * @param asked how often each model is asked all questions again, at least
   */
  boolean lacksRepeats(int asked) throws IOException {
    Optional<CompleteTables> completed = completed();
    if (completed.isEmpty()) {
      return asked > 0;
    }
    RunDirectory repeats = repeats();
    long held = completed.get().rows().getOrDefault(place(Table.REPEATS), 0L);
    return repeats.held().answers() > held
        || held > 0 && repeats.held().answered() > answeredRepeats()
        || !repeats.openRepeats(asked, manifests().runs().size()).isEmpty();
  }

  private long answeredRepeats() throws IOException {
    return ParquetFooters.of(new Path(table(Table.REPEATS)), fs, ANSWER).values(ANSWER);
  }

  /** Returns whether a finished run has a table. */
  boolean has(Table<?> table) throws IOException {
    return completed().filter(one -> one.rows().containsKey(place(table))).isPresent();
  }

  /**
   * Returns the numbers of the repeats that are not committed in this folder of {@link #repeats}.
   *
   * @param asked how often each model is asked all questions again
   */
  List<Integer> openRepeats(int asked, int models) throws IOException {
    Set<Integer> committed = markers().keySet();
    return IntStream.range(0, asked * models)
        .filter(number -> !committed.contains(number))
        .boxed()
        .toList();
  }

  /**
   * Prepares the commit of the run's tables and pages.
   *
   * @param source digest of everything that they are made from
   * @param lease lease that is required for every step
   */
  TableCommit tables(String source, DriverLease lease) throws IOException {
    return new TableCommit(
        root,
        fs,
        source,
        lease::check,
        table -> ParquetFooters.of(table, fs).rows(),
        manifests().runs().get(0).format() == RunFormat.FIRST
            ? file -> file.matches(UNLISTED)
            : file -> false);
  }

  /**
   * Reads what a finished run's tables hold.
   *
   * @return empty for a run of the first format
   */
  Optional<CompleteTables> completed() throws IOException {
    return CompleteTables.read(root, fs);
  }

  /**
   * Returns whether a finished run's report was made with these statistics, beside these published
   * figures; true if nobody knows.
   */
  boolean hasTablesOf(Inference inference, Optional<PublishedFile> published) throws IOException {
    Optional<CompleteTables> completed = completed();
    return completed.isEmpty()
        || completed
            .get()
            .source()
            .equals(RunTables.source(markers(), repeats().markers(), inference, published));
  }

  /**
   * Checks that the tables of a finished run are those that were counted when it was completed.
   *
   * @throws Failure if they are not
   */
  void requireWhole() throws IOException {
    Optional<CompleteTables> completed = completed();
    if (completed.isPresent()) {
      for (String table : completed.get().rows().keySet()) {
        completed.get().require(table, root, fs);
      }
    }
  }

  /**
   * Checks that the tables have the rows that {@code _COMPLETE} counts.
   *
   * @throws Failure if one has not, or is damaged
   */
  void requireRows() throws IOException {
    Optional<CompleteTables> completed = completed();
    if (completed.isPresent()) {
      for (String table : completed.get().rows().keySet()) {
        completed.get().requireRows(table, root, fs);
      }
    }
  }

  /** Reads a file of this run, which may have been changed since it was written. */
  private <T> T read(Path file, Parser<T> parser, String remedy) throws IOException {
    try (InputStream in = fs.open(file)) {
      return parser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (ChecksumException | IllegalArgumentException e) {
      throw new Failure(Text.format("Cannot read %s: %s; %s", file, e.getMessage(), remedy));
    }
  }
}

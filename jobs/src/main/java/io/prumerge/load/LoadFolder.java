package io.prumerge.load;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadSeries;
import io.prumerge.load.report.LoadReport;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.WholeFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of a load test. It appears when it is whole; until then its points lie next to it,
 * each with a marker that is there once they are whole, under a lease that keeps a second process
 * out.
 */
final class LoadFolder implements Closeable {

  static final String MANIFEST = "load.json";

  /**
   * Says that a series is there whole.
   *
   * @param rows the folder of its rows
   */
  private record Marker(String rows) {}

  private final Path path;
  private final Path points;
  private final FileSystem fs;
  private final UnfinishedFolder place;
  private SparkSession spark;
  private boolean held;

  LoadFolder(Folders folders, String output) throws IOException {
    path = folders.qualified(Setting.OUTPUT, output);
    fs = folders.fileSystem(path);
    place = UnfinishedFolder.beside(path, "load", fs);
    points = new Path(place.root(), "points");
  }

  Path path() {
    return path;
  }

  /**
   * Checks that a test may use this folder.
   *
   * @throws UsageException if it holds something else, or a test that is not resumed
   */
  void requireFit(boolean resume) throws IOException {
    if (fs.exists(path) && !place.commit().isDecided() && !(resume && isFinished())) {
      throw new UsageException(
          Wording.of(
              "%s %s exists already; name a new folder, results are never overwritten",
              Setting.OUTPUT, path));
    }
    if (!resume && fs.exists(manifest())) {
      throw new UsageException(
          Wording.of(
              "%s %s has an unfinished load test in %s; continue it with %s, or delete that folder",
              Setting.OUTPUT, path, place.root(), Setting.RESUME));
    }
  }

  /** Returns whether the test is there whole, and no process was killed while it moved it. */
  boolean isFinished() throws IOException {
    return fs.exists(new Path(path, MANIFEST)) && !place.commit().isDecided();
  }

  /**
   * Begins a test, or goes on with the one that was begun; takes its lease.
   *
   * @param session reads and writes rows on the driver, without a job
   * @return what it was begun with
   * @throws UsageException if it was begun with other settings
   * @throws Failure if another process is at it
   */
  LoadManifest begin(SparkSession session, LoadManifest now) throws IOException {
    spark = session;
    place.take(LeaseHolder.here(spark.sparkContext().applicationId()), LeasedWork.FOLDER);
    held = true;
    boolean begins = WholeFile.wroteFirst(fs, manifest(), Json.write(now));
    LoadManifest begun = begins ? now : read(fs, manifest(), LoadManifest.class);
    requireSame(begun, now);
    return begun;
  }

  /** Says what a test that is stopped leaves, and how to go on with it. */
  Wording kept() {
    return Wording.of(
        "Stopped; %s goes on after the last whole point; all are kept in %s",
        Setting.RESUME, place.root());
  }

  private void requireSame(LoadManifest begun, LoadManifest now) {
    if (!begun.asksTheSame(now)) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s with other settings or examples: it was begun with %s %s and %s;"
                  + " start in a new folder",
              path, Setting.SHARE, begun.share(), Json.line(begun.asked())));
    }
  }

  private Path manifest() {
    return new Path(place.root(), MANIFEST);
  }

  /** Returns the requests of a series that was measured before. */
  Optional<List<LoadRow>> point(LoadSeries series) throws IOException {
    Path marker = marker(series);
    if (!fs.exists(marker)) {
      return Optional.empty();
    }
    String rows = read(fs, marker, Marker.class).rows();
    return Optional.of(
        LoadRow.TABLE.records(
            LoadRow.TABLE.written(spark, List.of(new Path(points, rows).toString()))));
  }

  /**
   * Keeps the requests of a series that was asked whole. The rows count once their marker is there.
   *
   * @throws Failure if another process has taken over
   */
  void keep(LoadSeries series, List<LoadRow> rows) throws IOException {
    String name = UUID.randomUUID().toString();
    LoadRow.TABLE.write(spark, rows, new Path(points, name).toString());
    place.check();
    if (!WholeFile.wroteFirst(fs, marker(series), Json.write(new Marker(name)))) {
      throw new Failure(
          Text.format("%s exists already: does another process measure?", marker(series)));
    }
  }

  private Path marker(LoadSeries series) {
    String name =
        Text.format(
            "%s-%s-%d", series.subject().server(), series.pattern().name(), series.repeat());
    return new Path(points, FileNames.unique(name) + ".json");
  }

  /** Writes everything that readers shall see. */
  interface Writer {
    /**
     * Writes tables and page.
     *
     * @param attempt folder in place of the final one; does not exist yet
     */
    LoadReport write(Path attempt) throws IOException;
  }

  /** Writes everything that readers shall see, and gives the folder its name. */
  LoadReport finish(LoadManifest manifest, Writer writer) throws IOException {
    String attempt = UUID.randomUUID().toString();
    Path folder = new Path(place.root(), attempt);
    LoadReport report = writer.write(folder);
    String json = Json.write(manifest);
    WholeFile.wroteFirst(fs, new Path(folder, MANIFEST), json);
    place
        .commit()
        .commit(attempt, Sha256.hex(json.getBytes(StandardCharsets.UTF_8)), Set.of(MANIFEST));
    place.clear(name -> false);
    release();
    return report;
  }

  /**
   * Reads what a finished test is of.
   *
   * @throws UsageException if it was another one
   */
  LoadManifest finished(LoadManifest now) throws IOException {
    LoadManifest finished = manifest(fs, path);
    requireSame(finished, now);
    return finished;
  }

  /** Reads what the test in a folder is of. */
  static LoadManifest manifest(FileSystem fs, Path folder) throws IOException {
    return read(fs, new Path(folder, MANIFEST), LoadManifest.class);
  }

  private static <T> T read(FileSystem fs, Path file, Class<T> type) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), type);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Text.format(
              "Cannot read %s: %s; delete it, or start again in a new folder",
              file, e.getMessage()));
    }
  }

  private void release() throws IOException {
    held = false;
    place.close();
  }

  /** Gives the lease of an unfinished test back; keeps its points, if there are any. */
  @Override
  public void close() throws IOException {
    if (held) {
      if (!fs.exists(points) && !place.commit().isDecided()) {
        place.clearIfHeld();
      }
      release();
    }
  }
}

package io.prumerge.search;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.plan.RunTarget;
import io.prumerge.store.Json;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A search's folder: {@code search.json}, the answers that rungs share, a run for each rung, and
 * the front.
 */
final class SearchFolder {

  private static final String RECORD = "search.json";

  private final Path root;
  private final FileSystem fs;

  SearchFolder(Path root, FileSystem fs) {
    this.root = root;
    this.fs = fs;
  }

  /** Returns the folder of the answers of all rungs. */
  String answers() {
    return new Path(root, "answers").toString();
  }

  /** Returns the folder of a rung's run. */
  String rung(int number) {
    return new Path(root, "rung-" + number).toString();
  }

  /** Returns the folder of the table of the front. */
  Path front() {
    return new Path(root, "front.parquet");
  }

  /**
   * Checks that the search may use this folder.
   *
   * @throws UsageException if it holds something else, or a search that is not continued
   */
  void requireFit(RunTarget target) throws IOException {
    boolean begun = fs.exists(new Path(root, RECORD));
    boolean resume = target.start() != RunTarget.Start.FRESH;
    if (begun && !resume) {
      throw new UsageException(
          Wording.of(
              "%s %s holds a search; continue it with %s or name a new folder",
              Setting.OUTPUT, target.output(), Setting.RESUME));
    }
    if (!begun && fs.exists(root) && holdsMoreThanABeginning()) {
      throw new UsageException(
          Wording.of(
              "%s %s exists already and holds no search; name a new folder",
              Setting.OUTPUT, target.output()));
    }
  }

  private boolean holdsMoreThanABeginning() throws IOException {
    for (FileStatus status : fs.listStatus(root)) {
      if (!status.getPath().getName().startsWith(WholeFile.partialName(RECORD))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes what determines the search, or compares it with what is there.
   *
   * @throws UsageException if the search was begun with other settings
   */
  void begin(SearchRecord now) throws IOException {
    Path file = new Path(root, RECORD);
    if (WholeFile.wroteFirst(fs, file, Json.write(now))) {
      return;
    }
    List<Wording> differences = read(file).differences(now);
    if (!differences.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s with other settings: %s", root, Wording.join("; ", differences)));
    }
  }

  private SearchRecord read(Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), SearchRecord.class);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot read %s: %s; restore the original file, or start again in a new folder",
              file,
              e.getMessage()));
    }
  }

  /** Deletes the table of an attempt that was killed while it was written. */
  void clearFront() throws IOException {
    fs.delete(front(), true);
  }
}

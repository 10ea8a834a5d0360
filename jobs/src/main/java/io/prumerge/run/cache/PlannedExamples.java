package io.prumerge.run.cache;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.store.Folders;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The examples of a plan. In place of a table that is not prepared yet there is one with the same
 * questions, but without the pictures: a plan asks their sizes only. It lies where the cache's
 * folder is or would be, because executors write it, and until this is closed; that of a plan that
 * was killed until one a day later.
 */
public final class PlannedExamples implements Closeable {

  private static final String SCRATCH = ".planning-";

  /** How long a plan may take; what is older was left by one that was killed. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final List<PrepareOptions> located;
  private final Folders folders;
  private final FileSystem fs;
  private final Path scratch;
  private final Console console;

  /**
   * @param located benchmarks, with their sources and where their tables are or would be
   * @param root the cache's folder, which need not exist
   * @throws io.prumerge.console.UsageException if it could not be made, and is needed
   */
  PlannedExamples(List<PrepareOptions> located, Folders folders, Path root, Console console)
      throws IOException {
    this.located = List.copyOf(located);
    this.folders = folders;
    this.fs = folders.fileSystem(root);
    this.console = console;
    Path there = root;
    while (!fs.exists(there) && there.getParent() != null) {
      there = there.getParent(); // so that no folder is made that remains
    }
    scratch = new Path(there, SCRATCH + UUID.randomUUID());
    for (PrepareOptions options : located) {
      if (!ExamplesCache.isThere(options, folders)) {
        folders.requirePlace(Setting.EXAMPLES_CACHE, root.toString(), root);
      }
    }
  }

  /** Returns the tables, after those that are not there were read for the plan. */
  public List<String> tables(SparkSession spark) throws IOException {
    List<String> tables = new ArrayList<>();
    for (PrepareOptions options : located) {
      tables.add(
          ExamplesCache.isThere(options, folders) ? options.output() : scratched(options, spark));
    }
    return tables;
  }

  private String scratched(PrepareOptions options, SparkSession spark) throws IOException {
    deleteLeft();
    fs.deleteOnExit(scratch); // if the driver is stopped
    console.say(
        "%s is not prepared yet: its data are read for the plan, of pictures their headers",
        options.benchmark().name());
    String table = new Path(scratch, new Path(options.output()).getName()).toString();
    Prepare.ofHeaders(spark, console.withoutResults()).run(options.of(options.sources(), table));
    return table;
  }

  /** Deletes what plans left that were killed. */
  private void deleteLeft() throws IOException {
    long now = System.currentTimeMillis();
    for (FileStatus left :
        fs.listStatus(scratch.getParent(), path -> path.getName().startsWith(SCRATCH))) {
      if (now - left.getModificationTime() > LONGEST.toMillis()) {
        fs.delete(left.getPath(), true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    fs.delete(scratch, true);
    fs.cancelDeleteOnExit(scratch);
  }
}

package io.prumerge.run.cache;

import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.prepare.PrepareRequest;
import io.prumerge.run.cache.ExamplesCache.Located;
import io.prumerge.source.TableVersion;
import io.prumerge.store.Folders;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final List<PrepareOptions> asked;
  private final List<TableVersion> begun;
  private final ExamplesCache cache;
  private final Map<PrepareOptions, Located> ofFiles = new HashMap<>();
  private final FileSystem fs;
  private final Path scratch;
  private final Console console;

  /**
   * @param asked benchmarks without their outputs
   * @param begun as {@link ExamplesCache#prepared} has it
   * @param root the cache's folder, which need not exist
   * @throws io.prumerge.console.UsageException if it could not be made, and is needed
   */
  PlannedExamples(
      List<PrepareOptions> asked,
      List<TableVersion> begun,
      ExamplesCache cache,
      Folders folders,
      Path root,
      Console console)
      throws IOException {
    this.asked = List.copyOf(asked);
    this.begun = List.copyOf(begun);
    this.cache = cache;
    this.fs = folders.fileSystem(root);
    this.console = console;
    Path there = root;
    while (!fs.exists(there) && there.getParent() != null) {
      there = there.getParent(); // so that no folder is made that remains
    }
    scratch = new Path(there, SCRATCH + UUID.randomUUID());
    boolean all = true;
    for (PrepareOptions options : asked) {
      if (TableSource.of(options.benchmark(), options.sources()).isPresent()) {
        all = false; // only a session knows its version
      } else {
        Located one = cache.located(options);
        ofFiles.put(options, one);
        all &= cache.isThere(one);
      }
    }
    if (!all) {
      folders.requirePlace(Setting.EXAMPLES_CACHE, root.toString(), root);
    }
  }

  /** Returns the tables, after those that are not there were read for the plan. */
  public List<String> tables(SparkSession spark) throws IOException {
    List<String> tables = new ArrayList<>();
    for (PrepareOptions options : asked) {
      Located one =
          ofFiles.containsKey(options)
              ? ofFiles.get(options)
              : cache.located(spark, options, begun);
      tables.add(cache.isThere(one) ? one.options().output() : scratched(one, spark));
    }
    return tables;
  }

  private String scratched(Located one, SparkSession spark) throws IOException {
    PrepareOptions options = one.options();
    deleteLeft();
    fs.deleteOnExit(scratch); // if the driver is stopped
    console.say(
        "%s is not prepared yet: its data are read for the plan, of pictures their headers",
        options.benchmark().name());
    String table = new Path(scratch, new Path(options.output()).getName()).toString();
    new Prepare(spark, console.withoutResults())
        .prepare(new PrepareRequest(options.of(options.sources(), table), one.version(), true));
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

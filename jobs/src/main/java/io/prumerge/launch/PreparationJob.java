package io.prumerge.launch;

import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.prepare.PrepareRequest;
import io.prumerge.prepare.PrepareSettings;
import io.prumerge.prepare.PreparedTable;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The preparation of a benchmark's files, from what a command line or {@link
 * io.prumerge.Preparation} gives to the table of examples.
 *
 * @param spark is asked for its session once all settings are checked
 * @param console where progress and warnings go
 */
public record PreparationJob(
    Supplier<SparkSession> spark, PrepareSettings settings, Console console) {

  /**
   * Writes the table. Leaves nothing behind after an error.
   *
   * @throws io.prumerge.console.UsageException if a setting is refused before the first task
   */
  public PreparedTable run() throws IOException {
    PrepareOptions options = settings.options();
    NamedBenchmark.tell(options.benchmark(), console);
    Folders folders = Folders.beforeSpark(console);
    folders.absent(Setting.OUTPUT, options.output());
    folders.sources(options.sources());
    return new Prepare(UsableSession.of(spark.get()), console).prepare(new PrepareRequest(options));
  }
}

package io.prumerge.jobs;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A command with {@code --dry-run}: all that can be refused before the first task is, what is going
 * to be done and what it costs is shown, and nothing is written.
 */
final class DryRun {

  /** How the plan is shown. */
  enum Form {
    TABLES,
    JSON
  }

  private final SparkSession spark;
  private final Console console;

  DryRun(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /**
   * Returns the exit code.
   *
   * @param target empty where no folder was named
   * @throws Failure after the plan, when the model would not fit the executors
   */
  int show(EvaluateOptions options, Optional<RunTarget> target, Form form) throws IOException {
    Folders folders = new Folders(spark);
    if (target.isPresent()) {
      Path root = folders.qualified("--output", target.get().output());
      Evaluate.refuse(new RunDirectory(root, folders.fileSystem(root)).state(), target.get());
    }
    RunPlan plan = new Configurations(spark, folders).plan(options);
    RunPreview preview = new RunPreview(plan);
    Preflight preflight = Preflight.of(plan, options, spark.sparkContext());
    if (form == Form.JSON) {
      console.out().println(preview.json(preflight));
    } else {
      preview.print(console);
      preflight.print(console);
    }
    preflight
        .problem()
        .ifPresent(
            problem -> {
              throw new Failure(problem);
            });
    return ExitCode.DONE;
  }
}

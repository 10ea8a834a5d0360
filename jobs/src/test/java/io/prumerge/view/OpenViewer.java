package io.prumerge.view;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** Viewers of one run on this machine, which print nothing and keep no copies. */
public final class OpenViewer {

  private OpenViewer() {}

  /** Opens a finished run with the pictures of the tables that it names. */
  public static Viewer of(String run) throws IOException {
    return of(run, List.of(), LocalSpark.unused());
  }

  /**
   * Opens a run.
   *
   * @param examples tables with the pictures; empty: those that the run names
   * @param spark as {@link Viewer#open} takes it
   */
  public static Viewer of(String run, List<String> examples, Supplier<SparkSession> spark)
      throws IOException {
    return Viewer.open(
        List.of(run),
        examples,
        Optional.empty(),
        Folders.withoutSpark(Console.SILENT),
        Console.SILENT,
        spark);
  }
}

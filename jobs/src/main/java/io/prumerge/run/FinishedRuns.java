package io.prumerge.run;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Folders of finished runs. Their tables are those that were counted when they were completed, and
 * each run is in one of them.
 */
public final class FinishedRuns {

  private final List<RunDirectory> directories;
  private final List<Manifest> manifests;

  private FinishedRuns(List<RunDirectory> directories, List<Manifest> manifests) {
    this.directories = List.copyOf(directories);
    this.manifests = List.copyOf(manifests);
  }

  /**
   * Opens folders.
   *
   * @param setting names the folders in an error
   * @throws UsageException if one holds no finished run
   */
  public static FinishedRuns of(Setting setting, List<String> runs, Folders folders)
      throws IOException {
    List<RunDirectory> directories = new ArrayList<>();
    List<Manifest> manifests = new ArrayList<>();
    for (String run : runs) {
      Path root = folders.present(setting, run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      requireFinished(setting, run, directory.state());
      directory.requireWhole();
      directory.requireRows();
      for (Manifest manifest : directory.manifests().runs()) {
        if (manifests.stream().anyMatch(other -> other.runId().equals(manifest.runId()))) {
          throw new DataException(
              String.format(
                  Locale.ROOT, "Run %s is given twice: %s", manifest.runId(), directory.root()));
        }
        manifests.add(manifest);
      }
      directories.add(directory);
    }
    return new FinishedRuns(directories, manifests);
  }

  /**
   * Refuses a folder without a finished run.
   *
   * @param setting names the folder in the error
   */
  public static void requireFinished(Setting setting, String run, RunState state) {
    if (state == RunState.UNFINISHED) {
      throw new UsageException(
          Wording.of(
              "%s %s is not a finished run; continue it with %s", setting, run, Setting.RESUME));
    }
    if (state != RunState.FINISHED) {
      throw new UsageException(Wording.of("%s %s is not a finished run", setting, run));
    }
  }

  /**
   * Returns the benchmarks of the runs' questions.
   *
   * @throws UsageException if two runs use different files of one benchmark
   */
  public Benchmarks benchmarks() {
    return Manifest.benchmarks(manifests);
  }

  List<RunDirectory> directories() {
    return directories;
  }

  List<Manifest> manifests() {
    return manifests;
  }

  /** Returns the runs, one per model of each folder. */
  public List<ModelRun> runs() throws IOException {
    RunModels models = RunModels.of(manifests);
    return manifests.stream()
        .map(
            run ->
                new ModelRun(
                    run.runId(),
                    run.configuration(),
                    Optional.ofNullable(models.shapes().get(run.runId())),
                    Optional.ofNullable(models.tilings().get(run.runId()))))
        .toList();
  }

  /** Returns the Parquet files of a table of all folders. */
  public List<FileStatus> files(Table<?> table) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (RunDirectory directory : directories) {
      files.addAll(
          Arrays.asList(
              directory
                  .fileSystem()
                  .listStatus(
                      new Path(directory.table(table)),
                      path -> path.getName().matches("[^_.].*\\.parquet"))));
    }
    return files;
  }
}

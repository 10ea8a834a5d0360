package io.prumerge.run;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Inference;
import io.prumerge.source.DataException;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Folders of finished runs. Their tables are those that were counted when they were completed, and
 * each run is in one of them.
 */
public final class FinishedRuns {

  private final List<RunDirectory> directories;
  private final List<Manifest> manifests;
  private final Map<String, Path> roots;

  /**
   * @param roots the runs' folders by the runs' ids
   */
  private FinishedRuns(
      List<RunDirectory> directories, List<Manifest> manifests, Map<String, Path> roots) {
    this.directories = List.copyOf(directories);
    this.manifests = List.copyOf(manifests);
    this.roots = Map.copyOf(roots);
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
    Map<String, Path> roots = new HashMap<>();
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
        roots.put(manifest.runId(), root);
      }
      directories.add(directory);
    }
    return new FinishedRuns(directories, manifests, roots);
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

  /** Returns the comparisons of methods with the baseline and of the runs with each other. */
  Inference inference(Inference asked, List<String> contrasts) {
    Inference inference = asked.of(benchmarks()).in(folders());
    return inference.comparing(RunContrasts.of(manifests, contrasts, inference));
  }

  List<RunDirectory> directories() {
    return directories;
  }

  List<Manifest> manifests() {
    return manifests;
  }

  /**
   * Returns the names of the runs' folders by the runs' ids: the last part of each path, and as
   * many before it as tell the folders apart.
   */
  public Map<String, String> folders() {
    Set<Path> paths = new HashSet<>(roots.values());
    Map<String, String> names = new HashMap<>();
    roots.forEach((run, root) -> names.put(run, name(root, paths)));
    return names;
  }

  private static String name(Path root, Set<Path> all) {
    List<String> parts = parts(root);
    for (int first = parts.size() - 1; first > 0; first--) {
      List<String> last = parts.subList(first, parts.size());
      if (all.stream().filter(other -> endsWith(parts(other), last)).count() == 1) {
        return String.join("/", last);
      }
    }
    return root.toString();
  }

  private static boolean endsWith(List<String> parts, List<String> last) {
    return parts.size() >= last.size()
        && parts.subList(parts.size() - last.size(), parts.size()).equals(last);
  }

  private static List<String> parts(Path path) {
    return List.of(path.toUri().getPath().split("/"));
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

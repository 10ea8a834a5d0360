package io.prumerge.run;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.metric.Inference;
import io.prumerge.plan.AskedExamples;
import io.prumerge.report.Noise;
import io.prumerge.report.Report;
import io.prumerge.report.Rescored;
import io.prumerge.report.RunAnswers;
import io.prumerge.score.Scores;
import io.prumerge.source.DataException;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Folders;
import io.prumerge.store.ParquetFooters;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Folders of runs to report. The tables of finished runs are those that were counted when they were
 * completed; of unfinished runs, if they are taken, the committed chunks are. Each run is in one
 * folder.
 */
public final class ReportedRuns {

  /**
   * A folder.
   *
   * @param chunks the committed ones of an unfinished run; empty if it is finished
   */
  private record Part(
      RunDirectory directory, Manifests manifests, SortedMap<Integer, ChunkMarker> chunks) {

    boolean isFinished() {
      return chunks.isEmpty();
    }

    List<String> predictions() {
      return isFinished()
          ? List.of(directory.table(Table.PREDICTIONS))
          : chunks.values().stream().map(chunk -> directory.attempt(chunk).toString()).toList();
    }

    String progress() {
      return Text.format("%,d of %s", chunks.size(), Texts.count(manifests.allChunks(), "chunk"));
    }

    String note() {
      return Text.format(
          "%s is unfinished: all figures are of the %s that are committed, with %s",
          directory.root(), progress(), Texts.count(committed(), "answer"));
    }

    /** Returns the number of predictions, which only the files of the first format's runs tell. */
    long answers() throws IOException {
      if (!isFinished()) {
        return committed();
      }
      Optional<CompleteTables> completed = directory.completed();
      return completed.isPresent()
          ? completed.get().answers()
          : ParquetFooters.of(new Path(directory.table(Table.PREDICTIONS)), directory.fileSystem())
              .rows();
    }

    private long committed() {
      return chunks.values().stream().mapToLong(chunk -> chunk.counts().answers()).sum();
    }
  }

  private final List<Part> parts;

  private ReportedRuns(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Opens folders.
   *
   * @param setting names the folders in an error
   * @param unfinished whether unfinished runs are taken
   * @throws UsageException if one holds no finished run or, if unfinished ones are taken, none with
   *     a committed chunk
   */
  public static ReportedRuns of(
      Setting setting, List<String> runs, Folders folders, boolean unfinished) throws IOException {
    List<Part> parts = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String run : runs) {
      Path root = folders.present(setting, run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      Part part = part(setting, run, directory, unfinished);
      for (String id : part.manifests().runIds()) {
        if (!ids.add(id)) {
          throw new DataException(Text.format("Run %s is given twice: %s", id, directory.root()));
        }
      }
      parts.add(part);
    }
    return new ReportedRuns(parts);
  }

  private static Part part(Setting setting, String run, RunDirectory directory, boolean unfinished)
      throws IOException {
    RunState state = directory.state();
    if (!unfinished || state != RunState.UNFINISHED) {
      requireFinished(setting, run, directory, state);
      directory.requireWhole();
      directory.requireRows();
      return new Part(directory, directory.manifests(), Collections.emptySortedMap());
    }
    directory.requireAttempts();
    SortedMap<Integer, ChunkMarker> chunks = directory.markers();
    if (chunks.isEmpty()) {
      throw new UsageException(
          Wording.of("%s %s is not a finished run, and has no committed chunk yet", setting, run));
    }
    return new Part(directory, directory.manifests(), chunks);
  }

  /**
   * Refuses a folder without a finished run.
   *
   * @param setting names the folder in the error
   */
  private static void requireFinished(
      Setting setting, String run, RunDirectory directory, RunState state) {
    if (state == RunState.UNFINISHED) {
      throw new UsageException(
          Wording.of(
              "%s %s is not a finished run; continue it with %s, or report its committed chunks"
                  + " with %s",
              setting, run, Setting.RESUME, Setting.PARTIAL));
    }
    if (state != RunState.FINISHED) {
      throw new UsageException(
          Wording.of(
              "%s %s is not a finished run%s", setting, run, NearbyRuns.advice(run, directory)));
    }
  }

  /**
   * Returns the benchmarks of the runs' questions.
   *
   * @throws UsageException if two runs use different files of one benchmark
   */
  public Benchmarks benchmarks() {
    return Manifest.benchmarks(manifests());
  }

  /** Returns the comparisons of methods with the baseline and of the runs with each other. */
  Inference inference(Inference asked, List<String> contrasts) {
    Inference inference = asked.of(benchmarks()).in(folders());
    return RunContrasts.added(manifests(), contrasts, inference);
  }

  /** Returns the folders, all of which hold finished runs. */
  List<RunDirectory> directories() {
    return parts.stream().map(Part::directory).toList();
  }

  List<Manifest> manifests() {
    return parts.stream().flatMap(part -> part.manifests().runs().stream()).toList();
  }

  /** Returns a message about each unfinished run. */
  public List<String> unfinished() {
    return parts.stream().filter(part -> !part.isFinished()).map(Part::note).toList();
  }

  /** Returns how far the unfinished runs are, in words; empty if all are finished. */
  Optional<String> progress() {
    String words =
        parts.stream()
            .filter(part -> !part.isFinished())
            .map(Part::progress)
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }

  /** Returns the number of predictions. */
  long answers() throws IOException {
    long answers = 0;
    for (Part part : parts) {
      answers += part.answers();
    }
    return answers;
  }

  /** Returns the folders with the predictions. */
  List<String> predictions() {
    return parts.stream().flatMap(part -> part.predictions().stream()).toList();
  }

  /**
   * Returns the folders with the scores of all predictions. Those of unfinished runs are made now.
   *
   * @param spark gives a session; asked only if a run is unfinished
   * @param examples with the questions of unfinished runs; without one, those that the runs name
   * @param scratch folder for new scores
   */
  public List<String> scores(
      Supplier<SparkSession> spark, AskedExamples examples, Folders folders, Path scratch)
      throws IOException {
    List<String> scores = new ArrayList<>();
    List<Part> unscored = new ArrayList<>();
    for (Part part : parts) {
      if (part.isFinished()) {
        scores.add(part.directory().table(Table.SCORES));
      } else {
        unscored.add(part);
      }
    }
    if (!unscored.isEmpty()) {
      Path made = new Path(scratch, Table.SCORES.folder());
      score(spark.get(), unscored, examples, folders, made);
      scores.add(made.toString());
    }
    return scores;
  }

  private void score(
      SparkSession spark, List<Part> unscored, AskedExamples examples, Folders folders, Path made)
      throws IOException {
    Dataset<Row> predictions =
        Table.PREDICTIONS.written(
            spark, unscored.stream().flatMap(part -> part.predictions().stream()).toList());
    List<String> named =
        unscored.stream()
            .flatMap(part -> part.manifests().runs().stream())
            .flatMap(run -> run.configuration().examples().stream())
            .distinct()
            .toList();
    Table.SCORES.write(
        new Scores(benchmarks()).of(predictions, examples.references(spark, folders, named)),
        made.toString());
  }

  /**
   * Returns the names of the runs' folders by the runs' ids: the last part of each path, and as
   * many before it as tell the folders apart.
   */
  public Map<String, String> folders() {
    Set<Path> paths =
        parts.stream().map(part -> part.directory().root()).collect(Collectors.toSet());
    Map<String, String> names = new HashMap<>();
    for (Part part : parts) {
      String name = name(part.directory().root(), paths);
      part.manifests().runIds().forEach(run -> names.put(run, name));
    }
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

  /** Returns what asking the questions of the finished runs again has changed. */
  List<Noise> noise(SparkSession spark) throws IOException {
    List<Noise> noise = new ArrayList<>();
    for (Part part : parts) {
      if (part.isFinished() && part.directory().has(Table.REPEATS)) {
        noise.addAll(
            Noise.TABLE.records(
                Noise.TABLE.read(spark, List.of(part.directory().table(Noise.TABLE)))));
      }
    }
    return noise;
  }

  /** Returns the places of the finished runs' answers that other tools scored otherwise. */
  List<String> rescored() throws IOException {
    List<String> places = new ArrayList<>();
    for (Part part : parts) {
      if (part.isFinished() && part.directory().has(Rescored.TABLE)) {
        places.add(part.directory().table(Rescored.TABLE));
      }
    }
    return places;
  }

  /** Returns the runs' records, those of unfinished runs as if they ended now. */
  List<RunRow> records(SparkSession spark, Report report) {
    Map<String, RunAnswers> answers =
        report.runs().stream().collect(Collectors.toMap(RunAnswers::runId, Function.identity()));
    List<RunRow> records = new ArrayList<>();
    for (Part part : parts) {
      if (part.isFinished()) {
        records.addAll(
            Table.RUNS.records(
                Table.RUNS.read(spark, List.of(part.directory().table(Table.RUNS)))));
      } else {
        records.addAll(RunTables.records(part.manifests(), answers));
      }
    }
    return records;
  }

  /** Returns the runs, one per model of each folder. */
  public List<ModelRun> runs() throws IOException {
    RunModels models = RunModels.of(manifests());
    return manifests().stream()
        .map(
            run ->
                new ModelRun(
                    run.runId(),
                    run.configuration(),
                    Optional.ofNullable(models.shapes().get(run.runId())),
                    Optional.ofNullable(models.tilings().get(run.runId()))))
        .toList();
  }

  /** Returns the Parquet files with the predictions. */
  public List<FileStatus> predictionFiles(Folders folders) throws IOException {
    return files(predictions(), folders);
  }

  /** Returns the Parquet files of folders. */
  public static List<FileStatus> files(List<String> tables, Folders folders) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (String table : tables) {
      Path path = new Path(table);
      files.addAll(
          Arrays.asList(
              folders
                  .fileSystem(path)
                  .listStatus(path, file -> file.getName().matches("[^_.].*\\.parquet"))));
    }
    return files;
  }
}

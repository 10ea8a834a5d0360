package io.prumerge.score;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.score.log.AnswerPlace;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Folders;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkFolders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a set of answers is.
 *
 * @param tables of predictions
 * @param data that Spark reads
 * @param files and folders in forms of benchmarks and tools
 */
record AnswerInput(
    LabelledAnswers set, List<String> tables, List<SparkData> data, List<AnswerPlace> files) {

  AnswerInput {
    tables = List.copyOf(tables);
    data = List.copyOf(data);
    files = List.copyOf(files);
  }

  /**
   * Finds all sets of answers.
   *
   * @throws UsageException if a place is not there, or predictions are together with files or have
   *     a label of their own
   */
  static List<AnswerInput> all(ScoreOptions options, Folders folders) throws IOException {
    List<String> given = options.answers();
    List<LabelledAnswers> sets = LabelledAnswers.of(given, folders);
    if (options.visualTokens().isPresent()) {
      sets = LabelTokens.in(options.visualTokens().get(), sets, folders);
    }
    List<AnswerInput> all = new ArrayList<>();
    for (LabelledAnswers set : sets) {
      all.add(of(set, folders));
    }
    boolean predictions = all.stream().anyMatch(one -> !one.tables().isEmpty());
    if (options.form().isPresent()
        && (predictions || all.stream().anyMatch(one -> !one.data().isEmpty()))) {
      throw new UsageException(
          Wording.of(
              "%s %s is of files that this program reads: runs, tables of predictions and what"
                  + " Spark reads have a form of their own; leave it out",
              Setting.ANSWERS_FORM, options.form().get()));
    }
    if (predictions && given.stream().anyMatch(LabelledAnswers::isLabelled)) {
      throw new UsageException(
          Wording.of(
              "%s: runs and tables of predictions name their methods, and take no label",
              Setting.ANSWERS));
    }
    if (predictions
        && !all.stream().allMatch(one -> one.files().isEmpty() && one.data().isEmpty())) {
      throw new UsageException(
          Wording.of("%s takes answer files or predictions, not both together", Setting.ANSWERS));
    }
    return all;
  }

  private static AnswerInput of(LabelledAnswers set, Folders folders) throws IOException {
    List<String> tables = new ArrayList<>();
    List<AnswerPlace> files = new ArrayList<>();
    List<SparkData> data = new ArrayList<>();
    for (String answers : set.places()) {
      if (SparkData.isNamedBy(answers)) {
        data.add(present(SparkData.of(answers), folders));
        continue;
      }
      Path path = folders.present(Setting.ANSWERS, answers);
      Optional<Path> table = predictions(path, folders);
      Optional<SparkData> written =
          SparkFolders.of(List.of(path), folders.hadoop())
              .filter(one -> one.format().equals("csv")); // JSON is of the benchmark's own forms
      if (table.isPresent()) {
        tables.add(table.get().toString());
      } else if (written.isPresent()) {
        data.add(written.get());
      } else {
        files.add(new AnswerPlace(answers, path));
      }
    }
    return new AnswerInput(set, tables, data, files);
  }

  /** Returns data whose files all exist, with their full names. */
  private static SparkData present(SparkData data, Folders folders) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String path : data.paths()) {
      paths.add(folders.present(Setting.ANSWERS, path).toString());
    }
    return new SparkData(data.format(), paths, data.options());
  }

  /** Finds the table of predictions at {@code path}: a run's, a folder of Parquet, or one file. */
  private static Optional<Path> predictions(Path path, Folders folders) throws IOException {
    FileSystem fs = folders.fileSystem(path);
    Path inRun = new Path(path, Table.PREDICTIONS.folder());
    if (fs.getFileStatus(path).isDirectory() && fs.exists(inRun)) {
      requireWhole(path, fs);
      return Optional.of(inRun);
    }
    for (FileStatus file : fs.listStatus(path)) {
      if (file.isFile() && file.getPath().getName().endsWith(".parquet")) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /** Refuses a run that is unfinished, or whose predictions are not those that it was left with. */
  private static void requireWhole(Path run, FileSystem fs) throws IOException {
    if (!CompleteTables.isIn(run, fs)) {
      throw new UsageException(
          Wording.of(
              "%s %s is not a finished run; continue it with %s",
              Setting.ANSWERS, run, Setting.RESUME));
    }
    Optional<CompleteTables> completed = CompleteTables.read(run, fs);
    if (completed.isPresent()) {
      completed.get().require(Table.PREDICTIONS.folder(), run, fs);
      completed.get().requireRows(Table.PREDICTIONS.folder(), run, fs);
    }
  }
}

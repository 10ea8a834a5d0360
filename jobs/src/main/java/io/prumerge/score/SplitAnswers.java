package io.prumerge.score;

import static org.apache.spark.sql.functions.col;

import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.score.log.LogReading;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.RowAccount;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import io.prumerge.store.Folders;
import io.prumerge.store.NamedTable;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The answers to one split of a benchmark, with its questions.
 *
 * @param rows as of {@link Scores#answers}, with what exports say of them
 * @param said the rows of answer files with all that the files say, as of {@link AnswerRows}; none
 *     of predictions
 * @param sets what was read of the sets of answer files, in their order; none of predictions
 * @param notes what has to be said of answers in files
 * @param toLeftOut answers to questions that were left out, which rows lacks
 * @param leftOut of which answers scores say nothing, as warnings
 */
record SplitAnswers(
    String split,
    SourceFiles source,
    QuestionSet asked,
    Dataset<Row> rows,
    Optional<Dataset<Row>> said,
    List<ReadSet> sets,
    List<String> notes,
    long toLeftOut,
    List<String> leftOut) {

  SplitAnswers {
    sets = List.copyOf(sets);
    notes = List.copyOf(notes);
    leftOut = List.copyOf(leftOut);
  }

  /** The columns that tell answers apart. */
  private static final List<String> NAMES =
      List.of("run_id", "model", "split", "method", "question_id");

  /**
   * Reads answers and questions. Predictions name their splits; each is scored with the questions
   * of its own split. {@link ScoreOptions#split} selects one of them. Answer files name no split.
   *
   * @param version of the table that the questions come from; empty = the newest
   * @param run the id of answer files' run
   * @param beside where the files of {@link QuestionSet#read} lie
   * @throws DataException if there are no answers, or the source has not the split of some
   */
  static List<SplitAnswers> read(
      SparkSession spark,
      ScoreOptions options,
      Optional<TableVersion> version,
      String run,
      Optional<Path> beside)
      throws IOException {
    Optional<TableSource> table =
        TableSource.of(options.benchmark(), options.sources(), new Folders(spark));
    if (table.isEmpty()) {
      return read(spark, options, run, beside, files -> files);
    }
    try (ScratchFolder scratch =
        ScratchFolder.beside(spark, beside, "Questions come from " + table.get().name())) {
      NamedTable rows = table.get().open(spark, version);
      StagedTable questions = table.get().marked(rows, scratch.below("table"));
      Optional<String> changed =
          version
              .filter(before -> !rows.content(table.get().columns()).isStill(before))
              .map(before -> changed(questions));
      return read(
          spark,
          options,
          run,
          beside,
          files -> {
            SourceFiles with = files.with(questions);
            changed.ifPresent(with::note);
            return with;
          });
    }
  }

  private static String changed(StagedTable table) {
    return Text.format(
        "%s has other rows than when the run began, and no version of before to read: answers are"
            + " scored by the rows of now",
        table.name());
  }

  /**
   * @param whole adds to the files of sources what is none
   */
  private static List<SplitAnswers> read(
      SparkSession spark,
      ScoreOptions options,
      String run,
      Optional<Path> beside,
      UnaryOperator<SourceFiles> whole)
      throws IOException {
    Folders folders = new Folders(spark);
    SourceFiles source = whole.apply(folders.sources(options.sources(), options.split()));
    List<AnswerInput> inputs = AnswerInput.all(options, folders);
    List<String> tables = inputs.stream().flatMap(one -> one.tables().stream()).toList();
    if (tables.isEmpty()) {
      return List.of(ofFiles(spark, options, source, inputs, run, beside));
    }
    Dataset<Row> predictions =
        answers(
            Table.PREDICTIONS
                .read(spark, tables)
                .where(col("benchmark").equalTo(options.benchmark().name())));
    requireNamed(predictions, options);
    List<SplitAnswers> all = new ArrayList<>();
    List<String> splits = splits(predictions, options);
    for (String split : splits) {
      SourceFiles own =
          whole.apply(folders.sources(options.sources(), wanted(split, splits, options)));
      QuestionSet asked = QuestionSet.read(spark, options.benchmark(), own, beside).sized(spark);
      requireSplit(split, splits, own, options);
      LeftOutAnswers leftOut = new LeftOutAnswers(own.leftOut());
      Dataset<Row> rows = leftOut.without(predictions.where(col("split").equalTo(split)), asked);
      all.add(
          new SplitAnswers(
              split,
              own,
              asked,
              rows,
              Optional.empty(),
              List.of(),
              List.of(),
              leftOut.count(),
              leftOut.warning().stream().toList()));
    }
    return all;
  }

  private static Dataset<Row> answers(Dataset<Row> given) {
    return Scores.answers(given, SubmissionExport.COLUMNS.toArray(String[]::new));
  }

  /** Returns the account of the rows of all answer files; empty of predictions. */
  Optional<RowAccount> files() {
    if (sets.isEmpty()) {
      return Optional.empty();
    }
    LeftOutRows all = new LeftOutRows();
    sets.forEach(set -> all.addAll(set.rows(), UnaryOperator.identity()));
    return Optional.of(all.account());
  }

  /** Returns whether the answers are a judge's words about answers. */
  boolean judged() {
    return sets.stream().anyMatch(ReadSet::judged);
  }

  /** Returns what was read of the sets that are other tools' logs, by their labels. */
  SortedMap<String, LogReading> logs() {
    SortedMap<String, LogReading> logs = new TreeMap<>();
    sets.forEach(set -> set.log().ifPresent(log -> logs.put(set.set().label(), log)));
    return logs;
  }

  /** Checks that every answer says what it answers. */
  private static void requireNamed(Dataset<Row> predictions, ScoreOptions options) {
    Row nulls =
        predictions
            .selectExpr(
                NAMES.stream().map(name -> "count_if(" + name + " IS NULL)").toArray(String[]::new))
            .first();
    String unnamed =
        IntStream.range(0, NAMES.size())
            .filter(i -> nulls.getLong(i) > 0)
            .mapToObj(i -> Text.format("%d without %s", nulls.getLong(i), NAMES.get(i)))
            .collect(Collectors.joining(", "));
    if (!unnamed.isEmpty()) {
      throw new DataException(
          Text.format(
              "Cannot score the predictions in %s: of those for %s there are %s",
              String.join(", ", options.answers()), options.benchmark().name(), unnamed));
    }
  }

  /** Returns the splits to score, sorted. */
  private static List<String> splits(Dataset<Row> predictions, ScoreOptions options) {
    List<String> found =
        predictions.select("split").distinct().as(Encoders.STRING()).collectAsList().stream()
            .sorted()
            .toList();
    List<String> wanted =
        found.stream().filter(split -> options.split().orElse(split).equals(split)).toList();
    if (wanted.isEmpty()) {
      throw new DataException(
          Wording.of(
              "There are no answers to %s%s in %s%s",
              options.benchmark().name(),
              options.split().map(split -> ", split " + split).orElse(""),
              String.join(", ", options.answers()),
              found.isEmpty()
                  ? ""
                  : Wording.of(
                      "; they are of split %s: name it by %s",
                      String.join(", ", found), Setting.SPLIT)));
    }
    return wanted;
  }

  /**
   * Returns the split to name to a benchmark's reader. Some files have another name for the default
   * split, so it is not named if it is the only one.
   */
  private static Optional<String> wanted(String split, List<String> splits, ScoreOptions options) {
    boolean usual = splits.size() == 1 && split.equals(options.benchmark().defaultSplit());
    return options.split().or(() -> usual ? Optional.empty() : Optional.of(split));
  }

  /**
   * Refuses answers to another split than the source's. If files name no split, as those of most
   * benchmarks, they can be the questions of one split only.
   */
  private static void requireSplit(
      String split, List<String> splits, SourceFiles source, ScoreOptions options) {
    Set<String> read = source.splitsRead();
    boolean named = read.isEmpty() ? splits.size() == 1 : read.contains(split);
    if (wanted(split, splits, options).isPresent() && options.split().isEmpty() && !named) {
      throw new DataException(
          Wording.of(
              "Cannot score the answers to %s, split %s: %s has %s; give the files of that split as"
                  + " %s, or name the split whose answers these files belong to by %s",
              options.benchmark().name(),
              split,
              source.described(),
              read.isEmpty()
                  ? "files that name no split"
                  : "split " + String.join(", ", read.stream().sorted().toList()),
              Setting.SOURCE,
              Setting.SPLIT));
    }
  }

  private static SplitAnswers ofFiles(
      SparkSession spark,
      ScoreOptions options,
      SourceFiles source,
      List<AnswerInput> inputs,
      String run,
      Optional<Path> beside)
      throws IOException {
    QuestionSet asked = QuestionSet.read(spark, options.benchmark(), source, beside).sized(spark);
    String split = options.split().orElseGet(options.benchmark()::defaultSplit);
    try {
      LeftOutAnswers leftOut = new LeftOutAnswers(source.leftOut());
      FileAnswers files = new FileAnswers(spark, options, asked, source.hadoop(), beside, leftOut);
      List<MatchedAnswers> read = new ArrayList<>();
      for (AnswerInput input : inputs) {
        read.add(files.read(input));
      }
      List<String> models = read.stream().flatMap(one -> one.model().stream()).distinct().toList();
      String model = models.isEmpty() ? LabelledAnswers.UNLABELLED : models.get(0);
      List<Dataset<Row>> sets = new ArrayList<>();
      for (MatchedAnswers one : read) {
        LabelledAnswers set = inputs.get(sets.size()).set();
        sets.add(new AnswerRows(asked, split).of(one, set, run, model));
      }
      Dataset<Row> said = sets.stream().reduce(Dataset::unionByName).orElseThrow();
      return new SplitAnswers(
          split,
          source,
          asked,
          answers(said),
          Optional.of(said),
          files.sets(),
          Stream.concat(
                  files.sets().stream().flatMap(set -> set.notes().stream()),
                  severalModels(models).stream())
              .toList(),
          leftOut.count(),
          Stream.concat(
                  files.sets().stream().flatMap(set -> set.unread().stream()),
                  leftOut.warning().stream())
              .toList());
    } catch (IOException | RuntimeException e) {
      asked.close();
      throw e;
    }
  }

  /** One run is of one model: a tool may call it otherwise for each way to prune it. */
  private static Optional<String> severalModels(List<String> models) {
    return models.size() < 2
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "the files name several models, %s: all answers are compared as those of %s",
                String.join(", ", models), models.get(0)));
  }
}

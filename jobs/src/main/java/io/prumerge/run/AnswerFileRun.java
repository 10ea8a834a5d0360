package io.prumerge.run;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.lang.Text;
import io.prumerge.metric.Inference;
import io.prumerge.report.LoggedSet;
import io.prumerge.report.Report;
import io.prumerge.report.Rescored;
import io.prumerge.report.RescoredAnswers;
import io.prumerge.report.RunAnswers;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.PictureSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.score.AnswerRun;
import io.prumerge.score.AnswerTables;
import io.prumerge.score.CompletedRun;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.QuestionHashes;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.SettingValues;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.FewAnswers;
import io.prumerge.store.Json;
import io.prumerge.store.ParquetFooters;
import io.prumerge.store.RunFormat;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The run that answers in files become. It has the tables, record and report of a run of {@code
 * evaluate}, and no chunks: nobody can ask its model again.
 *
 * @param id the run's
 * @param startedAt in ISO 8601, UTC
 */
public record AnswerFileRun(SparkSession spark, String id, String startedAt) implements AnswerRun {

  private static final String UNKNOWN =
      "the answers are read from files: of how they were made, their labels are all that is known;"
          + " whether the same questions get the same answers again is not";

  /** Begins a run. */
  public static AnswerFileRun begin(SparkSession spark) {
    Instant now = Instant.now();
    return new AnswerFileRun(spark, Manifests.newId(now), now.toString());
  }

  @Override
  public CompletedRun complete(AnswerTables tables, Path partial, Path folder) throws IOException {
    FileSystem fs = partial.getFileSystem(spark.sparkContext().hadoopConfiguration());
    long answers = rows(Table.PREDICTIONS, partial, fs);
    Dataset<Row> predictions = read(Table.PREDICTIONS, partial, answers);
    Dataset<Row> scores = read(Table.SCORES, partial, answers);
    String baseline = baseline(tables.methods());
    List<String> same = SameAnswers.notes(predictions, tables.methods(), baseline);
    List<String> rescored = rescored(tables, predictions, scores, partial, answers);
    List<String> doubts =
        Stream.of(List.of(UNKNOWN), same, rescored, tables.caveats())
            .flatMap(List::stream)
            .toList();
    Manifests manifests =
        new Manifests(
            List.of(
                Manifest.builder(
                        id, startedAt, 1, Environment.of(List.of()), configuration(tables, folder))
                    .doubts(doubts)
                    .answers(tables.settings())
                    .benchmarks(Benchmarks.with(tables.benchmark()).files())
                    .build()));
    WholeFile.wroteFirst(
        fs, new Path(partial, RunDirectory.MANIFEST), Json.write(manifests.runs().get(0)));
    Inference inference =
        RunContrasts.added(
            manifests.runs(),
            List.of(),
            Inference.against(baseline).of(Benchmarks.with(tables.benchmark())));
    Report report =
        Report.of(predictions, scores, inference).ofFiles(Manifest.ofFiles(manifests.runs()));
    Map<String, RunAnswers> found =
        report.runs().stream().collect(Collectors.toMap(RunAnswers::runId, Function.identity()));
    List<RunRow> records = RunTables.records(manifests, found);
    PageSources sources =
        PageSources.builder(RunDirectory.report(partial).toString(), report)
            .runs(records)
            .predictions(predictions)
            .scores(scores)
            .examples(
                new PictureSources(List.of(), Optional.of(read(Table.EXAMPLES, partial, answers))))
            .build();
    RunReports.write(spark, table -> path(table, partial), sources);
    mark(partial, fs, answers, records.get(0).nErrors(), sources);
    List<String> notes = new ArrayList<>(same);
    notes.addAll(rescored);
    notes.addAll(notes(tables.methods(), baseline, folder));
    return new CompletedRun(
        new Path(RunDirectory.report(folder), ReportPages.HTML).toString(), notes);
  }

  /**
   * Writes which scores of logs are not ours.
   *
   * @param count of the answers
   * @return what has to be said of them
   */
  private List<String> rescored(
      AnswerTables tables,
      Dataset<Row> predictions,
      Dataset<Row> scores,
      Path partial,
      long count) {
    if (tables.logs().isEmpty()) {
      return List.of();
    }
    List<LoggedSet> logs = new ArrayList<>();
    tables
        .logs()
        .forEach(
            (label, log) ->
                logs.add(
                    new LoggedSet(
                        label, log.profile(tables.benchmark()), log.isJudged(), log.isRepeated())));
    RescoredAnswers answers = new RescoredAnswers(predictions, scores, logs);
    Rescored.TABLE.write(
        answers.rows(read(Table.EXAMPLES, partial, count)), path(Rescored.TABLE, partial));
    return answers.notes(Rescored.TABLE.written(spark, List.of(path(Rescored.TABLE, partial))));
  }

  /** Returns the method that the others are compared with. */
  private static String baseline(List<String> methods) {
    return methods.contains(Inference.BASELINE) ? Inference.BASELINE : methods.get(0);
  }

  private static List<String> notes(List<String> methods, String baseline, Path folder) {
    return methods.size() < 2 || baseline.equals(Inference.BASELINE)
        ? List.of()
        : List.of(
            Text.format(
                "no set of answers is labelled %s, so the report of %s compares the others with %s,"
                    + " the first one; another report may compare them with another",
                Inference.BASELINE, folder, baseline));
  }

  private RunConfiguration configuration(AnswerTables tables, Path folder) {
    return new RunConfiguration(
        AnswerSource.ofFiles(tables.model()).toString(),
        List.of(new Path(folder, Table.EXAMPLES.folder()).toString()),
        tables.methods(),
        SettingValues.NONE,
        Optional.empty(),
        "",
        new QuestionHashes("", "", ""),
        Optional.empty());
  }

  /** Writes last that the folder is whole, with the rows of all its tables. */
  private static void mark(
      Path partial, FileSystem fs, long answers, long errors, PageSources sources)
      throws IOException {
    SortedMap<String, Long> rows = new TreeMap<>();
    rows.put(RunDirectory.place(Table.PREDICTIONS), answers);
    rows.put(RunDirectory.place(Table.SCORES), rows(Table.SCORES, partial, fs));
    Path rescored = new Path(path(Rescored.TABLE, partial));
    if (fs.exists(rescored)) {
      rows.put(RunDirectory.place(Rescored.TABLE), ParquetFooters.of(rescored, fs).rows());
    }
    for (TableRows<?> one : sources.tables()) {
      rows.put(RunDirectory.place(one.table()), (long) one.rows().size());
    }
    SortedMap<String, Long> files = CompleteTables.sizes(partial, "", fs);
    files.remove(RunDirectory.MANIFEST);
    WholeFile.wroteFirst(
        fs,
        new Path(partial, CompleteTables.NAME),
        Json.write(
            new CompleteTables(
                RunFormat.CURRENT,
                UUID.randomUUID().toString(),
                Sha256.hex(files.toString().getBytes(StandardCharsets.UTF_8)),
                answers,
                errors,
                rows,
                files,
                Collections.emptySortedMap())));
  }

  private static long rows(Table<?> table, Path partial, FileSystem fs) throws IOException {
    return ParquetFooters.of(new Path(partial, table.folder()), fs).rows();
  }

  private Dataset<Row> read(Table<?> table, Path partial, long answers) {
    return FewAnswers.together(
        table.written(spark, List.of(new Path(partial, table.folder()).toString())), answers);
  }

  private static String path(Table<?> table, Path partial) {
    return new Path(partial, RunDirectory.place(table)).toString();
  }
}

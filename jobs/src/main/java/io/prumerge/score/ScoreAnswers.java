package io.prumerge.score;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.metric.Inference;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.score.log.LmmsEvalSubmission;
import io.prumerge.source.DataException;
import io.prumerge.source.RowAccount;
import io.prumerge.source.SideCounts;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TableVersion;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Scores answers against a benchmark's files, without a model. */
public final class ScoreAnswers {

  /** Ends the name of the file with a judge's replies. */
  static final String REPLIES = ".judged.jsonl";

  /** Names the files of a set of answers in a run's record. */
  private static final String FILES = "files";

  /** Names their form. */
  private static final String FORM = "form";

  private final SparkSession spark;
  private final Folders folders;
  private final Supplier<AnswerRun> runs;

  /**
   * @param runs begins the run that answer files become in an output folder
   */
  public ScoreAnswers(SparkSession spark, Supplier<AnswerRun> runs) {
    this.spark = spark;
    this.folders = new Folders(spark);
    this.runs = runs;
  }

  /** The answers to one split, and what each set of them covers. */
  private record Covered(SplitAnswers answers, List<Coverage> results) {

    AnswerCounts counts() {
      long used = results.stream().mapToLong(Coverage::answers).sum();
      long toLeftOut = answers.toLeftOut();
      return new AnswerCounts(
          answers.files().map(RowAccount::counts),
          answers.files().map(RowAccount::questions).orElse(used + toLeftOut),
          toLeftOut,
          used,
          answers.asked().count() * results.size(),
          results.stream().mapToLong(Coverage::questions).sum());
    }

    /** Returns what figures say of rows and answers that they are not of. */
    List<String> caveats() {
      RowAccount questions = answers.source().leftOut().account();
      return Stream.of(
              questions.counts().caveat().stream(),
              SideCounts.caveats(questions.sides()).stream(),
              counts().caveats().stream())
          .flatMap(each -> each)
          .toList();
    }
  }

  /**
   * Makes the checks that need no session.
   *
   * @throws UsageException if a folder is there that must not be, or not there that must be
   */
  public static void check(ScoreOptions options, Folders folders) throws IOException {
    absent(folders, Setting.OUTPUT, options.output());
    absent(folders, Setting.EXPORT, options.export());
    folders.sources(options.sources());
  }

  /**
   * Computes the metrics of the asked profile. Each answer is scored with the questions of its own
   * split; a question without an answer counts as missing. If no question has a reference, as in
   * test splits, answers can only be exported.
   *
   * @param version of the table of a catalog that the questions come from; empty = the newest
   */
  public ScoredAnswers run(ScoreOptions options, Optional<TableVersion> version)
      throws IOException {
    Optional<Path> output = absent(folders, Setting.OUTPUT, options.output());
    Optional<Path> export = absent(folders, Setting.EXPORT, options.export());
    Optional<Path> written = output.or(() -> export);
    if (written.isEmpty()) {
      return read(options, version, output, export);
    }
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(written.get(), "scoring", folders.fileSystem(written.get()))) {
      place.take(LeaseHolder.here(spark.sparkContext().applicationId()), LeasedWork.FOLDER);
      check(options, folders); // the other driver may have ended meanwhile
      return read(options, version, output, export);
    }
  }

  private ScoredAnswers read(
      ScoreOptions options,
      Optional<TableVersion> version,
      Optional<Path> output,
      Optional<Path> export)
      throws IOException {
    Optional<AnswerRun> run = output.map(folder -> runs.get());
    List<SplitAnswers> read =
        SplitAnswers.read(
            spark,
            options,
            version,
            run.map(AnswerRun::id).orElse(LabelledAnswers.UNLABELLED),
            output.or(() -> export));
    boolean lazy = false;
    try {
      ScoredAnswers scored = scored(options, read, run, output, export);
      lazy = output.isEmpty();
      return scored;
    } finally {
      if (!lazy) { // scores that were not written are made from the questions, as often as asked
        for (SplitAnswers answers : read) {
          answers.asked().close();
        }
      }
    }
  }

  private ScoredAnswers scored(
      ScoreOptions options,
      List<SplitAnswers> read,
      Optional<AnswerRun> run,
      Optional<Path> output,
      Optional<Path> export)
      throws IOException {
    List<Covered> splits = new ArrayList<>();
    for (SplitAnswers answers : read) {
      splits.add(new Covered(answers, Coverage.of(answers.rows(), answers.asked().positions())));
    }
    List<Dataset<Row>> parts = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Covered split : splits) {
      Optional<JudgedRows> comparable = comparable(split.answers(), options);
      if (comparable.isPresent()) {
        parts.add(scores(comparable.get().rows(), split, options));
        failures.addAll(comparable.get().failures());
      }
    }
    Dataset<Row> scores =
        parts.stream()
            .reduce(Dataset::unionByName)
            .orElseGet(() -> Table.SCORES.of(spark, List.of()));
    List<MethodResult> results;
    List<SubmissionFolder> submissions = new ArrayList<>();
    AtomicReference<CompletedRun> completed = new AtomicReference<>();
    if (output.isPresent()) {
      AtomicReference<List<MethodResult>> measured = new AtomicReference<>();
      Dataset<Row> toWrite = scores;
      WholeFolder.write(
          folders.fileSystem(output.get()),
          output.get(),
          partial -> {
            measured.set(written(toWrite, partial, options, splits));
            if (!measured.get().isEmpty()) {
              completed(run.orElseThrow(), partial, output.get(), options, splits)
                  .ifPresent(completed::set);
            }
            submissions.addAll(submissions(splits, options, export));
          });
      results = measured.get();
      scores = Table.SCORES.written(spark, List.of(place(Table.SCORES, output.get())));
    } else {
      results = measured(scores, options, splits);
      submissions.addAll(submissions(splits, options, export));
    }
    Optional<CompletedRun> made = Optional.ofNullable(completed.get());
    return new ScoredAnswers(
        options,
        results,
        scores,
        submissions,
        splits.stream().flatMap(split -> empty(split.results()).stream()).distinct().toList(),
        read.stream()
            .flatMap(
                answers ->
                    Stream.of(
                            made.map(CompletedRun::notes).orElse(List.of()).stream(),
                            answers.notes().stream(),
                            answers.source().notes().stream(),
                            answers.source().leftOut().warning().stream(),
                            answers.leftOut().stream())
                        .flatMap(each -> each))
            .distinct()
            .toList(),
        failures,
        splits.stream().map(split -> counted(split, splits.size())).toList(),
        output.map(Path::toString),
        made);
  }

  /**
   * Returns what was read for a split in a sentence, which names the split if there are several.
   */
  private static String counted(Covered split, int splits) {
    RowAccount questions = split.answers().source().leftOut().account();
    List<String> parts = new ArrayList<>(List.of(questions.counts().sentence()));
    parts.addAll(SideCounts.notAllUsed(questions.sides()));
    parts.add(split.counts().closed().sentence());
    List<ReadSet> sets = split.answers().sets();
    sets.stream()
        .filter(set -> sets.size() > 1 || set.log().isPresent())
        .map(ReadSet::sentence)
        .forEach(parts::add);
    return (splits == 1 ? "" : split.answers().split() + ": ") + String.join("; ", parts);
  }

  /** Writes the tables of scores and metrics. */
  private List<MethodResult> written(
      Dataset<Row> scores, Path folder, ScoreOptions options, List<Covered> splits) {
    Table.SCORES.write(scores, place(Table.SCORES, folder));
    List<MethodResult> results =
        measured(
            Table.SCORES.written(spark, List.of(place(Table.SCORES, folder))), options, splits);
    List<Metric> metrics = results.stream().flatMap(one -> one.metrics().stream()).toList();
    Metric.TABLE.write(spark, metrics, place(Metric.TABLE, folder));
    return results;
  }

  /** Makes a run of answers that are in files. */
  private static Optional<CompletedRun> completed(
      AnswerRun run, Path partial, Path folder, ScoreOptions options, List<Covered> splits)
      throws IOException {
    SplitAnswers answers = splits.get(0).answers();
    if (answers.said().isEmpty() || answers.judged()) {
      return Optional.empty(); // a run has them already, or they are no answers
    }
    AnswerRows rows = new AnswerRows(answers.asked(), answers.split());
    Table.PREDICTIONS.write(
        rows.predictions(answers.said().get()), place(Table.PREDICTIONS, partial));
    Table.EXAMPLES.write(rows.examples(), place(Table.EXAMPLES, partial));
    return Optional.of(
        run.complete(
            new AnswerTables(
                options.benchmark(),
                answers.sets().stream().map(set -> set.set().label()).toList(),
                splits.get(0).results().get(0).set().model(),
                facts(answers),
                answers.logs(),
                Stream.concat(answers.notes().stream(), splits.get(0).caveats().stream()).toList()),
            partial,
            folder));
  }

  /** Returns by label where the answers are, and what a tool says of how it made them. */
  private static SortedMap<String, SortedMap<String, String>> facts(SplitAnswers answers) {
    SortedMap<String, SortedMap<String, String>> facts = new TreeMap<>();
    for (ReadSet set : answers.sets()) {
      SortedMap<String, String> own = new TreeMap<>();
      set.log().ifPresent(log -> own.putAll(log.settings()));
      set.form().ifPresent(form -> own.put(FORM, form));
      own.put(FILES, String.join(", ", set.set().places()));
      facts.put(set.set().label(), own);
    }
    return facts;
  }

  private static String place(Table<?> table, Path folder) {
    return new Path(folder, table.folder()).toString();
  }

  private static List<MethodResult> measured(
      Dataset<Row> scores, ScoreOptions options, List<Covered> splits) {
    List<MethodResult> results =
        Metrics.of(
                scores.where(col("profile").equalTo(options.profile())),
                Inference.against(Inference.BASELINE).of(Benchmarks.with(options.benchmark())))
            .results();
    if (results.isEmpty() && options.export().isEmpty()) {
      throw new DataException(
          Text.format(
              "There is nothing to score with: no question in %s has a reference answer",
              String.join(", ", options.sources())));
    }
    Map<String, List<String>> caveats =
        splits.stream()
            .collect(Collectors.toMap(split -> split.answers().split(), Covered::caveats));
    return results.stream().map(one -> one.ofFiles(caveats.get(one.key().split()))).toList();
  }

  private Dataset<Row> scores(Dataset<Row> answers, Covered split, ScoreOptions options) {
    QuestionSet asked = split.answers().asked();
    Scores scores =
        new Scores(Benchmarks.with(options.benchmark()), List.of(options.benchmark().name()));
    Dataset<Row> all =
        asked.withVideos(complete(answers, split.answers().rows(), split.results(), asked));
    Dataset<Row> references = asked.references(split.answers().split());
    // A log's own scores are compared with those of its tool's profile.
    List<String> profiles =
        Stream.concat(
                Stream.of(options.profile()),
                split.answers().logs().values().stream()
                    .map(log -> log.profile(options.benchmark())))
            .toList();
    return options.judging().isEmpty() && options.unlabelled().isEmpty()
        ? scores.besideOwn(all, references, profiles)
        : scores.of(all, references, options.profile());
  }

  /** Writes the submissions of all splits, if they are wanted: a folder per split of several. */
  private List<SubmissionFolder> submissions(
      List<Covered> splits, ScoreOptions options, Optional<Path> export) throws IOException {
    List<SubmissionFolder> submissions = new ArrayList<>();
    if (export.isPresent()) {
      Path root = export.get();
      WholeFolder.write(
          folders.fileSystem(root),
          root,
          partial -> {
            Map<String, String> names =
                FileNames.safe(splits.stream().map(split -> split.answers().split()).toList());
            for (Covered split : splits) {
              UnaryOperator<Path> own =
                  folder ->
                      splits.size() > 1
                          ? new Path(folder, names.get(split.answers().split()))
                          : folder;
              submissions.addAll(submissions(split, options, own.apply(partial), own.apply(root)));
            }
          });
    }
    return submissions;
  }

  private List<SubmissionFolder> submissions(
      Covered split, ScoreOptions options, Path partial, Path folder) throws IOException {
    SplitAnswers answers = split.answers();
    return new SubmissionExport(spark, answers.asked(), form(options, answers.source()))
        .write(
            answers.rows(), split.results().stream().map(Coverage::set).toList(), partial, folder);
  }

  private static Function<AnswerSet, Submission> form(ScoreOptions options, SourceFiles source)
      throws IOException {
    if (options.exportForm() == ExportForm.LMMS_EVAL) {
      String task = FileNames.safe(options.benchmark().name());
      Instant now = Instant.now();
      return set -> new LmmsEvalSubmission(task, set.model(), now);
    }
    Submission own = options.benchmark().submission().orElseThrow().of(source);
    return set -> own;
  }

  /** Returns the methods that have empty answers only. */
  private static List<String> empty(List<Coverage> results) {
    return results.stream()
        .filter(result -> result.texts() == 0)
        .map(result -> result.set().method())
        .toList();
  }

  private static Optional<Path> absent(Folders folders, Setting setting, Optional<String> folder)
      throws IOException {
    return folder.isPresent()
        ? Optional.of(folders.absent(setting, folder.get()))
        : Optional.empty();
  }

  /**
   * Returns the answers, and a row without an answer for each question that a set of answers does
   * not cover. Only the name of such a question's image is known, so then images are told apart by
   * name.
   */
  private Dataset<Row> complete(
      Dataset<Row> answers, Dataset<Row> given, List<Coverage> results, QuestionSet asked) {
    List<Row> partial =
        results.stream()
            .filter(result -> result.questions() < asked.count())
            .map(result -> AnswerSet.COLUMNS.row(result.set()))
            .toList();
    if (partial.isEmpty()) {
      return answers;
    }
    String[] set = AnswerSet.names();
    String[] key = Arrays.copyOf(set, set.length + 1);
    key[set.length] = "question_id";
    Dataset<Row> missing =
        asked
            .positions()
            .select("question_id")
            .crossJoin(broadcast(spark.createDataFrame(partial, AnswerSet.COLUMNS.schema())))
            .join(given, key, "left_anti")
            .withColumn("answer", expr("CAST(NULL AS STRING)"))
            .withColumn("error", expr("CAST(NULL AS STRING)"))
            .withColumn("image_sha256", expr("CAST(NULL AS STRING)"));
    return Scores.answers(answers.withColumn("image_sha256", expr("CAST(NULL AS STRING)")))
        .unionByName(Scores.answers(missing));
  }

  /**
   * Returns the answers to compare with references: a judge's words if no rule can score answers.
   * Returns nothing without a judge, if answers can be exported.
   */
  private Optional<JudgedRows> comparable(SplitAnswers given, ScoreOptions options)
      throws IOException {
    if (given.judged() && options.judge().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s: the files that %s names are a judge's words already",
              Setting.JUDGE, Setting.ANSWERS));
    }
    if (given.judged() && options.export().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s: the files that %s names are a judge's words about answers, not the answers",
              Setting.EXPORT, Setting.ANSWERS));
    }
    if (given.judged() || options.judging().isEmpty()) {
      return Optional.of(new JudgedRows(given.rows(), List.of()));
    }
    if (options.judge().isPresent()) {
      return Optional.of(
          judged(given, options.judging().get(), options.judge().get(), repliesOf(options)));
    }
    if (options.export().isPresent()) {
      return Optional.empty();
    }
    throw new UsageException(
        Wording.of(
            "No rule can score answers to %s%s: give the files with a judge's grades or reviews as"
                + " %s, or ask one with %s URL",
            options.benchmark().name(),
            options.benchmark().judging().isPresent() ? "" : " under " + options.profile(),
            Setting.ANSWERS,
            Setting.JUDGE));
  }

  /** Returns the file of a judge's replies, which lies next to the output. */
  private Path repliesOf(ScoreOptions options) {
    Path folder =
        options.output().isPresent()
            ? folders.qualified(Setting.OUTPUT, options.output().get())
            : folders.qualified(Setting.EXPORT, options.export().orElseThrow());
    return Folders.beside(folder, folder.getName() + REPLIES);
  }

  private JudgedRows judged(SplitAnswers given, Judging judging, JudgeOptions options, Path file)
      throws IOException {
    String model = options.model(judging);
    Judge judge = options.judge(judging);
    try (JudgeReplies replies = JudgeReplies.open(file, folders.hadoop())) {
      return new JudgedAnswers(spark, given.asked(), judging, options.prompt(folders))
          .of(
              given.rows(),
              (question, request) ->
                  replies.reply(judge, ReplyKey.of(model, question, request), request));
    }
  }
}

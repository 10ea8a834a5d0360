package io.prumerge.run;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.StopNote;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.metric.Inference;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.published.PublishedFile;
import io.prumerge.report.ErrorRemedies;
import io.prumerge.report.Report;
import io.prumerge.report.page.ReportPages;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.StartMode;
import io.prumerge.source.TableVersion;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Folders;
import io.prumerge.store.ParquetColumns;
import io.prumerge.store.ReplyCounts;
import io.prumerge.store.RunRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Runs models over examples in committed chunks, then scores the answers and writes the report. */
public final class Evaluate {

  private final SparkSession spark;
  private final Console console;
  private final Consumer<RunPlan> planned;
  private final Consumer<Report> finished;
  private final LastStep lastStep;
  private final Folders folders;
  private final RunWarnings warnings;

  /**
   * Creates the command.
   *
   * @param planned receives the plan before the first task
   * @param finished receives the report of a finished run
   */
  public Evaluate(
      SparkSession spark, Console console, Consumer<RunPlan> planned, Consumer<Report> finished) {
    this(spark, console, planned, finished, RunOutput::write);
  }

  /** Creates a command with another last step than the report. */
  Evaluate(
      SparkSession spark,
      Console console,
      Consumer<RunPlan> planned,
      Consumer<Report> finished,
      LastStep lastStep) {
    this.spark = spark;
    this.console = console;
    this.planned = planned;
    this.finished = finished;
    this.lastStep = lastStep;
    this.folders = new Folders(spark, console);
    this.warnings = new RunWarnings(console);
  }

  /**
   * Runs until the report is written. Makes all possible checks before the first task:
   *
   * <ol>
   *   <li>Looks at the folder: it may be new, begun, or finished. If it is finished and nothing is
   *       to be asked again, checks that it has the same settings, and ends.
   *   <li>Plans: reads what the examples hold and what each model is, without loading one.
   *   <li>Takes the folder's lease, so that no other driver writes there.
   *   <li>Compares the settings with the folder's manifests, or makes these, and asks a model
   *       behind an endpoint once.
   *   <li>Answers chunk by chunk and commits each; with errors to ask again, their chunks anew.
   *   <li>Scores and writes the tables and the report in one commit, then appends to the tables of
   *       the catalog, if some are named.
   *   <li>Shows the summary, and counts the errors.
   * </ol>
   *
   * @throws Failure after the report, if too many answers are errors
   */
  public FinishedRun run(EvaluateOptions given, RunTarget target) throws IOException {
    Optional<CatalogTables> catalog =
        target.tables().map(schema -> CatalogTables.of(spark, schema, Report.TABLES));
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    RunState state = directory.state();
    state.requireFit(target);
    Optional<PublishedFile> published =
        PublishedFile.of(given.settings().find(RunSetting.PUBLISHED), folders); // before any work
    EvaluateOptions options =
        isBegun(state) ? given.after(directory.manifests().templates()) : given;
    if (state == RunState.FINISHED && isDone(options, directory, retries(directory, target))) {
      return finishedBefore(options, published, directory, target, catalog);
    }
    if (isBegun(state)) {
      directory.requireAttempts();
      directory.repeats().requireAttempts();
    }
    // refuses an old one before any work
    AnswerCache.root(folders, options.settings().find(RunSetting.ANSWER_CACHE));
    RunPlan plan =
        console.during(
            "Planning",
            spark.sparkContext(),
            () -> new RunPlanner(spark, folders).plan(options, Checkpoint::beginDigest));
    planned.accept(plan);
    List<RunConfiguration> resolved = new Configurations(folders, console).resolve(options, plan);
    try (RunJobs jobs = new RunJobs(spark.sparkContext());
        DriverLease lease = lease(directory, target, jobs)) {
      PlannedRun start =
          new PlannedRun(spark.sparkContext(), plan, resolved, target, published, warnings);
      return run(options, start, directory, jobs, lease, catalog);
    }
  }

  /**
   * Makes the checks that need no examples: of the folder, and of the models if they are asked.
   *
   * @throws UsageException if one fails
   */
  public void check(EvaluateOptions options, RunTarget target) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    RunState state = new RunDirectory(root, folders.fileSystem(root)).state();
    state.requireFit(target);
    if (state == RunState.FINISHED
        && target.retried().isEmpty()
        && options.settings().get(RunSetting.REPEAT) == 0) {
      return;
    }
    RunPlanner planner = new RunPlanner(spark, folders);
    for (PinnedModel model : options.models()) {
      planner.opened(model);
    }
  }

  /**
   * Refuses to go on with a folder's run whose benchmarks, or rules of theirs, come from other jars
   * now: its questions may be others, too. A new run has none to compare with.
   *
   * @throws UsageException naming them, unless the target allows a change
   */
  public void requireSameJars(RunTarget target, List<Benchmark> benchmarks) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    if (isBegun(directory.state())) {
      SortedMap<String, String> now = new TreeMap<>();
      benchmarks.forEach(benchmark -> now.putAll(AddedJars.of(benchmark)));
      Environment began = directory.manifests().latest();
      began.requireResumable(began.with(now), target.output(), target.allowCodeChange());
    }
  }

  /** Returns the tables of the run in a folder, finished or not; none without one. */
  public List<String> examples(String output) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, output);
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    return isBegun(directory.state())
        ? directory.manifests().runs().get(0).configuration().examples()
        : List.of();
  }

  /**
   * Returns the tables of catalogs that the examples of a folder's run come from, in the versions
   * that the run began with; none if there is no run yet.
   */
  public static List<TableVersion> tables(String output, Folders folders) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, output);
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    return isBegun(directory.state()) ? directory.manifests().tables() : List.of();
  }

  /** Returns whether a folder holds a run of other models, finished or not. */
  public boolean isOfOtherModels(EvaluateOptions options, String output) throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, output);
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    return isBegun(directory.state())
        && !directory
            .manifests()
            .models()
            .equals(new Configurations(folders, console).models(options));
  }

  private static boolean isBegun(RunState state) {
    return state == RunState.UNFINISHED || state == RunState.FINISHED;
  }

  /** Takes the lease, which is held from before the first file is written until after the last. */
  private DriverLease lease(RunDirectory directory, RunTarget target, RunJobs jobs)
      throws IOException {
    return DriverLease.take(
        directory.leases(),
        LeaseHolder.here(spark.sparkContext().applicationId()),
        LeasedWork.RUN,
        target.start() == StartMode.TAKE_OVER ? LeaseClaim.TAKE_OVER : LeaseClaim.WITHDRAW,
        jobs::cancel);
  }

  private FinishedRun run(
      EvaluateOptions options,
      PlannedRun start,
      RunDirectory directory,
      RunJobs jobs,
      DriverLease lease,
      Optional<CatalogTables> catalog)
      throws IOException {
    RunState state = directory.state(); // another driver may have changed it before the lease
    state.requireFit(start.target());
    Retries retries = retries(directory, start.target());
    if (state == RunState.FINISHED && isDone(options, directory, retries)) {
      requireSame(options, start.published(), directory, start.target());
      append(catalog, directory, lease);
      return finishedBefore(options, directory, start.target());
    }
    RunPlan plan = start.plan();
    if (state == RunState.ABSENT && options.settings().find(RunSetting.ANSWER_CACHE).isEmpty()) {
      start.preload();
    }
    AnswerRuns answers = new AnswerRuns(spark, console);
    OptionalInt chunks = options.settings().number(RunSetting.CHUNKS);
    Manifests begun =
        console
            .during(
                "Asking the executors for their devices",
                spark.sparkContext(),
                () ->
                    state != RunState.ABSENT
                        ? start.resumed(directory, chunks)
                        : start.fresh(chunks.orElse(answers.chunks(plan))))
            .failingAbove(options.settings().get(RunSetting.MAX_ERROR_RATE));
    Inference inference = inference(begun, options);
    List<List<String>> doubts =
        EndpointProbe.of(
            spark.sparkContext(),
            new StartedRun(plan, begun, retries, directory, lease, options.settings()),
            console);
    Manifests manifests = begun.doubting(doubts);
    if (state == RunState.ABSENT) {
      directory.begin(manifests);
    } else if (!manifests.equals(begun)) {
      directory.change(directory.manifests().doubting(doubts));
    }
    Milestone.of("plan")
        .with("run_id", String.join(",", manifests.runIds()))
        .with("output", directory.root())
        .with("models", plan.models().size())
        .with("images", plan.plan().contents().images())
        .with("answers", plan.answers())
        .with("chunks", manifests.allChunks())
        .with("committed", directory.committed().size())
        .log();
    StopNote note =
        new StopNote(
            console,
            Wording.of("Stopped; %s goes on after the last committed chunk", Setting.RESUME));
    try {
      if (!retries.isEmpty()) {
        console
            .out()
            .println(
                Text.format(
                    "Asking again: %s with errors", Texts.count(retries.answers(), "answer")));
      }
      StartedRun run =
          new StartedRun(plan, manifests, retries, directory, lease, options.settings());
      answers.run(run);
      new RepeatRuns(spark, console).run(run);
      jobs.describe("report of " + manifests.ids() + " on " + plan.plan().contents().names());
      RunTables tables =
          RunTables.of(spark, plan, manifests, directory, inference, start.published());
      tables.requireAll();
      RunOutput output =
          console.during(
              "Scoring and reporting", spark.sparkContext(), () -> lastStep.write(tables, lease));
      append(catalog, directory, lease);
      show(output, directory);
      check(directory.held(), directory, manifests, options);
      return new FinishedRun(directory, manifests.runIds(), warnings.shown());
    } catch (Exception e) { // a cancelled job throws one that Scala does not declare
      lease.check(); // throws the reason if the jobs were cancelled, or their files deleted
      if (ParquetColumns.isDamage(e)) {
        options.examples().nameDamaged(spark, folders);
      }
      if (note.close()) {
        sayWhatIsKept(directory, manifests, e);
      }
      throw e;
    } finally {
      note.close();
    }
  }

  /** Says how to go on, if a run ends early with some of its work committed. */
  private void sayWhatIsKept(RunDirectory directory, Manifests manifests, Exception problem) {
    try {
      int kept = directory.committed().size();
      if (kept > 0 && directory.state() == RunState.UNFINISHED) {
        console.warn(
            "%d of %d chunks are committed; the same command with %s goes on after them",
            kept, manifests.allChunks(), Setting.RESUME);
      }
    } catch (IOException e) { // the store may be what has failed
      problem.addSuppressed(e);
    }
  }

  private Retries retries(RunDirectory directory, RunTarget target) throws IOException {
    return Retries.of(spark, directory, target.retried());
  }

  /** Returns whether a finished run's tables hold all that is known, and nothing is asked again. */
  private static boolean isDone(EvaluateOptions options, RunDirectory directory, Retries retries)
      throws IOException {
    return retries.isEmpty()
        && !directory.hasFewerErrors()
        && !directory.lacksRepeats(options.settings().get(RunSetting.REPEAT));
  }

  private FinishedRun finishedBefore(
      EvaluateOptions options,
      Optional<PublishedFile> published,
      RunDirectory directory,
      RunTarget target,
      Optional<CatalogTables> catalog)
      throws IOException {
    requireSame(options, published, directory, target);
    if (catalog.isPresent()) {
      try (RunJobs jobs = new RunJobs(spark.sparkContext());
          DriverLease lease = lease(directory, target, jobs)) { // two drivers might append twice
        append(catalog, directory, lease);
      }
    }
    return finishedBefore(options, directory, target);
  }

  /** Checks a finished run against the options, without a plan: its model may be gone. */
  private void requireSame(
      EvaluateOptions options,
      Optional<PublishedFile> published,
      RunDirectory directory,
      RunTarget target)
      throws IOException {
    Manifests manifests = directory.manifests();
    manifests.require(
        target.output(),
        new Configurations(folders, console)
            .given(options, manifests.models(), manifests.protocols(), spark),
        options.settings().number(RunSetting.CHUNKS));
    Inference inference = inference(manifests, options);
    if ((!options.contrasts().isEmpty() || published.isPresent())
        && !directory.hasTablesOf(inference, published)) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s with other settings: its report was made with another %s or %s;"
                  + " make one by the command report",
              target.output(), Setting.CONTRAST, Setting.PUBLISHED));
    }
  }

  private static Inference inference(Manifests manifests, EvaluateOptions options) {
    Inference inference =
        Inference.against(Inference.BASELINE).of(Manifest.benchmarks(manifests.runs()));
    return RunContrasts.added(manifests.runs(), options.contrasts(), inference);
  }

  private FinishedRun finishedBefore(
      EvaluateOptions options, RunDirectory directory, RunTarget target) throws IOException {
    directory.requireWhole();
    directory.requireRows();
    Manifests manifests = directory.manifests();
    if (!target.retried().isEmpty()) {
      console.out().println("No answer has an error that was to be asked again");
    }
    console.out().println(Text.format("Run %s is complete: %s", manifests.ids(), directory.root()));
    check(ErrorRate.of(directory, spark), directory, manifests, options);
    return new FinishedRun(directory, manifests.runIds(), warnings.shown());
  }

  private void check(
      ErrorRate rate, RunDirectory directory, Manifests manifests, EvaluateOptions options) {
    if (rate.errors() > 0) {
      FirstErrors.show(directory, spark, console);
    }
    rate.check(
        manifests.unread(),
        options.settings().get(RunSetting.MAX_ERROR_RATE),
        () -> ErrorRemedies.of(directory.predictions(spark)),
        warnings);
  }

  private void append(Optional<CatalogTables> catalog, RunDirectory directory, DriverLease lease)
      throws IOException {
    if (catalog.isPresent()) {
      directory.requireWhole();
      directory.requireRows();
      console.during(
          "Appending to the catalog's tables",
          spark.sparkContext(),
          () -> {
            catalog
                .get()
                .append(
                    directory.manifests().runIds(),
                    table -> table.read(spark, List.of(directory.table(table))),
                    lease::check);
            return directory;
          });
    }
  }

  private void show(RunOutput output, RunDirectory directory) throws IOException {
    sayWhatCameBack(directory);
    output.records().forEach(this::warnOfMixture);
    output.report().ifPresent(this::show);
    console.out().println("Parquet: " + directory.root());
    if (output.report().isPresent()) {
      console
          .out()
          .println("Report: " + new Path(RunDirectory.report(directory.root()), ReportPages.HTML));
    }
  }

  /** Says what became of questions to endpoints, where it is not the same of all. */
  private void sayWhatCameBack(RunDirectory directory) throws IOException {
    SortedMap<String, List<ReplyCounts>> replies =
        directory.completed().map(CompleteTables::replies).orElseGet(TreeMap::new);
    for (Manifest run : directory.manifests().runs()) {
      List<ReplyCounts> asked = replies.getOrDefault(run.runId(), List.of());
      for (int repeat = 0; repeat < asked.size(); repeat++) {
        if (!asked.get(repeat).answersAllAtOnce()) {
          console.say(
              "Counted %s%s",
              repeat == 0 ? "" : Text.format("of repeat %d: ", repeat),
              asked.get(repeat).sentence(run.configuration().name()));
        }
      }
    }
  }

  private void show(Report report) {
    finished.accept(report);
    report.caveats().forEach(caveat -> warnings.warn("%s", caveat));
  }

  private void warnOfMixture(RunRow run) {
    if (run.dtype() != null && run.dtype().contains(",")) {
      warnings.warn(
          "Run %s has answers in %s, from %s: their last digits are not comparable; see the columns"
              + " dtype and host of predictions",
          run.runId(), run.dtype().replace(",", " and "), String.join(", ", run.hosts()));
    }
  }
}

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
  private final Consumer<RunPlan> onPlan;
  private final Consumer<Report> onReport;
  private final LastStep lastStep;
  private final Folders folders;
  private final RunWarnings warnings;

  /**
   * Creates the command.
   *
   * @param onPlan receives the plan before the first task
   * @param onReport receives the report of a finished run
   */
  public Evaluate(
      SparkSession spark, Console console, Consumer<RunPlan> onPlan, Consumer<Report> onReport) {
    this(spark, console, onPlan, onReport, RunOutput::write);
  }

  /** Creates a command with another last step than the report. */
  Evaluate(
      SparkSession spark,
      Console console,
      Consumer<RunPlan> onPlan,
      Consumer<Report> onReport,
      LastStep lastStep) {
    this.spark = spark;
    this.console = console;
    this.onPlan = onPlan;
    this.onReport = onReport;
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
    RunRequest request = request(given, target);
    if (request.state() == RunState.FINISHED && request.isDone(request.retries(spark))) {
      return finishedBefore(request);
    }
    PlannedRun planned = plan(request);
    try (RunJobs jobs = new RunJobs(spark.sparkContext());
        DriverLease lease = lease(request, jobs)) {
      // another driver may have changed it before the lease
      RunState state = request.directory().state();
      state.requireFit(target);
      Retries retries = request.retries(spark);
      if (state == RunState.FINISHED && request.isDone(retries)) {
        requireSame(request);
        append(request, lease);
        return complete(request);
      }
      return finish(request, start(request, planned, state, retries, lease), jobs);
    }
  }

  /**
   * Makes the checks that need no examples: of the folder, and of the models if they are asked.
   *
   * @throws UsageException if one fails
   */
  public void check(EvaluateOptions options, RunTarget target) throws IOException {
    RunState state = RunDirectory.of(folders, target.output()).state();
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
    Optional<Manifests> begun = begun(target.output(), folders);
    if (begun.isPresent()) {
      SortedMap<String, String> now = new TreeMap<>();
      benchmarks.forEach(benchmark -> now.putAll(AddedJars.of(benchmark)));
      Environment began = begun.get().latest();
      began.requireResumable(began.with(now), target.output(), target.allowCodeChange());
    }
  }

  /** Returns the tables of the run in a folder, finished or not; none without one. */
  public List<String> examples(String output) throws IOException {
    return begun(output, folders)
        .map(manifests -> manifests.runs().get(0).configuration().examples())
        .orElse(List.of());
  }

  /**
   * Returns the tables of catalogs that the examples of a folder's run come from, in the versions
   * that the run began with; none if there is no run yet.
   */
  public static List<TableVersion> tables(String output, Folders folders) throws IOException {
    return begun(output, folders).map(Manifests::tables).orElse(List.of());
  }

  /** Returns whether a folder holds a run of other models, finished or not. */
  public boolean isOfOtherModels(EvaluateOptions options, String output) throws IOException {
    Optional<Manifests> begun = begun(output, folders);
    return begun.isPresent()
        && !begun.get().models().equals(new Configurations(folders, console).models(options));
  }

  /** Reads the manifests of a folder's run, finished or not; empty without one. */
  private static Optional<Manifests> begun(String output, Folders folders) throws IOException {
    RunDirectory directory = RunDirectory.of(folders, output);
    return directory.state().isBegun() ? Optional.of(directory.manifests()) : Optional.empty();
  }

  /** Makes the checks of the target and the folder's state, which are without any work. */
  private RunRequest request(EvaluateOptions given, RunTarget target) throws IOException {
    Optional<CatalogTables> catalog =
        target.tables().map(schema -> CatalogTables.of(spark, schema, Report.TABLES));
    RunDirectory directory = RunDirectory.of(folders, target.output());
    RunState state = directory.state();
    state.requireFit(target);
    Optional<PublishedFile> published =
        PublishedFile.of(given.settings().find(RunSetting.PUBLISHED), folders);
    EvaluateOptions options =
        state.isBegun() ? given.after(directory.manifests().templates()) : given;
    return new RunRequest(options, target, directory, state, published, catalog);
  }

  /** Reads what the examples hold and what each model is, without loading one. */
  private PlannedRun plan(RunRequest request) throws IOException {
    if (request.state().isBegun()) {
      request.directory().requireAttempts();
      request.directory().repeats().requireAttempts();
    }
    // refuses an old one before any work
    AnswerCache.root(folders, request.settings().find(RunSetting.ANSWER_CACHE));
    RunPlan plan =
        console.during(
            "Planning",
            spark.sparkContext(),
            () -> new RunPlanner(spark, folders).plan(request.options(), Checkpoint::beginDigest));
    onPlan.accept(plan);
    return new PlannedRun(
        spark.sparkContext(),
        plan,
        new Configurations(folders, console).resolve(request.options(), plan),
        request.target(),
        warnings);
  }

  /** Takes the lease, which is held from before the first file is written until after the last. */
  private DriverLease lease(RunRequest request, RunJobs jobs) throws IOException {
    return DriverLease.take(
        request.directory().leases(),
        LeaseHolder.here(spark.sparkContext().applicationId()),
        LeasedWork.RUN,
        request.target().start() == StartMode.TAKE_OVER
            ? LeaseClaim.TAKE_OVER
            : LeaseClaim.WITHDRAW,
        jobs::cancel);
  }

  /** Compares the settings with the folder's manifests, or makes these, and asks endpoints once. */
  private StartedRun start(
      RunRequest request, PlannedRun planned, RunState state, Retries retries, DriverLease lease)
      throws IOException {
    RunDirectory directory = request.directory();
    RunPlan plan = planned.plan();
    if (state == RunState.ABSENT && request.settings().find(RunSetting.ANSWER_CACHE).isEmpty()) {
      planned.preload();
    }
    OptionalInt chunks = request.settings().number(RunSetting.CHUNKS);
    Manifests begun =
        console
            .during(
                "Asking the executors for their devices",
                spark.sparkContext(),
                () ->
                    state != RunState.ABSENT
                        ? planned.resumed(directory, chunks)
                        : planned.fresh(chunks))
            .failingAbove(request.settings().get(RunSetting.MAX_ERROR_RATE));
    StartedRun undoubted =
        new StartedRun(
            plan,
            begun,
            request.inference(begun),
            retries,
            directory,
            lease,
            request.settings(),
            List.of());
    List<EndpointProbe.Probed> probed = EndpointProbe.of(spark.sparkContext(), undoubted, console);
    StartedRun run = undoubted.knowing(probed);
    if (state == RunState.ABSENT) {
      directory.begin(run.manifests());
    } else if (!run.manifests().equals(begun)) {
      directory.change(directory.manifests().doubting(StartedRun.doubts(probed)));
    }
    Milestone.of("plan")
        .with("run_id", String.join(",", run.manifests().runIds()))
        .with("output", directory.root())
        .with("models", plan.models().size())
        .with("images", plan.plan().contents().images())
        .with("answers", plan.answers())
        .with("chunks", run.manifests().allChunks())
        .with("committed", directory.committed().size())
        .log();
    return run;
  }

  /** Answers, scores and reports. What fails says what is kept. */
  private FinishedRun finish(RunRequest request, StartedRun run, RunJobs jobs) throws IOException {
    StopNote note =
        new StopNote(
            console,
            Wording.of("Stopped; %s goes on after the last committed chunk", Setting.RESUME));
    try {
      answer(run);
      RunOutput output = report(run, request.published(), jobs);
      append(request, run.lease());
      show(output, run.directory());
      check(run.directory().held(), request, run.manifests());
      return new FinishedRun(run.directory(), run.manifests().runIds(), warnings.shown());
    } catch (Exception e) { // a cancelled job throws one that Scala does not declare
      run.lease().check(); // throws the reason if the jobs were cancelled, or their files deleted
      if (ParquetColumns.isDamage(e)) {
        request.options().examples().nameDamaged(spark, folders);
      }
      if (note.close()) {
        sayWhatIsKept(run, e);
      }
      throw e;
    } finally {
      note.close();
    }
  }

  private void answer(StartedRun run) throws IOException {
    if (!run.retries().isEmpty()) {
      console
          .out()
          .println(
              Text.format(
                  "Asking again: %s with errors", Texts.count(run.retries().answers(), "answer")));
    }
    new AnswerRuns(spark, console).run(run);
    new RepeatRuns(spark, console).run(run);
  }

  /** Scores the answers, and writes the tables and the report in one commit. */
  private RunOutput report(StartedRun run, Optional<PublishedFile> published, RunJobs jobs)
      throws IOException {
    jobs.describe(
        "report of " + run.manifests().ids() + " on " + run.plan().plan().contents().names());
    RunTables tables = RunTables.of(spark, run, published);
    tables.requireAll();
    return console.during(
        "Scoring and reporting", spark.sparkContext(), () -> lastStep.write(tables, run.lease()));
  }

  /** Says how to go on, if a run ends early with some of its work committed. */
  private void sayWhatIsKept(StartedRun run, Exception problem) {
    try {
      int kept = run.directory().committed().size();
      if (kept > 0 && run.directory().state() == RunState.UNFINISHED) {
        console.warn(
            "%d of %d chunks are committed; the same command with %s goes on after them",
            kept, run.manifests().allChunks(), Setting.RESUME);
      }
    } catch (IOException e) { // the store may be what has failed
      problem.addSuppressed(e);
    }
  }

  private FinishedRun finishedBefore(RunRequest request) throws IOException {
    requireSame(request);
    if (request.catalog().isPresent()) {
      try (RunJobs jobs = new RunJobs(spark.sparkContext());
          DriverLease lease = lease(request, jobs)) { // two drivers might append twice
        append(request, lease);
      }
    }
    return complete(request);
  }

  /** Checks a finished run against the options, without a plan: its model may be gone. */
  private void requireSame(RunRequest request) throws IOException {
    EvaluateOptions options = request.options();
    String output = request.target().output();
    Manifests manifests = request.directory().manifests();
    manifests.require(
        output,
        new Configurations(folders, console)
            .given(options, manifests.models(), manifests.protocols(), spark),
        options.settings().number(RunSetting.CHUNKS));
    Inference inference = request.inference(manifests);
    if ((!options.contrasts().isEmpty() || request.published().isPresent())
        && !request.directory().hasTablesOf(inference, request.published())) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s with other settings: its report was made with another %s or %s;"
                  + " make one by the command report",
              output, Setting.CONTRAST, Setting.PUBLISHED));
    }
  }

  /** Checks the files of a finished run, and says that it is one. */
  private FinishedRun complete(RunRequest request) throws IOException {
    RunDirectory directory = request.directory();
    directory.requireWhole();
    directory.requireRows();
    Manifests manifests = directory.manifests();
    if (!request.target().retried().isEmpty()) {
      console.out().println("No answer has an error that was to be asked again");
    }
    console.out().println(Text.format("Run %s is complete: %s", manifests.ids(), directory.root()));
    check(ErrorRate.of(directory, spark), request, manifests);
    return new FinishedRun(directory, manifests.runIds(), warnings.shown());
  }

  private void check(ErrorRate rate, RunRequest request, Manifests manifests) {
    RunDirectory directory = request.directory();
    if (rate.errors() > 0) {
      FirstErrors.show(directory, spark, console);
    }
    rate.check(
        manifests.unread(),
        request.settings().get(RunSetting.MAX_ERROR_RATE),
        () -> ErrorRemedies.of(directory.predictions(spark)),
        warnings);
  }

  private void append(RunRequest request, DriverLease lease) throws IOException {
    if (request.catalog().isPresent()) {
      RunDirectory directory = request.directory();
      directory.requireWhole();
      directory.requireRows();
      console.during(
          "Appending to the catalog's tables",
          spark.sparkContext(),
          () -> {
            request
                .catalog()
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
    onReport.accept(report);
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

package io.prumerge.launch;

import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.plan.AskedCards;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.preflight.RunPreview;
import io.prumerge.prepare.BenchmarkSettings;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.AskedTable;
import io.prumerge.report.CategoryTable;
import io.prumerge.report.NoiseText;
import io.prumerge.report.ProtocolText;
import io.prumerge.report.PublishedText;
import io.prumerge.report.Report;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.page.PaperTable;
import io.prumerge.run.DryRun;
import io.prumerge.run.EarlyChecks;
import io.prumerge.run.Evaluate;
import io.prumerge.run.FinishedRun;
import io.prumerge.run.PlanForm;
import io.prumerge.run.cache.ExamplesCache;
import io.prumerge.run.cache.PlannedExamples;
import io.prumerge.search.FoundFront;
import io.prumerge.search.Search;
import io.prumerge.settings.AskedFrames;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.TargetSettings;
import io.prumerge.settings.sweep.SearchSettings;
import io.prumerge.settings.sweep.SweepFile;
import io.prumerge.source.TableVersion;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import io.prumerge.torch.Quantization;
import io.prumerge.video.AskedRule;
import io.prumerge.video.FrameNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * A run or a search: from what a command line or {@link io.prumerge.Evaluation} gives to the
 * finished folder. Settings that are left out are those of a sweep file, or have defaults.
 */
public final class EvaluationJob {

  /** The folder next to a run's with the examples that it prepared. */
  private static final String PREPARED = "prepared";

  private final Supplier<SparkSession> spark;
  private final RunSettings settings;
  private final TargetSettings destination;
  private final List<PinnedModel> models = new ArrayList<>();
  private AskedExamples examples = AskedExamples.in(List.of());
  private List<MethodSpec> methods = List.of();
  private List<String> contrasts = List.of();
  private BenchmarkSettings named = new BenchmarkSettings();
  private Optional<SweepFile> sweep = Optional.empty();
  private String sweepFile;
  private Console console = Console.SILENT;

  /**
   * @param spark is asked for its session once all settings are checked
   * @param settings of the run; read when it starts
   * @param destination likewise
   */
  public EvaluationJob(
      Supplier<SparkSession> spark, RunSettings settings, TargetSettings destination) {
    this.spark = spark;
    this.settings = settings;
    this.destination = destination;
  }

  /** Adds a model: a checkpoint's folder, or what else {@link PinnedModel} reads. */
  public EvaluationJob model(String model) {
    return model(model, WeightsPin.NONE);
  }

  /** Adds a checkpoint whose weights must have a hash. */
  public EvaluationJob model(String folder, WeightsPin pin) {
    models.add(OptionChecks.read(Setting.MODEL, folder, one -> new PinnedModel(one, pin)));
    return this;
  }

  /** Sets the examples. */
  public EvaluationJob examples(AskedExamples asked) {
    examples = asked;
    return this;
  }

  /** Sets benchmarks in place of examples, which are prepared first unless they are there. */
  public EvaluationJob benchmarks(BenchmarkSettings asked) {
    named = asked;
    return this;
  }

  /** Sets the methods. */
  public EvaluationJob methods(List<MethodSpec> asked) {
    methods = List.copyOf(asked);
    return this;
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public EvaluationJob contrasts(List<String> pairs) {
    contrasts = List.copyOf(pairs);
    return this;
  }

  /** Takes models, examples, methods and settings that are not given here from a sweep file. */
  public EvaluationJob sweep(String file) throws IOException {
    sweepFile = file;
    sweep = Optional.of(SweepFile.read(Path.of(file)));
    return this;
  }

  /** Sets where the plan of a sweep, progress, the summary and warnings go; default nowhere. */
  public EvaluationJob console(Console shown) {
    console = shown;
    return this;
  }

  /**
   * Runs until the report is written. Leaves nothing behind if it refuses a setting; after any
   * other error, the same calls with {@link TargetSettings#resume} continue the run.
   *
   * @throws UsageException if a setting is refused before the first task
   * @throws Failure if the run cannot continue, or if too many answers are errors: then the report
   *     exists, and {@link TargetSettings#resume} returns it
   */
  public FinishedRun run() throws IOException {
    Inputs inputs = inputs(true);
    RunTarget target = inputs.target().orElseThrow();
    EarlyChecks.of(inputs.options(), inputs.target(), Folders.beforeSpark(console));
    SparkSession session = UsableSession.of(spark.get());
    Evaluate evaluate = new Evaluate(session, console, this::show, this::show);
    List<PrepareOptions> benchmarks = inputs.benchmarks();
    if (!benchmarks.isEmpty()) {
      evaluate.check(inputs.options(), target); // before what may take long
      evaluate.requireSameJars(target, benchmarks.stream().map(PrepareOptions::benchmark).toList());
      cache(new Folders(session))
          .requireUnchanged(target.output(), evaluate.examples(target.output()), benchmarks);
    }
    return evaluate.run(prepared(session, inputs, target.output()), target);
  }

  private void show(Report report) {
    console.table(SummaryTable.cells(report));
    AskedTable.of(report).ifPresent(table -> console.table(table.title(), table.cells(), 1));
    ProtocolText.of(report).ifPresent(table -> table.print(console));
    CategoryTable.of(report).ifPresent(table -> console.table(table.title(), table.cells(), 3));
    NoiseText.of(report).ifPresent(table -> console.table(table.title(), table.cells(), 2));
    PublishedText.of(report).ifPresent(table -> table.print(console));
    PaperTable.of(report).print(console);
  }

  /** Returns the benchmarks to prepare: those given or, without examples, the sweep file's. */
  private List<String> asked() {
    return named.isGiven() || !hasNoExamples()
        ? named.benchmarks.get()
        : sweep.map(SweepFile::benchmarks).orElse(List.of());
  }

  private List<PrepareOptions> toPrepare() {
    AskedFrames frames = settings.frames(file());
    List<PrepareOptions> benchmarks =
        named.options(
            asked(),
            settings.limit(file()),
            frames.rules().stream().map(AskedRule::toString).toList(),
            frames.numbers().stream().map(FrameNumber::toString).toList(),
            destination.output.find());
    if (!benchmarks.isEmpty()
        && benchmarks.stream().noneMatch(one -> one.benchmark().showsVideos())) {
      frames.requireNone(benchmarks.stream().map(one -> one.benchmark().name()).toList());
    }
    benchmarks.forEach(one -> NamedBenchmark.tell(one.benchmark(), console));
    return benchmarks;
  }

  private boolean hasNoExamples() {
    return examples.folders().isEmpty() && examples.rows().isEmpty();
  }

  /**
   * Prepares the benchmarks that are asked for, if some are.
   *
   * @param run a folder of which a run may have begun, with versions of tables that then are read
   */
  private EvaluateOptions prepared(SparkSession session, Inputs inputs, String run)
      throws IOException {
    if (inputs.benchmarks().isEmpty()) {
      return inputs.options();
    }
    Folders folders = new Folders(session);
    return inputs.on(
        cache(folders).prepared(session, inputs.benchmarks(), Evaluate.tables(run, folders)));
  }

  /**
   * Returns the examples that the user's folder has, or that runs next to this one prepared: in the
   * working folder, if it has no place yet.
   */
  private ExamplesCache cache(Folders folders) {
    String run = destination.output.or(PREPARED);
    org.apache.hadoop.fs.Path root =
        named.cache.isGiven()
            ? folders.qualified(Setting.EXAMPLES_CACHE, named.cache.get())
            : new org.apache.hadoop.fs.Path(
                folders.qualified(Setting.OUTPUT, run).getParent(), PREPARED);
    return new ExamplesCache(folders, console, root);
  }

  /**
   * Searches among the methods for those that are most accurate at their cost, with the {@code
   * search} settings of the sweep file, and writes the front. After an error, the same calls with
   * {@link TargetSettings#resume} continue the search.
   *
   * @throws UsageException if a setting is refused before the first task
   * @throws Failure if a rung cannot continue, or if too many of its answers are errors
   */
  public FoundFront search() throws IOException {
    Inputs inputs = inputs(true);
    RunTarget target = inputs.target().orElseThrow();
    if (!target.retried().isEmpty()) {
      throw new UsageException(Wording.of("A search has no %s", Setting.RETRY_ERRORS));
    }
    SearchSettings search = sweep.map(SweepFile::search).orElse(SearchSettings.DEFAULTS);
    Search.check(inputs.options(), target, Folders.beforeSpark(console));
    SparkSession session = UsableSession.of(spark.get());
    EvaluateOptions options = prepared(session, inputs, Search.rung(target.output(), 1));
    return new Search(session, console).run(options, search, target);
  }

  /**
   * Shows a sweep's plan; of any other run, only what became of the examples' rows, where that was
   * not said when they were prepared, and what leaves this cluster.
   */
  private void show(RunPlan plan) {
    if (sweep.isPresent()) {
      new RunPreview(plan).print(console.quiet());
    } else {
      if (asked().isEmpty()) {
        plan.counted().forEach(counted -> console.say("Counted %s", counted));
      }
      plan.notices().forEach(notice -> console.warn("%s", notice));
    }
  }

  /**
   * Makes all possible checks, shows the plan, the whole texts that models get and what GPUs would
   * hold and take, and stops.
   *
   * @param questions number of questions whose texts are shown
   * @param cards GPUs to plan for, whether they are there or not
   * @throws Failure after the plan, if a model would not fit the executors
   */
  public void dryRun(PlanForm form, int questions, AskedCards cards) throws IOException {
    Inputs inputs = inputs(false);
    Folders folders = Folders.beforeSpark(console);
    EarlyChecks.of(inputs.options(), inputs.target(), folders);
    List<TableVersion> begun =
        inputs.target().isPresent()
            ? Evaluate.tables(inputs.target().get().output(), folders)
            : List.of();
    try (PlannedExamples planned = cache(folders).planned(inputs.benchmarks(), begun)) {
      SparkSession session = UsableSession.of(spark.get());
      EvaluateOptions options =
          inputs.benchmarks().isEmpty() ? inputs.options() : inputs.on(planned.tables(session));
      new DryRun(session, console).show(options, inputs.target(), form, questions, cards);
    }
  }

  /**
   * What is given, once it is checked without a session.
   *
   * @param benchmarks to prepare, in place of examples in the options
   * @param target empty if no folder is named
   */
  private record Inputs(
      List<PrepareOptions> benchmarks, EvaluateOptions options, Optional<RunTarget> target) {

    /** Returns the options with the tables of the prepared benchmarks. */
    EvaluateOptions on(List<String> tables) {
      return options.on(AskedExamples.in(tables));
    }
  }

  /**
   * Checks what is given.
   *
   * @param written whether the job needs a folder
   */
  private Inputs inputs(boolean written) {
    List<PrepareOptions> benchmarks = toPrepare();
    requireAll(written);
    return new Inputs(
        benchmarks, options(), destination.output.find().map(any -> destination.target()));
  }

  /** Checks that all is given; a sweep file may have all but the output. */
  private void requireAll(boolean written) {
    boolean inFile = sweep.isPresent();
    new RequiredSettings()
        .require(inFile || !models.isEmpty(), Setting.MODEL)
        .require(
            inFile || !asked().isEmpty() || !hasNoExamples(), Setting.BENCHMARK, Setting.EXAMPLES)
        .require(inFile || !methods.isEmpty(), Setting.METHOD)
        .require(!written || destination.output.isGiven(), Setting.OUTPUT)
        .check();
  }

  private RunSettings file() {
    return sweep.map(SweepFile::settings).orElseGet(RunSettings::new);
  }

  /** Checks what the run asks, and takes missing settings from the sweep file. */
  private EvaluateOptions options() {
    boolean prepared = !asked().isEmpty();
    if (prepared && !hasNoExamples()) {
      throw new UsageException(
          Wording.of("Give %s or %s, not both", Setting.EXAMPLES, Setting.BENCHMARK));
    }
    RunSettings file = file();
    List<Quantization> ways = settings.quantizations(file);
    return new EvaluateOptions(
        given("models", Setting.MODEL, models, sweep.map(SweepFile::models)).stream()
            .map(destination.isResumed() ? PinnedModel::locatedIfKnown : PinnedModel::located)
            .flatMap(model -> model.quantized(ways).stream())
            .toList(),
        hasNoExamples() && !prepared
            ? AskedExamples.in(
                given("examples", Setting.EXAMPLES, List.of(), sweep.map(SweepFile::examples)))
            : examples,
        given("methods", Setting.METHOD, methods, sweep.map(SweepFile::methods)),
        contrasts,
        settings.options(file));
  }

  private <T> List<T> given(String key, Setting setting, List<T> here, Optional<List<T>> inFile) {
    List<T> given = here.isEmpty() ? inFile.orElse(List.of()) : here;
    if (given.isEmpty() && inFile.isPresent()) {
      throw new UsageException(
          Wording.of("%s names no %s; add them, or set %s", sweepFile, key, setting));
    }
    return OptionChecks.requireSome(setting, given);
  }
}

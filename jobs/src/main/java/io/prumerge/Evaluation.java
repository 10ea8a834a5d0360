package io.prumerge;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.Parallelism;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunPreview;
import io.prumerge.plan.RunSettings;
import io.prumerge.plan.RunTarget;
import io.prumerge.plan.sweep.SweepFile;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.SummaryTable;
import io.prumerge.run.DryRun;
import io.prumerge.run.Evaluate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Asks models every question under every method, scores and reports. A model, examples, a method
 * and an output are needed; what else is not said is as in the command {@code evaluate}.
 */
public final class Evaluation {

  private final Supplier<SparkSession> spark;
  private final List<PinnedModel> models = new ArrayList<>();
  private AskedExamples examples = AskedExamples.in(List.of());
  private List<MethodSpec> methods = List.of();
  private List<String> contrasts = List.of();
  private Optional<SweepFile> sweep = Optional.empty();
  private String sweepFile;
  private Optional<DeviceChoice> device = Optional.empty();
  private Optional<DtypeChoice> dtype = Optional.empty();
  private Optional<ImageAspect> imageAspect = Optional.empty();
  private Optional<String> conversation = Optional.empty();
  private OptionalLong limit = OptionalLong.empty();
  private OptionalInt maxNewTokens = OptionalInt.empty();
  private OptionalDouble maxErrorRate = OptionalDouble.empty();
  private OptionalInt chunks = OptionalInt.empty();
  private OptionalInt partitions = OptionalInt.empty();
  private Optional<String> answerCache = Optional.empty();
  private String output;
  private RunTarget.Start start = RunTarget.Start.FRESH;
  private boolean allowCodeChange;
  private Optional<String> tables = Optional.empty();
  private Console console = Console.SILENT;

  private Evaluation(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Runs in a session that is there. */
  public static Evaluation of(SparkSession spark) {
    return new Evaluation(() -> spark);
  }

  /** Runs in a session that is asked for once all settings are checked. */
  public static Evaluation of(Supplier<SparkSession> spark) {
    return new Evaluation(spark);
  }

  /** One more model: a Hugging Face LLaVA folder. */
  public Evaluation model(String folder) {
    models.add(PinnedModel.any(folder));
    return this;
  }

  /**
   * One more model, with just these weights.
   *
   * @param sha256 of the weights, as {@code runs.weights_sha256} has it
   */
  public Evaluation model(String folder, String sha256) {
    models.add(
        new PinnedModel(folder, OptionChecks.read(Setting.MODEL_SHA256, sha256, WeightsPin::new)));
    return this;
  }

  /** Folders of tables that {@link Preparation} wrote. */
  public Evaluation examples(String... folders) {
    return examples(List.of(folders));
  }

  /** Folders of tables that {@link Preparation} wrote. */
  public Evaluation examples(List<String> folders) {
    examples = AskedExamples.in(folders);
    return this;
  }

  /**
   * Rows of any origin, with the columns of the table {@code examples}. They are read several
   * times, once for each chunk, and must be the same each time.
   *
   * @throws io.prumerge.source.DataException when a column is missing or of another type
   */
  public Evaluation examples(Dataset<Row> rows) {
    examples = AskedExamples.of(rows);
    return this;
  }

  /** Methods as on the command line, like {@code prumerge:k=16}. */
  public Evaluation methods(String... specs) {
    return methods(List.of(specs));
  }

  /** Methods as on the command line, like {@code prumerge:k=16}. */
  public Evaluation methods(List<String> specs) {
    methods =
        specs.stream()
            .map(spec -> OptionChecks.read(Setting.METHOD, spec, MethodSpec::parse))
            .toList();
    return this;
  }

  /** Comparisons beside those that every report makes, like {@code prumerge:prumerge+}. */
  public Evaluation contrasts(String... pairs) {
    return contrasts(List.of(pairs));
  }

  /** Comparisons beside those that every report makes, like {@code prumerge:prumerge+}. */
  public Evaluation contrasts(List<String> pairs) {
    contrasts = List.copyOf(pairs);
    return this;
  }

  /** Models, examples, methods and settings of a sweep's file, where they are not given here. */
  public Evaluation sweep(String file) throws IOException {
    sweepFile = file;
    sweep = Optional.of(SweepFile.read(Path.of(file)));
    return this;
  }

  /** {@code auto}, {@code cpu} or {@code cuda}. */
  public Evaluation device(String name) {
    device = Optional.of(OptionChecks.choice(Setting.DEVICE, DeviceChoice.class, name));
    return this;
  }

  /** {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}. */
  public Evaluation dtype(String name) {
    dtype = Optional.of(OptionChecks.choice(Setting.DTYPE, DtypeChoice.class, name));
    return this;
  }

  /** {@code auto}, {@code pad} or {@code crop}. */
  public Evaluation imageAspect(String name) {
    imageAspect = Optional.of(OptionChecks.choice(Setting.IMAGE_ASPECT, ImageAspect.class, name));
    return this;
  }

  /** Name of a conversation template. */
  public Evaluation conversation(String name) {
    conversation = Optional.of(name);
    return this;
  }

  /** At least so many questions per benchmark, images kept whole. */
  public Evaluation limit(long questions) {
    limit = OptionalLong.of(questions);
    return this;
  }

  /** For every question, in place of the benchmark's own. */
  public Evaluation maxNewTokens(int tokens) {
    maxNewTokens = OptionalInt.of(tokens);
    return this;
  }

  /** The share of answers, 0 to 1, that may be errors; above it {@link #run} fails at its end. */
  public Evaluation maxErrorRate(double share) {
    maxErrorRate = OptionalDouble.of(share);
    return this;
  }

  /** Parts that are committed one by one. */
  public Evaluation chunks(int number) {
    chunks = OptionalInt.of(number);
    return this;
  }

  /** Tasks per chunk. */
  public Evaluation partitions(int number) {
    partitions = OptionalInt.of(number);
    return this;
  }

  /** Folder with answers of other runs, which are not asked for again; gets the new ones. */
  public Evaluation answerCache(String folder) {
    answerCache = Optional.of(folder);
    return this;
  }

  /** The run's folder, a new one without {@link #resume}. */
  public Evaluation output(String folder) {
    output = folder;
    return this;
  }

  /** Goes on with a run that did not finish; of one that did, returns what it wrote. */
  public Evaluation resume() {
    start = RunTarget.Start.RESUME;
    return this;
  }

  /** Goes on though another driver seems to be at it; that one stops. */
  public Evaluation takeOver() {
    start = RunTarget.Start.TAKE_OVER;
    return this;
  }

  /** Continues although the code, libtorch or the resolved dtype differ from before. */
  public Evaluation allowCodeChange() {
    allowCodeChange = true;
    return this;
  }

  /**
   * Appends the run to the tables of a catalog too, once however often it is resumed.
   *
   * @param schema with its catalog in front, like {@code lake.runs}
   */
  public Evaluation tables(String schema) {
    tables = Optional.of(schema);
    return this;
  }

  /** Shows the plan of a sweep, progress, the summary and warnings on the standard error stream. */
  public Evaluation verbose() {
    return console(Console.standardError());
  }

  /** Shows the plan of a sweep, progress, the summary and warnings there. */
  public Evaluation console(Console shown) {
    console = shown;
    return this;
  }

  /**
   * Runs until the report is written. Of a refusal nothing is left behind; after any other error
   * the same calls with {@link #resume} go on.
   *
   * @throws UsageException when something is refused before the first task
   * @throws Failure when the run cannot go on, or more answers are errors than allowed: then the
   *     report is there, and {@link #resume} returns it
   */
  public EvaluationResult run() throws IOException {
    EvaluateOptions options = options();
    RunTarget target = target(OptionChecks.required(Setting.OUTPUT, output));
    SparkSession session = spark.get();
    Evaluate evaluate =
        new Evaluate(
            session,
            console,
            plan -> sweep.ifPresent(file -> new RunPreview(plan).print(console.quiet())),
            report -> console.table(SummaryTable.cells(report)));
    return new EvaluationResult(session, evaluate.run(options, target));
  }

  /**
   * Checks all that can be checked before the first task, shows the plan and does nothing.
   *
   * @throws Failure after the plan, when a model would not fit the executors
   */
  public void dryRun(DryRun.Form form) throws IOException {
    EvaluateOptions options = options();
    new DryRun(spark.get(), console)
        .show(options, Optional.ofNullable(output).map(this::target), form);
  }

  private RunTarget target(String folder) {
    if (allowCodeChange && start == RunTarget.Start.FRESH) {
      throw new UsageException(
          Wording.of(
              "%s goes with %s or %s",
              Setting.ALLOW_CODE_CHANGE, Setting.RESUME, Setting.TAKE_OVER));
    }
    return new RunTarget(folder, start, allowCodeChange, tables);
  }

  private EvaluateOptions options() {
    RunSettings settings =
        new RunSettings(
            device, dtype, imageAspect, conversation, limit, maxNewTokens, maxErrorRate);
    boolean noExamples = examples.folders().isEmpty() && examples.rows().isEmpty();
    return new EvaluateOptions(
        given("models", Setting.MODEL, models, sweep.map(SweepFile::models)),
        noExamples
            ? AskedExamples.in(
                given("examples", Setting.EXAMPLES, List.of(), sweep.map(SweepFile::examples)))
            : examples,
        given("methods", Setting.METHOD, methods, sweep.map(SweepFile::methods)),
        contrasts,
        sweep.map(file -> settings.over(file.settings())).orElse(settings),
        new Parallelism(chunks, partitions, answerCache));
  }

  private <T> List<T> given(String key, Setting setting, List<T> here, Optional<List<T>> inFile) {
    List<T> given = here.isEmpty() ? inFile.orElse(List.of()) : here;
    if (given.isEmpty() && inFile.isPresent()) {
      throw new UsageException(
          Wording.of("%s names no %s; add them, or give %s", sweepFile, key, setting));
    }
    return OptionChecks.requireSome(setting, given);
  }
}

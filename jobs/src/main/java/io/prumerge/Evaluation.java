package io.prumerge;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.GivenOption;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.engine.ErrorKind;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.launch.FromCode;
import io.prumerge.plan.AskedCards;
import io.prumerge.plan.AskedExamples;
import io.prumerge.prepare.BenchmarkSettings;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.run.FinishedRun;
import io.prumerge.run.PlanForm;
import io.prumerge.search.FoundFront;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import io.prumerge.settings.WordSample;
import io.prumerge.source.DataException;
import io.prumerge.torch.Quantization;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Asks models every question with every method, scores the answers and writes a report.
 *
 * <pre>{@code
 * EvaluationResult evaluated =
 *     Evaluation.of(spark)
 *         .model("conf/mini-llava")
 *         .benchmark("pope")
 *         .sources("data/pope")
 *         .methods("none", "prumerge")
 *         .output("runs/first")
 *         .run();
 * }</pre>
 *
 * <p>Required are {@link #model(String)}, {@link #methods(String...)}, one of {@link #benchmark}
 * and {@link #examples(String...)}, all of which a {@link #sweep} may name, and {@link #output}; of
 * these, {@link #dryRun(PlanForm)} does without the output. What is missing is named together. All
 * other settings are optional, with the defaults of the command {@code evaluate}.
 */
public final class Evaluation {

  private final Supplier<SparkSession> spark;
  private final RunSettings settings = new RunSettings();
  private final TargetSettings destination = new TargetSettings(GivenOption.text(Setting.OUTPUT));
  private final BenchmarkSettings benchmarks = new BenchmarkSettings();
  private final EvaluationJob job;

  private Evaluation(Supplier<SparkSession> spark) {
    this.spark = spark;
    this.job = new EvaluationJob(spark, settings, destination).benchmarks(benchmarks);
  }

  /** Creates an evaluation that runs in this session. */
  public static Evaluation of(SparkSession spark) {
    return of(() -> spark);
  }

  /** Creates an evaluation that asks for its session once all settings are checked. */
  static Evaluation of(Supplier<SparkSession> spark) {
    return new Evaluation(spark);
  }

  /**
   * Required: adds a model, a checkpoint's folder, {@code hf:ORG/NAME[@REV]} for one in Hugging
   * Face's cache, or {@code openai:URL#NAME} for one behind an OpenAI-compatible service. Pictures
   * and questions are then sent there.
   */
  public Evaluation model(String model) {
    job.model(model);
    return this;
  }

  /**
   * Adds a model as {@link #model(String)} does, and pins its weights.
   *
   * @param sha256 hash that the weights must have, as in {@code runs.weights_sha256}
   */
  public Evaluation model(String folder, String sha256) {
    job.model(folder, OptionChecks.read(Setting.MODEL_SHA256, sha256, WeightsPin::asked));
    return this;
  }

  /** Required, or a benchmark: sets folders of tables that {@link Preparation} wrote. */
  public Evaluation examples(String... folders) {
    return examples(List.of(folders));
  }

  /** Required, or a benchmark: sets folders of tables that {@link Preparation} wrote. */
  public Evaluation examples(List<String> folders) {
    job.examples(AskedExamples.in(folders));
    return this;
  }

  /**
   * Required, or examples: adds a benchmark, by its name, by the YAML file that defines it, or a
   * list such as {@code @docs}. What is not prepared yet is prepared by {@link #run}, into a folder
   * where later runs find it.
   */
  public Evaluation benchmark(String name) {
    benchmarks.benchmarks.set(
        Stream.concat(benchmarks.benchmarks.get().stream(), Stream.of(name)).toList());
    return this;
  }

  /** Sets the files and folders of the benchmarks, as the other method. */
  public Evaluation sources(String... places) {
    return sources(List.of(places));
  }

  /**
   * Sets the files and folders of the benchmarks: those of a single one, or of several one each in
   * their order, or each as {@code NAME=PLACE}. By default a benchmark's data set in Hugging Face's
   * cache; a YAML file names its own.
   */
  public Evaluation sources(List<String> places) {
    benchmarks.sources.set(List.copyOf(places));
    return this;
  }

  /** Selects the benchmarks' split; default is each one's usual split. */
  public Evaluation split(String name) {
    benchmarks.split.set(name);
    return this;
  }

  /** Selects the prompt profile, which words the benchmarks' questions, by its name. */
  public Evaluation prompts(String profile) {
    benchmarks.prompts.set(profile);
    return this;
  }

  /** Sets the frames per second of the benchmarks' videos that do not tell their own. */
  public Evaluation sourceFps(double rate) {
    benchmarks.sourceFps.set(rate);
    return this;
  }

  /**
   * Sets the folder of tables that are prepared of benchmarks, for later runs too; by default they
   * are next to the output.
   */
  public Evaluation examplesCache(String folder) {
    benchmarks.cache.set(folder);
    return this;
  }

  /**
   * Sets the examples, too: rows of any origin, with the columns of the table {@code examples}.
   * They are read several times, once per chunk, and must be the same at every read.
   *
   * @throws io.prumerge.source.DataException if a column is missing or has another type
   */
  public Evaluation examples(Dataset<Row> rows) {
    job.examples(AskedExamples.of(rows));
    return this;
  }

  /** Required: sets the methods, spelled as on the command line, such as {@code prumerge:k=16}. */
  public Evaluation methods(String... specs) {
    return methods(List.of(specs));
  }

  /** Required: sets the methods, spelled as on the command line, such as {@code prumerge:k=16}. */
  public Evaluation methods(List<String> specs) {
    return methodSpecs(OptionChecks.read(Setting.METHOD, specs, MethodSpec::parseAll));
  }

  /** Sets the methods as {@link #methods(List)} does. */
  public Evaluation methodSpecs(List<MethodSpec> specs) {
    job.methods(specs);
    return this;
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Evaluation contrasts(String... pairs) {
    return contrasts(List.of(pairs));
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Evaluation contrasts(List<String> pairs) {
    job.contrasts(pairs);
    return this;
  }

  /** Takes models, examples, methods and settings that are not given here from a sweep file. */
  public Evaluation sweep(String file) throws IOException {
    job.sweep(file);
    return this;
  }

  /** Sets the device: {@code auto}, {@code cpu} or {@code cuda}. */
  public Evaluation device(String name) {
    settings.choose(RunSetting.DEVICE, name);
    return this;
  }

  /** Sets the arithmetic: {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}. */
  public Evaluation dtype(String name) {
    settings.choose(RunSetting.DTYPE, name);
    return this;
  }

  /**
   * Sets the weight precision of the decoder's layers: {@code none} for that of the dtype, {@code
   * int8}, or both, which stand for two models.
   */
  public Evaluation quantize(String... names) {
    settings.set(
        RunSetting.QUANTIZATIONS,
        Arrays.stream(names)
            .map(name -> OptionChecks.choice(Setting.QUANTIZE, Quantization.class, name))
            .toList());
    return this;
  }

  /** Sets how images become square: {@code auto}, {@code pad} or {@code crop}. */
  public Evaluation imageAspect(String name) {
    settings.choose(RunSetting.IMAGE_ASPECT, name);
    return this;
  }

  /** Sets the fewest pixels of pictures that keep their own size. */
  public Evaluation minPixels(int pixels) {
    settings.set(RunSetting.MIN_PIXELS, pixels);
    return this;
  }

  /** Sets the most pixels of pictures that keep their own size. */
  public Evaluation maxPixels(int pixels) {
    settings.set(RunSetting.MAX_PIXELS, pixels);
    return this;
  }

  /** Pads every picture to a square and resizes it to so many pixels a side. */
  public Evaluation square(int side) {
    settings.set(RunSetting.SQUARE, side);
    return this;
  }

  /**
   * Sets how the times of a video's frames become whole numbers, for models whose positions have
   * seconds: transformers (default) or published.
   */
  public Evaluation mrope(String name) {
    settings.choose(RunSetting.MROPE, name);
    return this;
  }

  /** Selects the conversation template by its name. */
  public Evaluation conversation(String name) {
    settings.set(RunSetting.CONVERSATION, name);
    return this;
  }

  /**
   * Sets the question that methods look at where several are asked about one image: {@code each}
   * its own, or {@code first}, the image's first one, by which all are then reduced.
   */
  public Evaluation reduceBy(String name) {
    settings.choose(RunSetting.REDUCE_BY, name);
    return this;
  }

  /**
   * Sets how questions with lettered options are answered: {@code text}, or {@code letter-logits},
   * the letter whose token has the highest logit after the prompt.
   */
  public Evaluation answerBy(String name) {
    settings.choose(RunSetting.ANSWER_BY, name);
    return this;
  }

  /**
   * Sets how answers are timed: {@code shared}, or {@code alone}, one question under one method at
   * a time, in one lane, after a warm-up.
   */
  public Evaluation timing(String name) {
    settings.choose(RunSetting.TIMING, name);
    return this;
  }

  /** Sets the number of images at a time where answers are timed alone. */
  public Evaluation timingBatch(int images) {
    settings.set(RunSetting.TIMING_BATCH, images);
    return this;
  }

  /**
   * Sets the rules by which the frames of videos are chosen, of those that the examples were
   * prepared with: each with its number, such as {@code lmms-eval:8} or {@code qwen2:2fps}, or
   * without, such as {@code qwen2}, which goes with each number of {@link #frames}. Each such
   * protocol is a run of each model; by default all that the examples have.
   */
  public Evaluation framesBy(String... rules) {
    settings.set(RunSetting.FRAMES_BY, List.of(rules));
    return this;
  }

  /**
   * Sets the numbers of frames that the rules without one choose of a video, or how many a second:
   * {@code 2fps}.
   */
  public Evaluation frames(String... numbers) {
    settings.set(RunSetting.FRAMES, List.of(numbers));
    return this;
  }

  /**
   * Limits the questions per benchmark to this number, or slightly more: an image keeps all its
   * questions, and a unit that is scored as one all its images.
   */
  public Evaluation limit(long questions) {
    settings.set(RunSetting.LIMIT, questions);
    return this;
  }

  /** Sets the token budget of every answer, in place of the benchmark's own. */
  public Evaluation maxNewTokens(int tokens) {
    settings.set(RunSetting.MAX_NEW_TOKENS, tokens);
    return this;
  }

  /**
   * Sets the share of answers, 0 to 1, that may be errors. With more errors {@link #run} fails at
   * its end.
   */
  public Evaluation maxErrorRate(double share) {
    settings.set(RunSetting.MAX_ERROR_RATE, share);
    return this;
  }

  /**
   * Asks all questions so many times more, in other orders and batches, to see how many answers and
   * how far figures change by that alone. The answer cache is not used for it.
   */
  public Evaluation repeat(int times) {
    settings.set(RunSetting.REPEAT, times);
    return this;
  }

  /** Sets a CSV, TSV or YAML file of published figures, beside which the report puts its own. */
  public Evaluation published(String file) {
    settings.set(RunSetting.PUBLISHED, file);
    return this;
  }

  /** Sets the number of parts that are committed one by one. */
  public Evaluation chunks(int number) {
    settings.set(RunSetting.CHUNKS, number);
    return this;
  }

  /** Sets the number of tasks per chunk. */
  public Evaluation partitions(int number) {
    settings.set(RunSetting.PARTITIONS, number);
    return this;
  }

  /**
   * Sets the answer cache: a folder with answers of other runs, which are reused. New answers are
   * added.
   */
  public Evaluation answerCache(String folder) {
    settings.set(RunSetting.ANSWER_CACHE, folder);
    return this;
  }

  /** Sets the number of requests under way at an endpoint at most, over all executors. */
  public Evaluation endpointRequests(int number) {
    settings.set(RunSetting.ENDPOINT_REQUESTS, number);
    return this;
  }

  /**
   * Labels what the endpoints serve. An answer cache needs it, because it reuses an endpoint's
   * answers under the same label only.
   */
  public Evaluation endpointVersion(String label) {
    settings.set(RunSetting.ENDPOINT_VERSION, label);
    return this;
  }

  /**
   * Sets what is found out of a server's budgets of visual tokens before the run: budgets (default)
   * or none.
   */
  public Evaluation probe(String name) {
    settings.choose(RunSetting.PROBE, name);
    return this;
  }

  /**
   * Sets how many distinct texts of questions a server under budgets is asked for the tokens of,
   * where it states none of pictures: a number, or all; by default 32.
   */
  public Evaluation count(String texts) {
    settings.set(RunSetting.COUNT, OptionChecks.read(Setting.COUNT, texts, WordSample::parse));
    return this;
  }

  /**
   * Sets the rule by which a served model makes visual tokens of a picture: such as gemma-4, or a
   * checkpoint's folder or name here; by default as the model's name tells.
   */
  public Evaluation tokensBy(String rule) {
    settings.set(RunSetting.TOKENS_BY, rule);
    return this;
  }

  /** Sets how a model behind an endpoint is sent a video: pictures (default) or frames. */
  public Evaluation videoAs(String name) {
    settings.choose(RunSetting.VIDEO_AS, name);
    return this;
  }

  /**
   * Adds another server of the first model, which must be behind an endpoint too. Its answers are
   * that model's, under a method of this name.
   *
   * @param label of a-z, 0-9 and -; no method's name
   * @param model {@code openai:URL#NAME}
   */
  public Evaluation server(String label, String model) {
    NamedModel server =
        OptionChecks.read(Setting.AS, model, text -> NamedModel.server(label, text));
    settings.set(
        RunSetting.SERVERS,
        Stream.concat(
                settings.find(RunSetting.SERVERS).stream().flatMap(List::stream), Stream.of(server))
            .toList());
    return this;
  }

  /** Required: sets the run's folder, which must be new without {@link #resume}. */
  public Evaluation output(String folder) {
    destination.output.set(folder);
    return this;
  }

  /** Continues an unfinished run. Returns the result of a finished one of the same settings. */
  public Evaluation resume() {
    destination.resume.set(true);
    destination.takeOver.set(false);
    return this;
  }

  /** Continues a run although another driver seems to work on it. That driver stops. */
  public Evaluation takeOver() {
    destination.takeOver.set(true);
    return this;
  }

  /** Continues although the code, libtorch or how it computes differ from before. */
  public Evaluation allowCodeChange() {
    destination.allowCodeChange.set(true);
    return this;
  }

  /**
   * Asks the answers with errors again when a run is resumed, then writes its tables and report
   * anew.
   *
   * @param kinds kinds of errors as the column {@code error} begins with; none: all
   */
  public Evaluation retryErrors(String... kinds) {
    destination.retryErrors(
        Stream.of(kinds)
            .map(kind -> OptionChecks.read(Setting.RETRY_ERRORS, kind, ErrorKind::named))
            .toList());
    return this;
  }

  /**
   * Also appends the run to the tables of a catalog, once however often it is resumed.
   *
   * @param schema schema with its catalog, such as {@code lake.runs}
   */
  public Evaluation tables(String schema) {
    destination.tables.set(schema);
    return this;
  }

  /** Prints a sweep's plan, progress, the summary and warnings to the standard error stream. */
  public Evaluation verbose() {
    job.console(Console.standardError());
    return this;
  }

  /**
   * Runs until the report is written. Leaves nothing behind if it refuses a setting; after any
   * other error, the same calls with {@link #resume} continue the run.
   *
   * @throws UsageException if a setting is missing or refused, before the first task
   * @throws DataException if a file or table is not what it should be
   * @throws Failure if the run cannot continue, or if too many answers are errors: then the report
   *     exists, and {@link #resume} returns it
   */
  public EvaluationResult run() throws IOException {
    FinishedRun run = FromCode.run(job::run);
    return new EvaluationResult(spark.get(), run);
  }

  /**
   * Searches among the methods for those that are most accurate at their cost, with the {@code
   * search} settings of the sweep file, and writes the front. After an error, the same calls with
   * {@link #resume} continue the search.
   *
   * @throws UsageException if a setting is missing or refused, before the first task
   * @throws Failure if a rung cannot continue, or if too many of its answers are errors
   */
  public SearchResult search() throws IOException {
    FoundFront front = FromCode.run(job::search);
    return new SearchResult(spark.get(), front);
  }

  /**
   * Makes all possible checks, shows the plan and stops.
   *
   * @throws Failure after the plan, if a model would not fit the executors
   */
  public void dryRun(PlanForm form) throws IOException {
    dryRun(form, 0);
  }

  /**
   * Makes all possible checks, shows the plan and the whole texts that models get, and stops.
   *
   * @param questions number of questions whose texts are shown
   * @throws Failure after the plan, if a model would not fit the executors
   */
  public void dryRun(PlanForm form, int questions) throws IOException {
    dryRun(form, questions, AskedCards.NONE);
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
    FromCode.run(
        () -> {
          job.dryRun(form, questions, cards);
          return null;
        });
  }
}

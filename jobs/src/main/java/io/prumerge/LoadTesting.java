package io.prumerge;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.launch.FromCode;
import io.prumerge.load.LoadExport;
import io.prumerge.load.LoadResult;
import io.prumerge.load.LoadTest;
import io.prumerge.load.LoadTestSettings;
import io.prumerge.load.server.QuestionsPerPicture;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Puts servers of a model under load, and scores what they answer.
 *
 * <p>Required are {@link #model}, {@link #examples(String...)} and {@link #output}. All other
 * settings are optional, with the defaults of the command {@code load}.
 */
public final class LoadTesting {

  private final Supplier<SparkSession> spark;
  private final LoadTestSettings settings = new LoadTestSettings();
  private String output;
  private boolean resume;
  private Console console = Console.SILENT;

  private LoadTesting(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Creates a load test that reads, scores and writes in this session. */
  public static LoadTesting of(SparkSession spark) {
    return of(() -> spark);
  }

  /** Creates a load test that asks for its session once all settings are checked. */
  static LoadTesting of(Supplier<SparkSession> spark) {
    return new LoadTesting(spark);
  }

  /**
   * Required: sets the server, {@code openai:URL#NAME}, or a checkpoint's folder, for our own
   * engine in this process.
   */
  public LoadTesting model(String model) {
    settings.model.set(model);
    return this;
  }

  /** Adds another server of the model, {@code LABEL=openai:URL#NAME}. */
  public LoadTesting server(String labelled) {
    settings.servers.set(
        Stream.concat(settings.servers.get().stream(), Stream.of(labelled)).toList());
    return this;
  }

  /** Sets the methods of a model in this process; default {@code none}. */
  public LoadTesting methods(String... specs) {
    settings.methods.set(List.of(specs));
    return this;
  }

  /** Required: sets folders of tables that {@link Preparation} wrote. */
  public LoadTesting examples(String... folders) {
    settings.examples.set(List.of(folders));
    return this;
  }

  /** Sets closed loops, each a point: so many requests are in flight. */
  public LoadTesting maxConcurrency(int... requests) {
    settings.concurrencies.set(Arrays.stream(requests).boxed().toList());
    return this;
  }

  /** Sets open loops, each a point: so many requests arrive a second. */
  public LoadTesting requestRate(double... rates) {
    settings.rates.set(Arrays.stream(rates).boxed().toList());
    return this;
  }

  /** Sets the shape of the gaps between arrivals: 1, the default, is a Poisson process. */
  public LoadTesting burstiness(double shape) {
    settings.burstiness.set(shape);
    return this;
  }

  /** Asks one at a time, as fast as possible, and at so many rates between. */
  public LoadTesting sweepRates(int rates) {
    settings.sweepRates.set(rates);
    return this;
  }

  /**
   * Sets how many questions about a picture are asked: {@code one}, the default, or {@code all}.
   */
  public LoadTesting questionsPerPicture(String name) {
    settings.perPicture.set(
        OptionChecks.choice(Setting.QUESTIONS_PER_PICTURE, QuestionsPerPicture.class, name));
    return this;
  }

  /** Asks so many questions, which the seed draws. */
  public LoadTesting limit(int questions) {
    settings.limit.set(questions);
    return this;
  }

  /** Sets the tokens of an answer at most; default as the examples say. */
  public LoadTesting maxNewTokens(int tokens) {
    settings.maxNewTokens.set(tokens);
    return this;
  }

  /** Sets the seed of the questions, their orders and the arrivals; default 0. */
  public LoadTesting seed(long seed) {
    settings.seed.set(seed);
    return this;
  }

  /** Measures each point so many times; default 1. */
  public LoadTesting repeat(int times) {
    settings.repeats.set(times);
    return this;
  }

  /** Sets the share of a point's first requests that do not count. */
  public LoadTesting warmup(double share) {
    settings.warmup.set(share);
    return this;
  }

  /** Sets the share of a point's last requests that do not count. */
  public LoadTesting cooldown(double share) {
    settings.cooldown.set(share);
    return this;
  }

  /** Sets how many seconds requests in flight are waited for at a point's end; default 120. */
  public LoadTesting drain(double seconds) {
    settings.drain.set(seconds);
    return this;
  }

  /**
   * Sets the limits that good requests keep, in milliseconds: {@code ttft:500}, {@code tpot:50}.
   */
  public LoadTesting goodput(String... limits) {
    settings.goodput.set(List.of(limits));
    return this;
  }

  /** Puts on one of several parts of each load: {@code 1/2} and {@code 2/2}. */
  public LoadTesting share(String part) {
    settings.share.set(part);
    return this;
  }

  /** Also writes each point as vLLM's {@code bench serve} does. */
  public LoadTesting exportVllm() {
    settings.export.set(LoadExport.VLLM);
    return this;
  }

  /** Required: sets the test's folder. */
  public LoadTesting output(String folder) {
    output = folder;
    return this;
  }

  /** Goes on with the points that are not measured yet. */
  public LoadTesting resume() {
    resume = true;
    return this;
  }

  /** Prints progress to the standard error stream. */
  public LoadTesting verbose() {
    console = Console.standardError();
    return this;
  }

  /**
   * Measures, scores the answers, and writes the tables and the page.
   *
   * @throws UsageException if a setting is missing or refused, before the first request
   * @throws DataException if the examples cannot be asked
   * @throws Failure if a server answers nothing any more; or, once all is written, if one has
   *     answered no measured request
   */
  public LoadTestingResult run() throws IOException {
    OptionChecks.required(Setting.OUTPUT, output);
    LoadResult result =
        FromCode.run(() -> new LoadTest(spark, console).run(settings.options(), output, resume));
    result.requireAnswers();
    return new LoadTestingResult(spark.get(), result);
  }
}

package io.prumerge;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.launch.FromCode;
import io.prumerge.launch.PreparationJob;
import io.prumerge.prepare.PrepareSettings;
import io.prumerge.prepare.PreparedTable;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Turns a benchmark's files into a table of examples.
 *
 * <p>Required are {@link #benchmark}, {@link #output} and, unless a YAML file names its own, {@link
 * #sources(String...)}; {@link #run} names all that are missing. All other settings are optional,
 * with the defaults of the command {@code prepare}.
 */
public final class Preparation {

  private final Supplier<SparkSession> spark;
  private final PrepareSettings settings = new PrepareSettings();
  private Console console = Console.SILENT;

  private Preparation(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Creates a preparation that runs in this session. */
  public static Preparation of(SparkSession spark) {
    return of(() -> spark);
  }

  /** Creates a preparation that asks for its session once all settings are checked. */
  static Preparation of(Supplier<SparkSession> spark) {
    return new Preparation(spark);
  }

  /** Required: selects the benchmark by its name, or by the YAML file that defines it. */
  public Preparation benchmark(String name) {
    settings.benchmark.set(name);
    return this;
  }

  /** Required, unless a YAML file names its own: sets the benchmark's files and folders. */
  public Preparation sources(String... places) {
    return sources(List.of(places));
  }

  /** Required, unless a YAML file names its own: sets the benchmark's files and folders. */
  public Preparation sources(List<String> places) {
    settings.sources.set(List.copyOf(places));
    return this;
  }

  /** Selects the split if the files hold several; default is the benchmark's usual split. */
  public Preparation split(String name) {
    settings.split.set(name);
    return this;
  }

  /** Selects the prompt profile, which words the questions, by its name. */
  public Preparation prompts(String profile) {
    settings.prompts.set(profile);
    return this;
  }

  /**
   * Limits the questions to this number, or slightly more: an image keeps all its questions, and a
   * unit that is scored as one all its images.
   */
  public Preparation limit(long questions) {
    settings.limit.set(questions);
    return this;
  }

  /**
   * Sets the rules by which frames of videos are chosen, each with its number, such as {@code
   * lmms-eval:8} or {@code qwen2:2fps}, or without, such as {@code lmms-eval}.
   */
  public Preparation framesBy(String... rules) {
    settings.framesBy.set(List.of(rules));
    return this;
  }

  /**
   * Sets how many frames each rule without a number chooses: numbers such as {@code 8}, or frames
   * per second such as {@code 2fps}.
   */
  public Preparation frames(String... numbers) {
    settings.frames.set(List.of(numbers));
    return this;
  }

  /** Sets the frames per second of videos that do not tell their own; by default unknown. */
  public Preparation sourceFps(double rate) {
    settings.sourceFps.set(rate);
    return this;
  }

  /** Required: sets the table's folder, which must not exist yet. */
  public Preparation output(String folder) {
    settings.output.set(folder);
    return this;
  }

  /** Prints progress and warnings to the standard error stream. */
  public Preparation verbose() {
    console = Console.standardError();
    return this;
  }

  /**
   * Writes the table. Leaves nothing behind after an error.
   *
   * @throws UsageException if a setting is missing or refused, before the first task
   * @throws DataException if a file is not what it should be
   * @throws Failure if a job of Spark's fails for another reason
   */
  public PreparationResult run() throws IOException {
    PreparedTable prepared = FromCode.run(new PreparationJob(spark, settings, console)::run);
    return new PreparationResult(spark.get(), prepared);
  }
}

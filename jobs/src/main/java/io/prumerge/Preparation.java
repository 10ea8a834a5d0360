package io.prumerge;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.Console;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Turns a benchmark's files into a table of examples. Requires a benchmark, sources and an output.
 */
public final class Preparation {

  private final Supplier<SparkSession> spark;
  private Benchmark benchmark;
  private List<String> sources = List.of();
  private Optional<String> split = Optional.empty();
  private PromptProfile prompts = PromptProfile.LLAVA;
  private OptionalLong limit = OptionalLong.empty();
  private String output;
  private Console console = Console.SILENT;

  private Preparation(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Creates a preparation that runs in this session. */
  public static Preparation of(SparkSession spark) {
    return new Preparation(() -> spark);
  }

  /** Creates a preparation that asks for its session once all settings are checked. */
  public static Preparation of(Supplier<SparkSession> spark) {
    return new Preparation(spark);
  }

  /** Selects the benchmark by its name. */
  public Preparation benchmark(String name) {
    benchmark = OptionChecks.read(Setting.BENCHMARK, name, Benchmarks::named);
    return this;
  }

  /** Sets the benchmark's files and folders. */
  public Preparation sources(String... places) {
    return sources(List.of(places));
  }

  /** Sets the benchmark's files and folders. */
  public Preparation sources(List<String> places) {
    sources = List.copyOf(places);
    return this;
  }

  /** Selects the split if the files hold several; default is the benchmark's usual split. */
  public Preparation split(String name) {
    split = Optional.of(name);
    return this;
  }

  /** Selects the prompt profile, which words the questions, by its name. */
  public Preparation prompts(String profile) {
    prompts = OptionChecks.read(Setting.PROMPTS, profile, PromptProfile::named);
    return this;
  }

  /** Limits the questions to this number, or slightly more: an image keeps all its questions. */
  public Preparation limit(long questions) {
    limit = OptionalLong.of(questions);
    return this;
  }

  /** Sets the table's folder, which must not exist yet. */
  public Preparation output(String folder) {
    output = folder;
    return this;
  }

  /** Prints progress and warnings to the standard error stream. */
  public Preparation verbose() {
    return console(Console.standardError());
  }

  /** Prints progress and warnings to this console. */
  public Preparation console(Console shown) {
    console = shown;
    return this;
  }

  /** Writes the table. Leaves nothing behind after an error. */
  public PreparationResult run() throws IOException {
    PrepareOptions options =
        new PrepareOptions(
            OptionChecks.required(Setting.BENCHMARK, benchmark),
            OptionChecks.requireSome(Setting.SOURCE, sources),
            split,
            prompts,
            limit,
            OptionChecks.required(Setting.OUTPUT, output));
    SparkSession session = spark.get();
    return new PreparationResult(session, new Prepare(session, console).run(options));
  }
}

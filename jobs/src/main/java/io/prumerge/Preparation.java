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
 * Turns a benchmark's files into a table of examples. A benchmark, sources and an output are
 * needed.
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

  /** Runs in a session that is there. */
  public static Preparation of(SparkSession spark) {
    return new Preparation(() -> spark);
  }

  /** Runs in a session that is asked for once all settings are checked. */
  public static Preparation of(Supplier<SparkSession> spark) {
    return new Preparation(spark);
  }

  /** Which benchmark, by its name. */
  public Preparation benchmark(String name) {
    benchmark = OptionChecks.read(Setting.BENCHMARK, name, Benchmarks::named);
    return this;
  }

  /** The benchmark's files and folders. */
  public Preparation sources(String... places) {
    return sources(List.of(places));
  }

  /** The benchmark's files and folders. */
  public Preparation sources(List<String> places) {
    sources = List.copyOf(places);
    return this;
  }

  /** Which split, where the files hold several; else the one usually asked. */
  public Preparation split(String name) {
    split = Optional.of(name);
    return this;
  }

  /** How questions are worded: the name of a prompt profile. */
  public Preparation prompts(String profile) {
    prompts = OptionChecks.read(Setting.PROMPTS, profile, PromptProfile::named);
    return this;
  }

  /** At least so many questions, images kept whole. */
  public Preparation limit(long questions) {
    limit = OptionalLong.of(questions);
    return this;
  }

  /** A new folder for the table. */
  public Preparation output(String folder) {
    output = folder;
    return this;
  }

  /** Says on the standard error stream what was found. */
  public Preparation verbose() {
    return console(Console.standardError());
  }

  /** Says there what was found. */
  public Preparation console(Console shown) {
    console = shown;
    return this;
  }

  /** Writes the table; after an error nothing of it is left. */
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

package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The values of {@link PrepareOptions} that are given: on the command line, or from code. */
public final class PrepareSettings {

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "NAME",
      completionCandidates = BenchmarkNames.class,
      description = {
        "One of: ${COMPLETION-CANDIDATES}; or the YAML file of a benchmark of your own.",
        "custom reads any question file in LLaVA's form and a folder of images."
      })
  public String benchmark;

  @Option(
      names = "--source",
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = {
        "The benchmark's official download, its folder in LLaVA's playground/data/eval, or its",
        "Hugging Face Parquet files, or hf:ORG/NAME[@REV] for those in Hugging Face's cache; the",
        "format is detected. For a YAML file also table:NAME of Spark's catalog, or {format: csv,",
        "path: DIR, options: {sep: ;}}, read by Spark. Required unless --benchmark is a YAML file,",
        "which names its data."
      })
  public List<String> sources = List.of();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to use if the files hold several; default: the benchmark's usual one.")
  public String split;

  @Option(
      names = "--prompts",
      paramLabel = "NAME",
      completionCandidates = PromptNames.class,
      description =
          "Prompt profile, which words the questions: ${COMPLETION-CANDIDATES}; default llava. Of a"
              + " YAML file one of its own, default the first.")
  public String prompts;

  /** Larger than the option's for callers from code. */
  public Long limit;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Stop after N questions, of which a row may become several, or slightly more: an image"
              + " keeps all its questions, and a unit that is scored as one, such as a pair of MME,"
              + " all its images.")
  public void limit(int questions) {
    limit = (long) questions;
  }

  @Mixin public FrameSettings frames = new FrameSettings();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the table.")
  public String output;

  /**
   * Returns the options.
   *
   * @throws UsageException if a setting is missing or does not fit
   */
  public PrepareOptions options() {
    Optional<Benchmark> named = NamedBenchmark.asked(benchmark);
    List<String> places =
        NamedBenchmark.sources(named, sources, Stream.ofNullable(output).toList());
    new RequiredSettings()
        .require(named.isPresent(), Setting.BENCHMARK)
        .require(!places.isEmpty(), Setting.SOURCE)
        .require(output != null, Setting.OUTPUT)
        .check();
    Benchmark asked = named.get();
    return new PrepareOptions(
        asked,
        places,
        Optional.ofNullable(split),
        PrepareOptions.prompts(asked, Optional.ofNullable(prompts)),
        limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
        LimitOrder.FILES,
        frames.choice(),
        output);
  }
}

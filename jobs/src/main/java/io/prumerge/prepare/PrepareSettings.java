package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.video.FrameRuleNames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Mixin;

/** The values of {@link PrepareOptions} that are given: on the command line, or from code. */
public final class PrepareSettings {

  @Mixin
  public final GivenOption<String> benchmark =
      GivenOption.text(Setting.BENCHMARK)
          .required()
          .proposing(new BenchmarkNames())
          .help(
              "NAME",
              "One of: ${COMPLETION-CANDIDATES}; or the YAML file of a benchmark of your own.",
              "custom reads any question file in LLaVA's form and a folder of images.");

  @Mixin
  public final GivenOption<List<String>> sources =
      GivenOption.texts(Setting.SOURCE)
          .help(
              "DIR|FILE",
              "The benchmark's official download, its folder in LLaVA's playground/data/eval, or its",
              "Hugging Face Parquet files, or hf:ORG/NAME[@REV] for those in Hugging Face's cache; the",
              "format is detected. For a YAML file also table:NAME of Spark's catalog, or {format: csv,",
              "path: DIR, options: {sep: ;}}, read by Spark. Required unless --benchmark is a YAML file,",
              "which names its data.");

  @Mixin
  public final GivenOption<String> split =
      GivenOption.text(Setting.SPLIT)
          .help(
              "NAME",
              "Split to use if the files hold several; default: the benchmark's usual one.");

  @Mixin
  public final GivenOption<String> prompts =
      GivenOption.text(Setting.PROMPTS)
          .proposing(new PromptNames())
          .help(
              "NAME",
              "Prompt profile, which words the questions: ${COMPLETION-CANDIDATES}; default llava. Of a"
                  + " YAML file one of its own, default the first.");

  @Mixin
  public final GivenOption<Long> limit =
      GivenOption.of(Setting.LIMIT, Long.class)
          .help(
              "N",
              "Stop after N questions, of which a row may become several, or slightly more: an image"
                  + " keeps all its questions, and a unit that is scored as one, such as a pair of MME,"
                  + " all its images.");

  @Mixin
  public final GivenOption<List<String>> framesBy =
      GivenOption.texts(Setting.FRAMES_BY)
          .proposing(new FrameRuleNames())
          .help(
              "RULE[:N]",
              "Of videos: how frames are chosen, by one rule or several: ${COMPLETION-CANDIDATES}. Each"
                  + " may have its number, such as lmms-eval:8 or vlmevalkit:2fps.");

  @Mixin
  public final GivenOption<List<String>> frames =
      GivenOption.texts(Setting.FRAMES)
          .help(
              "N|Rfps",
              "Of videos: how many frames each rule without a number chooses, one number or several, or"
                  + " how many a second, such as 2fps.");

  @Mixin
  public final GivenOption<Double> sourceFps =
      GivenOption.of(Setting.SOURCE_FPS, Double.class)
          .readBy(new RateConverter())
          .help(
              "R",
              "Of videos: frames per second of those folders of all frames that no column and no"
                  + " frames.json tells.");

  @Mixin
  public final GivenOption<String> output =
      CommonOptions.output("A new folder for the table.").required();

  /**
   * Returns the options.
   *
   * @throws UsageException if a setting is missing or does not fit
   */
  public PrepareOptions options() {
    Optional<Benchmark> named = NamedBenchmark.asked(benchmark.find());
    List<String> places =
        NamedBenchmark.sources(named, sources.get(), output.find().stream().toList());
    new RequiredSettings()
        .require(named.isPresent(), Setting.BENCHMARK)
        .require(!places.isEmpty(), Setting.SOURCE)
        .require(output.isGiven(), Setting.OUTPUT)
        .check();
    Benchmark asked = named.get();
    return new PrepareOptions(
        asked,
        places,
        split.find(),
        PrepareOptions.prompts(asked, prompts.find()),
        limit.find().map(OptionalLong::of).orElse(OptionalLong.empty()),
        LimitOrder.FILES,
        FrameChoice.of(framesBy.get(), frames.get(), sourceFps.find()),
        output.get());
  }
}

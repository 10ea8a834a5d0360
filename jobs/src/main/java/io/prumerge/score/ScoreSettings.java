package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.prepare.BenchmarkNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The values of {@link ScoreOptions} that are given: on the command line, or from code. */
public final class ScoreSettings {

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "NAME|FILE",
      completionCandidates = BenchmarkNames.class,
      description = "The benchmark of the answers, by name or by YAML file.")
  public String benchmark;

  @Option(
      names = "--answers",
      required = true,
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description =
          "Answer files in LLaVA's or the benchmark's own form, which together form one set, and CSV that Spark wrote, read by its reader (others by {format: csv, path: DIR, options: {sep: \";\"}}); or folders of runs or predictions.")
  public List<String> answers = List.of();

  @Option(
      names = "--source",
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description =
          "The benchmark's files and folders, hf:ORG/NAME[@REV] from Hugging Face's cache, table:NAME of Spark's catalog, or {format: csv, path: DIR, options: {sep: ;}}, read by Spark; a YAML file names its own.")
  public List<String> sources = List.of();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The only split to score; default: every split of the answers.")
  public String split;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Scoring profile; default: the benchmark's own.")
  public String profile;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "A new folder for the tables scores and metrics.")
  public String output;

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description =
          "A new folder for submission files to the benchmark's server, one set per method.")
  public String export;

  @Option(
      names = "--judge",
      paramLabel = "URL|NAME:...",
      description =
          "Judge for answers that no rule can score: https://HOST/v1 of an OpenAI-compatible service, with its key in OPENAI_API_KEY, or a judge that a jar brings. Every reply is kept in DIR.judged.jsonl next to --output DIR.")
  public String judge;

  @Option(
      names = "--judge-model",
      paramLabel = "NAME",
      description = "The judge's model; default: the model of the benchmark's own evaluator.")
  public String judgeModel;

  @Option(
      names = "--judge-prompt",
      paramLabel = "FILE",
      description =
          "File with the judge's prompt: MM-Vet's or MathVista's few-shot prompt, or LLaVA's rule.json; default: this project's own wording.")
  public String judgePrompt;

  /**
   * Returns the options.
   *
   * @throws UsageException if a setting is missing or does not fit
   */
  public ScoreOptions options() {
    Optional<Benchmark> named = NamedBenchmark.asked(benchmark);
    List<String> own = Stream.concat(answers.stream(), Stream.ofNullable(output)).toList();
    List<String> places = NamedBenchmark.sources(named, sources, own);
    new RequiredSettings()
        .require(named.isPresent(), Setting.BENCHMARK)
        .require(!answers.isEmpty(), Setting.ANSWERS)
        .require(!places.isEmpty(), Setting.SOURCE)
        .check();
    Benchmark asked = named.get();
    return new ScoreOptions(
        asked,
        answers,
        places,
        Optional.ofNullable(split),
        profile == null ? asked.profiles().get(0) : profile,
        Optional.ofNullable(output),
        Optional.ofNullable(export),
        JudgeOptions.of(judge, judgeModel, judgePrompt));
  }
}

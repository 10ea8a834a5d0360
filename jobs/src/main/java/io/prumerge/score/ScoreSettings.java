package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.TextConverter;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.prepare.BenchmarkNames;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/** The values of {@link ScoreOptions} that are given: on the command line, or from code. */
public final class ScoreSettings {

  @Mixin
  public final GivenOption<String> benchmark =
      GivenOption.text(Setting.BENCHMARK)
          .required()
          .proposing(new BenchmarkNames())
          .help("NAME|FILE", "The benchmark of the answers, by name or by YAML file.");

  @Mixin
  public final GivenOption<List<String>> answers =
      GivenOption.texts(Setting.ANSWERS)
          .required()
          .help(
              "[LABEL=]FILE|DIR",
              "LABEL=PLACE for each set of answers, or a pattern such as"
                  + " DIR/{method}-Tok{tokens}.jsonl; without a label one set. Answer files in"
                  + " LLaVA's or the benchmark's own form, lmms-eval's samples and VLMEvalKit's"
                  + " tables, which together form one set, and CSV that Spark wrote, read by its"
                  + " reader (others by {format: csv, path: DIR, options: {sep: \";\"}}); or"
                  + " folders of runs or predictions.");

  @Mixin
  public final GivenOption<AnswerForm> answersForm =
      GivenOption.of(Setting.ANSWERS_FORM, AnswerForm.class)
          .readBy(TextConverter.choice(AnswerForm.class))
          .proposing(Unknown.spellings(AnswerForm.class))
          .help(
              "FORM",
              "The form of answer files where their rows do not tell it: llava, benchmark for the"
                  + " benchmark's own forms, lmms-eval or vlmevalkit; default: by their rows.");

  @Mixin
  public final GivenOption<List<String>> sources =
      GivenOption.texts(Setting.SOURCE)
          .help(
              "DIR|FILE",
              "The benchmark's files and folders, hf:ORG/NAME[@REV] from Hugging Face's cache,"
                  + " table:NAME of Spark's catalog, or {format: csv, path: DIR, options: {sep:"
                  + " ;}}, read by Spark; a YAML file names its own.");

  @Mixin
  public final GivenOption<String> split =
      GivenOption.text(Setting.SPLIT)
          .help("NAME", "The only split to score; default: every split of the answers.");

  @Mixin
  public final GivenOption<String> profile =
      GivenOption.text(Setting.PROFILE)
          .help("NAME", "Scoring profile; default: the benchmark's own.");

  @Mixin
  public final GivenOption<String> visualTokens =
      GivenOption.text(Setting.VISUAL_TOKENS)
          .help(
              "FILE",
              "CSV with the columns label and visual_tokens: how many each labelled set was made"
                  + " with.");

  @Mixin
  public final GivenOption<String> output =
      CommonOptions.output(
          "A new folder for the tables scores and metrics; of answer files a run like those of"
              + " evaluate, which report and view take.");

  @Mixin
  public final GivenOption<String> export =
      GivenOption.text(Setting.EXPORT)
          .help(
              "DIR",
              "A new folder for submission files to the benchmark's server, or in the form that"
                  + " --export-form names, one set per method.");

  @Mixin
  public final GivenOption<ExportForm> exportForm =
      GivenOption.of(Setting.EXPORT_FORM, ExportForm.class)
          .readBy(TextConverter.choice(ExportForm.class))
          .help(
              "submission|lmms-eval",
              "Form of the exported files: the benchmark's submission format (default), or"
                  + " lmms-eval's samples, which every benchmark has and --answers reads back.");

  @Mixin
  public final GivenOption<String> judge =
      GivenOption.text(Setting.JUDGE)
          .help(
              "URL|NAME:...",
              "Judge for answers that no rule can score: https://HOST/v1 of an OpenAI-compatible"
                  + " service, with its key in OPENAI_API_KEY, or a judge that a jar brings. Every"
                  + " reply is kept in DIR.judged.jsonl next to --output DIR.");

  @Mixin
  public final GivenOption<String> judgeModel =
      GivenOption.text(Setting.JUDGE_MODEL)
          .help("NAME", "The judge's model; default: the model of the benchmark's own evaluator.");

  @Mixin
  public final GivenOption<String> judgePrompt =
      GivenOption.text(Setting.JUDGE_PROMPT)
          .help(
              "FILE",
              "File with the judge's prompt: MM-Vet's or MathVista's few-shot prompt, or LLaVA's"
                  + " rule.json; default: this project's own wording.");

  /**
   * Returns the options.
   *
   * @throws UsageException if a setting is missing or does not fit
   */
  public ScoreOptions options() {
    Optional<Benchmark> named = NamedBenchmark.asked(benchmark.find());
    List<String> own = Stream.concat(answers.get().stream(), output.find().stream()).toList();
    List<String> places = NamedBenchmark.sources(named, sources.get(), own);
    new RequiredSettings()
        .require(named.isPresent(), Setting.BENCHMARK)
        .require(!answers.get().isEmpty(), Setting.ANSWERS)
        .require(!places.isEmpty(), Setting.SOURCE)
        .check();
    if (exportForm.isGiven() && !export.isGiven()) {
      throw new UsageException(
          Wording.of(
              "%s %s needs %s DIR, a new folder for the files",
              Setting.EXPORT_FORM, exportForm.get(), Setting.EXPORT));
    }
    Benchmark asked = named.get();
    return new ScoreOptions(
        asked,
        answers.get(),
        answersForm.find(),
        places,
        split.find(),
        profile.or(asked.profiles().get(0)),
        visualTokens.find(),
        output.find(),
        export.find(),
        exportForm.or(ExportForm.SUBMISSION),
        JudgeOptions.of(judge.find(), judgeModel.find(), judgePrompt.find()));
  }
}

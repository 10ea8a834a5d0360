package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.Location;
import io.prumerge.service.NamedServices;
import io.prumerge.service.Unknown;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/**
 * The options of {@code score}.
 *
 * @param split the only split to score; empty = all splits of the answers
 * @param profile one of the benchmark's
 * @param output folder for tables, if any
 * @param export folder for submission files, if any
 * @param judge of answers that no rule can score, if any
 */
public record ScoreOptions(
    Benchmark benchmark,
    List<String> answers,
    List<String> sources,
    Optional<String> split,
    String profile,
    Optional<String> output,
    Optional<String> export,
    Optional<JudgeOptions> judge) {

  public ScoreOptions {
    answers = List.copyOf(answers);
    sources = List.copyOf(sources);
    OptionChecks.requireText(Setting.SPLIT, split);
    if (!benchmark.profiles().contains(profile)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Unknown profile '%s' of %s; known: %s%s",
              profile,
              benchmark.name(),
              String.join(", ", benchmark.profiles()),
              Unknown.suggestion(profile, benchmark.profiles())));
    }
    if (export.isPresent() && benchmark.submission().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s: %s has no submission format; benchmarks that have one: %s",
              Setting.EXPORT,
              benchmark.name(),
              Benchmarks.names().stream()
                  .filter(name -> Benchmarks.named(name).submission().isPresent())
                  .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && benchmark.judging().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s: %s is scored by rules; benchmarks that are judged: %s",
              Setting.JUDGE,
              benchmark.name(),
              Benchmarks.names().stream()
                  .filter(name -> Benchmarks.named(name).judging().isPresent())
                  .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && output.isEmpty() && export.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s needs %s DIR: every reply is kept next to it, because replies are paid for",
              Setting.JUDGE, Setting.OUTPUT));
    }
  }

  /**
   * The judge of answers that no rule can score.
   *
   * @param address of a service, up to the version, or in the form of a {@link Judges kind of
   *     judge}
   * @param model empty = the model of the benchmark's own evaluator
   * @param promptFile the judge's instructions; empty = ours
   */
  public record JudgeOptions(String address, Optional<String> model, Optional<String> promptFile) {

    public JudgeOptions {
      Judges.of(address).check(address);
    }

    /** Makes options of given values; null = not given. */
    public static Optional<JudgeOptions> of(String address, String model, String promptFile) {
      if (address != null) {
        return Optional.of(
            new JudgeOptions(address, Optional.ofNullable(model), Optional.ofNullable(promptFile)));
      }
      if (model != null || promptFile != null) {
        throw new UsageException(
            Wording.of(
                "%s and %s need %s URL", Setting.JUDGE_MODEL, Setting.JUDGE_PROMPT, Setting.JUDGE));
      }
      return Optional.empty();
    }

    /** Returns the model that grades answers to a judged benchmark. */
    String model(Benchmark benchmark) {
      return model.orElseGet(() -> benchmark.judging().orElseThrow().model());
    }

    /** Returns the judge of a benchmark's answers. */
    Judge judge(Benchmark benchmark) {
      return Judges.of(address).open(address, model(benchmark));
    }

    /** Returns the text of the prompt file. */
    Optional<String> prompt(Folders folders) throws IOException {
      if (promptFile.isEmpty()) {
        return Optional.empty();
      }
      Path file = folders.present(Setting.JUDGE_PROMPT, promptFile.get());
      try (InputStream bytes = folders.fileSystem(file).open(file)) {
        return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
      }
    }

    /** All kinds of judges by the start of their addresses: ours, and those in added jars. */
    private static final class Judges {

      private static final NamedServices<JudgeFactory> SERVICES =
          new NamedServices<>(JudgeFactory.class, "kind of judge", JudgeFactory::schemes);

      private Judges() {}

      /**
       * Returns the kind of judge that an address names.
       *
       * @throws UsageException with the known kinds
       * @throws IllegalArgumentException if several classes have the same start
       */
      static JudgeFactory of(String address) {
        int colon = address.indexOf(':');
        String scheme = colon < 0 ? "" : address.substring(0, colon);
        if (!SERVICES.names().contains(scheme)) {
          throw new UsageException(
              Wording.of(
                  "%s %s names no judge: it must be an address like https://HOST/v1, or begin with one of %s and a colon",
                  Setting.JUDGE, Location.shown(address), String.join(", ", SERVICES.names())));
        }
        return SERVICES.named(scheme);
      }
    }
  }

  /** What is given of these options: on the command line, or from code. */
  public static final class Settings {

    @Option(
        names = "--benchmark",
        required = true,
        paramLabel = "NAME",
        description = "The benchmark of the answers.")
    public Benchmark benchmark;

    @Option(
        names = "--answers",
        required = true,
        arity = "1..*",
        paramLabel = "FILE|DIR",
        description =
            "Answer files in LLaVA's or the benchmark's own form, which together form one set; or folders of runs or predictions.")
    public List<String> answers = List.of();

    @Option(
        names = "--source",
        required = true,
        arity = "1..*",
        paramLabel = "DIR|FILE",
        description =
            "The benchmark's files and folders, or hf:ORG/NAME[@REV] from Hugging Face's cache.")
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
            "File with the judge's prompt: MM-Vet's few-shot prompt or LLaVA's rule.json; default: this project's own wording.")
    public String judgePrompt;

    /**
     * Returns the options.
     *
     * @throws UsageException if a setting is missing or does not fit
     */
    public ScoreOptions options() {
      Benchmark asked = OptionChecks.required(Setting.BENCHMARK, benchmark);
      return new ScoreOptions(
          asked,
          OptionChecks.requireSome(Setting.ANSWERS, answers),
          OptionChecks.requireSome(Setting.SOURCE, sources),
          Optional.ofNullable(split),
          profile == null ? asked.profiles().get(0) : profile,
          Optional.ofNullable(output),
          Optional.ofNullable(export),
          JudgeOptions.of(judge, judgeModel, judgePrompt));
    }
  }
}

package io.prumerge.jobs;

import io.prumerge.Scoring;
import io.prumerge.ScoringResult;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code score}: scores existing answers. */
@Command(name = "score", description = "Scores existing answers.")
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "NAME",
      description = "The benchmark of the answers.")
  private Benchmark benchmark;

  @Option(
      names = "--answers",
      required = true,
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description =
          "Answer files in LLaVA's or the benchmark's own form, which together form one set; or folders of runs or predictions.")
  private List<String> answers;

  @Option(
      names = "--source",
      required = true,
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = "The benchmark's files and folders.")
  private List<String> sources;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The only split to score; default: every split of the answers.")
  private String split;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Scoring profile; default: the benchmark's own.")
  private String profile;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "A new folder for the tables scores and metrics.")
  private String output;

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description =
          "A new folder for submission files to the benchmark's server, one set per method.")
  private String export;

  @Option(
      names = "--judge",
      paramLabel = "URL|NAME:...",
      description =
          "Judge for answers that no rule can score: https://HOST/v1 of an OpenAI-compatible service, with its key in OPENAI_API_KEY, or a judge that a jar brings. Every reply is kept in DIR.judged.jsonl beside --output DIR.")
  private String judge;

  @Option(
      names = "--judge-model",
      paramLabel = "NAME",
      description = "The judge's model; default: the model of the benchmark's own evaluator.")
  private String judgeModel;

  @Option(
      names = "--judge-prompt",
      paramLabel = "FILE",
      description =
          "File with the judge's prompt: MM-Vet's few-shot prompt or LLaVA's rule.json; default: this project's own wording.")
  private String judgePrompt;

  @Option(names = "--json", description = "Print one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, () -> "score " + benchmark.name())) {
      ScoringResult scored = scoring(sessions).console(console).run();
      scored.warnings().forEach(warning -> console.warn("%s", warning));
      if (json) {
        console.out().println(scored.json());
      } else {
        scored.lines().forEach(console.out()::println);
      }
      scored
          .failure()
          .ifPresent(
              problem -> {
                throw new Failure(problem);
              });
    }
    return ExitCode.DONE;
  }

  private Scoring scoring(Sessions sessions) {
    Scoring scoring =
        Scoring.of(sessions::session)
            .benchmark(benchmark.name())
            .answers(answers)
            .sources(sources)
            .judge(judge)
            .judgeModel(judgeModel)
            .judgePrompt(judgePrompt);
    Optional.ofNullable(split).ifPresent(scoring::split);
    Optional.ofNullable(profile).ifPresent(scoring::profile);
    Optional.ofNullable(output).ifPresent(scoring::output);
    Optional.ofNullable(export).ifPresent(scoring::export);
    return scoring;
  }
}

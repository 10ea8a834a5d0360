package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import io.prumerge.console.GivenOption;
import io.prumerge.launch.ScoringJob;
import io.prumerge.score.ScoreSettings;
import io.prumerge.score.ScoredAnswers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code score}: scores existing answers. */
@Command(name = "score", description = "Scores existing answers.")
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ScoreSettings settings;

  @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "score " + Sessions.name(settings.benchmark.get()))) {
      ScoredAnswers scored = new ScoringJob(sessions::session, settings, console).run();
      scored.counted().forEach(counted -> console.say("Counted %s", counted));
      scored.warnings().forEach(warning -> console.warn("%s", warning));
      if (json.get()) {
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
}

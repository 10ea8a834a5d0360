package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.lang.Text;
import io.prumerge.load.LoadResult;
import io.prumerge.load.LoadTest;
import io.prumerge.load.LoadTestSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code load}: puts servers under load, and scores what they answer. */
@Command(
    name = "load",
    description =
        "Asks servers prepared questions at concurrencies and rates, and tells requests a second,"
            + " times, scores and visual tokens of each, in one table.")
final class LoadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadTestSettings settings;

  @Mixin
  private final GivenOption<String> output =
      CommonOptions.output("The test's folder; it appears when it is whole.").required();

  @Option(
      names = "--resume",
      description =
          "Go on with the points that are not measured yet; a point that was begun is asked again.")
  private boolean resume;

  @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, this::work)) {
      LoadResult result =
          new LoadTest(sessions::session, console).run(settings.options(), output.get(), resume);
      result.tell(console, json.get());
      result.requireAnswers();
    }
    return ExitCode.DONE;
  }

  private String work() {
    return Text.format(
        "load %s: %s", Sessions.name(output.get()), Sessions.names(settings.examples.get()));
  }
}

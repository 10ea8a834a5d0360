package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.explain.Explain;
import io.prumerge.explain.ExplainDocument;
import io.prumerge.explain.ExplainOptionSettings;
import io.prumerge.explain.ExplainOptions;
import io.prumerge.explain.ExplainResult;
import io.prumerge.explain.ExplainTable;
import io.prumerge.explain.ExplainedImage;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code explain}: shows what methods do with single images, without Spark. */
@Command(
    name = "explain",
    description =
        "Shows which patches of an image each method keeps and merges, the attention scores that it goes by, and the answers.")
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private MethodFlags methods;

  @Mixin private ExplainOptionSettings settings;

  @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

  @Override
  public Integer call() throws Exception {
    ExplainOptions options = settings.options(methods.asked());
    Console console = Console.of(spec.commandLine());
    ExplainResult result =
        console.during(
            "Explaining", () -> new Explain(Folders.withoutSpark(console), console).run(options));
    if (json.get()) {
      console.out().println(Json.write(ExplainDocument.of(result)));
    } else {
      for (ExplainedImage image : result.images()) {
        ExplainTable.lines(image).forEach(console.out()::println);
      }
      console.out().println(result.page());
    }
    return ExitCode.DONE;
  }
}

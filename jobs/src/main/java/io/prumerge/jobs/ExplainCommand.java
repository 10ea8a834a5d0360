package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.explain.Explain;
import io.prumerge.explain.ExplainDocument;
import io.prumerge.explain.ExplainOptions;
import io.prumerge.explain.ExplainTable;
import io.prumerge.explain.ExplainedImage;
import io.prumerge.plan.ModelOptions;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code explain}: shows what methods do with single images, without Spark. */
@Command(
    name = "explain",
    description =
        "Shows which patches of an image each method keeps and merges, the attention scores behind it, and the answers.")
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = ModelOptions.FOLDER)
  private String model;

  @Mixin private MethodFlags methods;

  @Option(
      names = "--image",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "JPEG, PNG, GIF, BMP or WebP files, on any Hadoop file system.")
  private List<String> images;

  @Option(
      names = "--together",
      description =
          "Put all images into one prompt. It may say <image> once for each; else they come first.")
  private boolean together;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A question to answer under every method.")
  private String prompt;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for explain.html and the PNG files.")
  private String output;

  @Mixin private ModelOptions.Settings flags;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Token budget of an answer, in place of the checkpoint's own.")
  private Integer maxNewTokens;

  @Option(names = "--json", description = "Print one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ExplainOptions options =
        new ExplainOptions(
            model,
            images,
            together,
            Optional.ofNullable(prompt),
            methods.asked(),
            output,
            flags.modelOptions(),
            maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens));
    Console console = Console.of(spec.commandLine());
    Explain.Result result =
        console.during("Explaining", () -> new Explain(Folders.withoutSpark(console)).run(options));
    if (json) {
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

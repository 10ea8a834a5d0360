package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.conversion.ModelConversion;
import io.prumerge.settings.ModelOptions;
import io.prumerge.store.Folders;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prepare-model}: converts a model of any layout into one safetensors folder. */
@Command(
    name = "prepare-model",
    description =
        "Converts a model of any layout, adapter included, into one safetensors folder that transformers reads too.")
final class PrepareModelCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin
  private final GivenOption<String> model =
      GivenOption.text(Setting.MODEL)
          .required()
          .help(
              "DIR",
              ModelOptions.FOLDER
                  + " The CLIP folder of LLaVA's own layout lies in or next to it, or is added as +CLIP.");

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16|fp16",
      description = "Type of all weights; default: the type that most of them have.")
  private Precision dtype;

  @Mixin
  private final GivenOption<String> output =
      CommonOptions.output("A new folder; it appears when it is whole.").required();

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec.commandLine());
    new ModelConversion(Folders.withoutSpark(console), console)
        .run(model.get(), Optional.ofNullable(dtype), output.get());
    return ExitCode.DONE;
  }
}

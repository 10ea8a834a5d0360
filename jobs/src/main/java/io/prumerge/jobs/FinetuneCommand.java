package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.finetune.Finetune;
import io.prumerge.finetune.FinetuneFile;
import io.prumerge.finetune.FinetuneOptions;
import io.prumerge.finetune.FinetuneSettings;
import io.prumerge.finetune.FinetuneSweep;
import io.prumerge.finetune.NewAdapter;
import io.prumerge.finetune.RecipeSettings;
import io.prumerge.lang.Text;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.StartMode;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code finetune}: trains LoRA adapters with the tokens that a method leaves. */
@Command(
    name = "finetune",
    description =
        "Trains a LoRA adapter with the visual tokens that a method leaves, on conversations in"
            + " LLaVA's form; or adapters for all recipes in a file, which are then evaluated"
            + " together with the base.")
final class FinetuneCommand implements Callable<Integer> {

  private static final Set<String> WITH_SWEEP =
      Set.of("--sweep", "--output", "--resume", "--allow-code-change", "--verbose");

  @Spec private CommandSpec spec;

  @Mixin
  private final GivenOption<String> output =
      CommonOptions.output(
              "The adapter's folder; it appears when it is whole. With --sweep: the sweep's.")
          .required();

  @Option(
      names = "--sweep",
      paramLabel = "FILE",
      description =
          "YAML with a model, data, images, recipes and examples, in place of the options for them;"
              + " see conf/sweeps/finetune.yaml.")
  private Path sweep;

  @Option(names = "--resume", description = "Go on from the last checkpoint.")
  private boolean resume;

  @Option(
      names = "--allow-code-change",
      description =
          "Go on although code, libtorch, mklOnAmd, Java or resolved dtype differ; training.json"
              + " records it.")
  private boolean allowCodeChange;

  @Mixin private RecipeSettings recipe;

  @Mixin private FinetuneSettings settings;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, this::work)) {
      Folders folders = Folders.beforeSpark(console);
      if (sweep != null) {
        FinetuneFile file = FinetuneFile.read(sweep);
        requireNone();
        RunTarget target =
            new RunTarget(
                output.get(),
                resume ? StartMode.RESUME : StartMode.FRESH,
                allowCodeChange,
                Optional.empty());
        FinetuneSweep.check(file, target, folders);
        new FinetuneSweep(sessions.session(), console).run(file, target);
      } else {
        FinetuneOptions options = settings.options();
        List<NewAdapter> adapters = List.of(new NewAdapter(recipe.recipe(), output.get()));
        Finetune.check(options, adapters, resume, allowCodeChange, folders);
        new Finetune(sessions.session(), console).run(options, adapters, resume, allowCodeChange);
      }
    }
    return ExitCode.DONE;
  }

  private String work() {
    return sweep == null
        ? Text.format(
            "finetune %s: %s on %s",
            Sessions.name(output.get()),
            Sessions.name(settings.options().model()),
            Sessions.name(settings.options().data().file()))
        : "finetune " + Sessions.name(sweep.toString());
  }

  /** Refuses options that the file would silently override. */
  private void requireNone() {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !WITH_SWEEP.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s takes model, data and recipes from its file; leave out %s, or write them there",
              Setting.SWEEP, String.join(", ", others)));
    }
  }
}

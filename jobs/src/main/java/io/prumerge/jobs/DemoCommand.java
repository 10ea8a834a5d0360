package io.prumerge.jobs;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.UsageException;
import io.prumerge.demo.Demo;
import io.prumerge.lang.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the paper's comparison in miniature, with checkpoints from this repository. */
@Command(
    name = "demo",
    description =
        "Compares token-reduction methods on generated images: with eight miniature benchmarks, a"
            + " small trained checkpoint, and an adapter that was fine-tuned with PruMerge.")
final class DemoCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

  /** The fewest images with which all six benchmarks have questions. */
  private static final int FEWEST_IMAGES = 8;

  /** The folder of checkpoints, which the launcher names; without it, the repository's. */
  private static final String CONF = "${env:PRUMERGE_CONF:-conf}";

  @Spec private CommandSpec spec;

  @Mixin
  private final GivenOption<String> output =
      CommonOptions.output("A new folder on this machine; default prumerge-out/demo-TIME.");

  @Option(
      names = "--images",
      defaultValue = "500",
      paramLabel = "N",
      description =
          "Number of images; default ${DEFAULT-VALUE}, which gives standard errors of about 2"
              + " points.")
  private int images;

  @Option(
      names = "--seed",
      defaultValue = "2026",
      paramLabel = "S",
      description = "Seed of the images; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--model",
      defaultValue = CONF + "/mini-llava",
      paramLabel = "DIR",
      description = "The checkpoint; default ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--tuned",
      defaultValue = CONF + "/mini-llava+" + CONF + "/mini-llava-prumerge",
      paramLabel = "DIR",
      description =
          "The checkpoint fine-tuned with PruMerge, or BASE+ADAPTER; default ${DEFAULT-VALUE}.")
  private String tuned;

  @Override
  public Integer call() throws Exception {
    for (String folder :
        Stream.of(model, tuned).map(ModelFolders::split).flatMap(List::stream).toList()) {
      if (!Files.isDirectory(Path.of(folder))) {
        throw new UsageException(
            Text.format(
                "Cannot find the checkpoint folder %s in %s; start the demo with bin/prumerge-spark"
                    + " or in the repository's root, or name the checkpoints with --model and"
                    + " --tuned",
                folder, Path.of("").toAbsolutePath()));
      }
    }
    if (images < FEWEST_IMAGES) {
      throw new UsageException(
          Text.format(
              "--images must be at least %d, so that every benchmark has questions, it is %d",
              FEWEST_IMAGES, images));
    }
    Path root =
        MiniCommand.newFolder(
            output.or(
                "prumerge-out/demo-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault()))));
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, () -> "demo " + Sessions.name(root.toString()))) {
      new Demo(sessions.session(), console, root).run(seed, images, model, tuned);
    }
    return ExitCode.DONE;
  }
}

package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.text.ConversationTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: prepare and evaluate on what lies in this repository. */
@Command(
    name = "demo",
    description = "Runs the whole path on generated pictures and a small checkpoint.")
final class DemoCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "A new folder; default prumerge-out/demo-TIME.")
  private String output;

  @Option(
      names = "--model",
      defaultValue = "conf/mini-llava",
      paramLabel = "DIR",
      description = "The checkpoint; default ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--source",
      defaultValue = "conf/demo",
      paramLabel = "DIR",
      description = "A set in POPE's format; default ${DEFAULT-VALUE}.")
  private String source;

  @Override
  public Integer call() throws Exception {
    for (String folder : List.of(model, source)) {
      if (!Files.isDirectory(Path.of(folder))) {
        throw new UsageException(
            "No folder %s here (%s); run the demo in the repository's root, or name the folders with --model and --source"
                .formatted(folder, Path.of("").toAbsolutePath()));
      }
    }
    String root =
        output != null ? output : "prumerge-out/demo-" + STAMP.format(LocalDateTime.now());
    Benchmark pope = Benchmarks.named("pope");
    String examples = root + "/examples";
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("demo")) {
      new Folders(sessions.session()).absent("--output", root);
      new Prepare(sessions.session(), console)
          .run(
              new PrepareOptions(
                  pope,
                  List.of(source),
                  pope.defaultSplit(),
                  PromptProfile.LLAVA,
                  OptionalLong.empty(),
                  examples));
      return new Evaluate(sessions.session(), console)
          .run(
              new EvaluateOptions(
                  model,
                  List.of(examples),
                  Stream.of("none", "prumerge", "prumerge+").map(MethodSpec::parse).toList(),
                  root + "/run",
                  DeviceChoice.AUTO,
                  DtypeChoice.AUTO,
                  ImageAspect.AUTO,
                  ConversationTemplate.DEFAULT,
                  OptionalLong.empty(),
                  OptionalInt.empty(),
                  0,
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  EvaluateOptions.Start.FRESH));
    }
  }
}

package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.SummaryTable;
import io.prumerge.text.ConversationTemplate;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}. */
@Command(
    name = "evaluate",
    description = "Asks a model all questions under every method, scores and reports.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A Hugging Face LLaVA folder.")
  private String model;

  @Option(
      names = "--examples",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables that prepare wrote.")
  private List<String> examples;

  @Option(
      names = "--method",
      required = true,
      arity = "1..*",
      paramLabel = "SPEC",
      converter = MethodConverter.class,
      description = "name or name:key=value,key=value; none, prumerge, prumerge+, uniform, ...")
  private List<MethodSpec> methods;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The run's folder, new or with --resume.")
  private String output;

  @Option(names = "--resume", description = "Go on with an unfinished run.")
  private boolean resume;

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda.")
  private DeviceChoice device;

  @Option(names = "--dtype", defaultValue = "auto", description = "auto, fp32, bf16 or fp16.")
  private DtypeChoice dtype;

  @Option(names = "--image-aspect", defaultValue = "auto", description = "auto, pad or crop.")
  private ImageAspect imageAspect;

  @Option(
      names = "--conv-mode",
      defaultValue = ConversationTemplate.DEFAULT,
      paramLabel = "NAME",
      description = "Conversation template; default ${DEFAULT-VALUE}.")
  private String conversation;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "In place of each benchmark's own.")
  private Integer maxNewTokens;

  @Option(
      names = "--max-error-rate",
      defaultValue = "0.01",
      paramLabel = "SHARE",
      description = "Fail above this share of errors; default ${DEFAULT-VALUE}.")
  private double maxErrorRate;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At least N questions per benchmark, images kept whole.")
  private Integer limit;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Parts that are committed one by one, for --resume.")
  private Integer chunks;

  @Option(names = "--partitions", paramLabel = "N", description = "Tasks per chunk.")
  private Integer partitions;

  @Override
  public Integer call() throws Exception {
    EvaluateOptions options =
        new EvaluateOptions(
            model,
            examples,
            methods,
            output,
            device,
            dtype,
            imageAspect,
            conversation,
            limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
            optional(maxNewTokens),
            maxErrorRate,
            optional(chunks),
            optional(partitions),
            resume ? EvaluateOptions.Start.RESUME : EvaluateOptions.Start.FRESH);
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("evaluate")) {
      return new Evaluate(
              sessions.session(),
              console,
              report -> SummaryTable.lines(report).forEach(console.out()::println))
          .run(options);
    }
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}

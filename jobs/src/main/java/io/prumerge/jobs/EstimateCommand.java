package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.EstimateRow;
import io.prumerge.estimate.EstimateTable;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PublishedTable;
import io.prumerge.estimate.Scenario;
import io.prumerge.estimate.Scenario.AttentionKernel;
import io.prumerge.estimate.Scenario.CostMode;
import io.prumerge.estimate.Scenario.ReductionKind;
import io.prumerge.estimate.ShapeTable.NamedShape;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code estimate}: evaluates the cost model, without a checkpoint's weights and without Spark. */
@Command(
    name = "estimate",
    description =
        "Estimates FLOPs, bytes and the least time on given hardware, from a model's dimensions alone.")
final class EstimateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ShapeFlags shapes;

  @Mixin private VisualTokenFlags visualTokens;

  @Mixin private HardwareFlags hardware;

  @Option(
      names = "--text-tokens",
      split = ",",
      defaultValue = "40",
      paramLabel = "N",
      description = "Prompt tokens that are not visual; default ${DEFAULT-VALUE}.")
  private List<Integer> textTokens;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp16,w8a8,w4a16,w4a4",
      paramLabel = "NAME",
      description =
          "fp32, tf32, bf16, fp16, fp8 or wNaM (bits of weights and activations); append kv4, kv8 or kv16 for another KV cache; default ${DEFAULT-VALUE}.")
  private List<String> precisions;

  @Option(
      names = "--attention",
      defaultValue = "eager",
      paramLabel = "eager|flash",
      description =
          "eager writes attention scores to memory, flash does not; default ${DEFAULT-VALUE}.")
  private String attention;

  @Option(
      names = "--reduction",
      defaultValue = "prumerge",
      paramLabel = "prumerge|none",
      description =
          "Reduction to count if the visual tokens are fewer than the tower's; default ${DEFAULT-VALUE}.")
  private String reduction;

  @Option(
      names = "--batch",
      defaultValue = "1",
      paramLabel = "N",
      description = "Questions per batch, each with an image; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--mode",
      defaultValue = "accurate",
      paramLabel = "NAME",
      description =
          "accurate, llm-viewer (that tool's formulas) or llm-viewer-2024-03-11 (as in the paper's table); default ${DEFAULT-VALUE}.")
  private String mode;

  @Option(names = "--json", description = "Print one JSON document instead of tables.")
  private boolean json;

  @Override
  public Integer call() {
    HardwareTable known = hardware.known();
    PublishedTable published = PublishedTable.bundled();
    List<EstimateRow> rows =
        scenarios(known).stream()
            .map(scenario -> EstimateRow.of(estimate(scenario), published))
            .toList();
    Console console = Console.of(spec.commandLine());
    if (json) {
      console.out().println(Json.write(Map.of("rows", rows)));
    } else {
      new EstimateTable(known, console.width()).lines(rows).forEach(console.out()::println);
    }
    return ExitCode.DONE;
  }

  private List<Scenario> scenarios(HardwareTable known) {
    CostMode arithmetic = OptionText.read("--mode", mode, CostMode::named);
    AttentionKernel kernel = OptionText.read("--attention", attention, AttentionKernel::named);
    ReductionKind reducer = OptionText.read("--reduction", reduction, ReductionKind::named);
    List<PrecisionScheme> formats =
        OptionText.readAll("--precision", precisions, PrecisionScheme::parse);
    List<Hardware> devices = hardware.asked(known);
    List<NamedShape> dimensions = shapes.asked();
    List<Scenario> scenarios = new ArrayList<>();
    for (NamedShape shape : dimensions) {
      for (Hardware device : devices) {
        for (int text : textTokens) {
          for (PrecisionScheme precision : formats) {
            for (TokenSchedule visual : visualTokens.of(shape)) {
              scenarios.add(
                  OptionText.refusing(
                      () ->
                          new Scenario(
                              shape,
                              visual,
                              text,
                              batch,
                              precision,
                              kernel,
                              reducer,
                              device,
                              arithmetic)));
            }
          }
        }
      }
    }
    return scenarios;
  }

  private static Estimate estimate(Scenario scenario) {
    try {
      return OptionText.refusing(() -> Estimate.of(scenario));
    } catch (ArithmeticException e) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot estimate %s visual and %d text tokens of %s in batches of %d: a count does not fit into 64 bits",
              scenario.visualTokens(),
              scenario.textTokens(),
              scenario.shape().name(),
              scenario.batch()),
          e);
    }
  }
}

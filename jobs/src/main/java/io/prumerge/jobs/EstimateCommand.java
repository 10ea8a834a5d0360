package io.prumerge.jobs;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.EstimateRow;
import io.prumerge.estimate.EstimateTable;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PromptTokens;
import io.prumerge.estimate.PublishedTable;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import io.prumerge.settings.AnswerSource;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code estimate}: evaluates the cost model, without a checkpoint's weights and without Spark. */
@Command(
    name = "estimate",
    description =
        "Estimates FLOPs, bytes and the least time on given hardware, from a model's dimensions"
            + " alone.")
final class EstimateCommand implements Callable<Integer> {

  /** PruMerge keeps 32 of 576 tokens on average. */
  private static final int USUAL_REDUCTION = 18;

  @Spec private CommandSpec spec;

  @Option(
      names = "--shape",
      split = ",",
      paramLabel = "NAME",
      description =
          "Models by name; default llava-1.5-7b,llava-1.5-13b. An unknown name lists all.")
  private List<String> shapes = List.of();

  @Mixin
  private final GivenOption<List<String>> models =
      GivenOption.texts(Setting.MODEL)
          .help(
              "DIR",
              "A checkpoint's folder, of which config.json is enough, or hf:ORG/NAME[@REV].");

  @Option(
      names = "--visual-tokens",
      split = ",",
      paramLabel = "N",
      description =
          "Visual tokens that the language model receives; default: all of the model's, and one in"
              + " 18 of them.")
  private List<Integer> visualTokens = List.of();

  @Option(
      names = "--frames",
      split = ",",
      paramLabel = "N",
      description = "Estimates videos of N frames in place of pictures, for models that take some.")
  private List<Integer> frames = List.of();

  @Option(
      names = "--schedule",
      paramLabel = "LAYER:N,...",
      description =
          "Visual tokens by layer, as in 0:576,2:192 (FastV): from layer 0 on 576, from layer 2 on"
              + " 192. May be repeated.")
  private List<String> schedules = List.of();

  @Option(
      names = "--hardware",
      split = ",",
      defaultValue = "a100-80gb-sxm",
      paramLabel = "NAME",
      description =
          "Hardware in conf/hardware.yaml; default ${DEFAULT-VALUE}. An unknown name lists all.")
  private List<String> hardware;

  @Mixin private HardwareFileFlag hardwareFile;

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
          "fp32, tf32, bf16, fp16, fp8 or wNaM (bits of weights and activations); append kv4, kv8"
              + " or kv16 for another KV cache; default ${DEFAULT-VALUE}.")
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
          "Reduction to count if the visual tokens are fewer than the tower's; default"
              + " ${DEFAULT-VALUE}.")
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
          "accurate, llm-viewer (that tool's formulas) or llm-viewer-2024-03-11 (as in the paper's"
              + " table); default ${DEFAULT-VALUE}.")
  private String mode;

  @Mixin
  private final GivenOption<Boolean> json =
      CommonOptions.json("Print one JSON document instead of tables.");

  @Override
  public Integer call() {
    HardwareTable known = hardwareFile.known();
    PublishedTable published = PublishedTable.bundled();
    List<EstimateRow> rows =
        scenarios(known).stream()
            .map(scenario -> EstimateRow.of(estimate(scenario), published))
            .toList();
    Console console = Console.of(spec.commandLine());
    if (json.get()) {
      console.out().println(Json.write(Map.of("rows", rows)));
    } else {
      new EstimateTable(known, console.width()).lines(rows).forEach(console.out()::println);
    }
    return ExitCode.DONE;
  }

  private List<Scenario> scenarios(HardwareTable known) {
    CostMode arithmetic = read("--mode", mode, CostMode::named);
    AttentionKernel kernel = read("--attention", attention, AttentionKernel::named);
    ReductionKind reducer = read("--reduction", reduction, ReductionKind::named);
    List<PrecisionScheme> formats = readAll("--precision", precisions, PrecisionScheme::parse);
    List<Hardware> devices = hardwareFile.named(hardware);
    List<NamedShape> dimensions = askedShapes();
    List<Scenario> scenarios = new ArrayList<>();
    for (NamedShape shape : dimensions) {
      for (Hardware device : devices) {
        for (int text : textTokens) {
          for (PrecisionScheme precision : formats) {
            for (TokenSchedule visual : visualTokens(shape)) {
              scenarios.add(
                  refusing(
                      () ->
                          new Scenario(
                              shape,
                              new PromptTokens(visual, text),
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
      return refusing(() -> Estimate.of(scenario));
    } catch (ArithmeticException e) {
      throw new UsageException(
          Text.format(
              "Cannot estimate %s visual and %d text tokens of %s in batches of %d: a count does"
                  + " not fit into 64 bits",
              scenario.prompt().visualTokens(),
              scenario.prompt().textTokens(),
              scenario.shape().name(),
              scenario.batch()),
          e);
    }
  }

  /** Returns the models, by name or by their folder. */
  private List<NamedShape> askedShapes() {
    if (!frames.isEmpty()) {
      return askedVideos();
    }
    ShapeTable known = ShapeTable.bundled();
    List<NamedShape> all = new ArrayList<>(readAll("--shape", shapes, known::named));
    for (String model : models.get()) {
      ModelFolders folders = ModelFolders.parse(Folders.fullPath(model));
      ModelShape shape = ModelShape.of(Checkpoint.configuration(folders));
      all.add(new NamedShape(AnswerSource.parse(folders.toString()).name(), shape, 1));
    }
    return all.isEmpty() ? List.of(known.named("llava-1.5-7b"), known.named("llava-1.5-13b")) : all;
  }

  // Each model with each number of frames.
  private List<NamedShape> askedVideos() {
    ShapeTable known = ShapeTable.bundled();
    List<String> names =
        shapes.isEmpty() && models.get().isEmpty() ? List.of("llava-onevision-7b") : shapes;
    List<NamedShape> all = new ArrayList<>();
    for (int count : frames) {
      if (count < 1) {
        throw new UsageException("--frames must be at least 1, not " + count);
      }
      all.addAll(readAll("--shape", names, name -> known.named(name, count)));
      for (String model : models.get()) {
        ModelFolders folders = ModelFolders.parse(Folders.fullPath(model));
        LlavaConfig config = Checkpoint.configuration(folders);
        all.add(
            refusing(() -> video(AnswerSource.parse(folders.toString()).name(), config, count)));
      }
    }
    return all;
  }

  private static NamedShape video(String name, LlavaConfig config, int count) {
    if (config.family().video().isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate videos of %s: the family %s takes none",
              name, config.family().name()));
    }
    ViewGrid frame = LlavaConfig.PHOTOGRAPH;
    ViewGrid video = config.video(frame.width(), frame.height(), count);
    ModelShape shape = ModelShape.of(config, video);
    return config.pooled(video).isPresent()
        ? NamedShape.ofPooledVideo(name, shape, count, config.sequence(video))
        : NamedShape.ofVideo(name, shape, count, video.views());
  }

  /** Returns the visual tokens by layer; without options, all of the model and fewer. */
  private List<TokenSchedule> visualTokens(NamedShape shape) {
    Set<TokenSchedule> visual = new LinkedHashSet<>();
    for (int tokens : visualTokens) {
      visual.add(refusing(() -> TokenSchedule.constant(tokens)));
    }
    visual.addAll(readAll("--schedule", schedules, TokenSchedule::parse));
    if (visual.isEmpty()) {
      int all = shape.visualTokens();
      visual.add(TokenSchedule.constant(all));
      if (shape.hasPatches()) {
        visual.add(TokenSchedule.constant(Math.max(1, all / USUAL_REDUCTION)));
      }
    }
    return List.copyOf(visual);
  }

  private static <T> List<T> readAll(
      String option, List<String> texts, Function<String, T> reader) {
    return texts.stream().map(text -> read(option, text, reader)).toList();
  }

  private static <T> T read(String option, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
  }

  /** Returns a value made of several options; a refusal of it is wrong usage. */
  private static <T> T refusing(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}

package io.prumerge.bench;

import io.prumerge.console.Versions;
import io.prumerge.model.RandomShape;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Compares speed with Hugging Face's {@code generate}, with the best plain products and with the
 * bare engine, all in one run in alternating rounds, and prints one table of ratios with their
 * goals.
 *
 * <p>Ratios, since rates of shared machines move by half between runs; each ratio is the median
 * over rounds of two measurements of the same minute.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures speed against the peers and the machine, side by side in one run.")
public final class Bench implements Callable<Integer> {

  /** The random checkpoint's dimensions. */
  enum Shape {
    /** LLaVA-1.5-7B's widths and tower. */
    WIDE,
    /** For a test of the bench itself. */
    TINY
  }

  @Option(
      names = "--minutes",
      defaultValue = "12",
      description =
          "About how long; every section runs one round at least. Default ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SECTION",
      description =
          "wide, openvino, openvino-pruning, lmms-eval, qwen, video, video-memory, demo, hardware,"
              + " profile, reduction, sweep, spark, memory, kernels, answers, vqa, models, with"
              + " --depth also depth; default all.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--shape",
      defaultValue = "wide",
      description = "The random checkpoint: wide (LLaVA-1.5-7B's widths) or tiny.")
  private Shape shape;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      description = "Of the random checkpoint and its peer; default ${DEFAULT-VALUE}.")
  private DtypeChoice dtype;

  @Option(
      names = "--layers",
      defaultValue = "4",
      description = "Decoder layers of the wide one, of 32; default ${DEFAULT-VALUE} (2.8 GB).")
  private int layers;

  @Option(
      names = "--depth",
      paramLabel = "LAYERS",
      description =
          "Adds the section depth, over a checkpoint with so many decoder layers, which is removed"
              + " afterwards. 32 of bf16 are 14 GB, and as much again for OpenVINO; in fp32 widths"
              + " are halved. Default: without it.")
  private Integer depth;

  @Option(
      names = "--pictures",
      defaultValue = "1500",
      description = "Generated for the demo checkpoint; POPE asks about an eighth of them.")
  private int pictures;

  @Option(
      names = "--images",
      defaultValue = "6",
      description = "Of the Spark job over the random checkpoint; default ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--requests",
      defaultValue = "10000",
      description = "Whose memory is watched; default ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--threads",
      description = "Of the peer; default: as many as there are processors, as the engine has.")
  private Integer threads;

  @Option(
      names = "--python",
      paramLabel = "COMMAND",
      description =
          "Has the packages of notebooks/bench/requirements.txt; default $PYTHON, else python3.")
  private String python = System.getenv().getOrDefault("PYTHON", "python3");

  @Option(
      names = "--work",
      defaultValue = "jobs/target/bench",
      paramLabel = "DIR",
      description = "Checkpoints, pictures and results; default ${DEFAULT-VALUE}.")
  private Path work;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Gets the table between two markers, as notebooks/SPEED.md has them.")
  private Path page;

  @Option(
      names = "--table",
      defaultValue = "bench",
      paramLabel = "NAME",
      description =
          "Which of the page's tables, by the name in its markers, as <!-- bench -->; default"
              + " ${DEFAULT-VALUE}.")
  private String table;

  @Spec private CommandSpec spec;

  private Bench() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the bench and returns its exit code: 0 done, 1 a section failed, 2 wrong usage. */
  static int run(String... args) {
    return new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
  }

  @Override
  public Integer call() throws IOException {
    if (depth == null && only.contains(DepthRace.NAME)) {
      throw new ParameterException(
          spec.commandLine(), "Cannot run the section depth without a depth: add --depth 32");
    }
    long start = System.nanoTime();
    Path root = Path.of(System.getProperty("project.root", "")).toAbsolutePath();
    Path folder = Files.createDirectories(work.toAbsolutePath());
    Results results = new Results(Host.facts());
    results.fact("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    results.fact("date", LocalDate.now(ZoneOffset.UTC).toString());
    results.fact("commit", Versions.commit().orElse("unknown"));
    int processors = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    int failures;
    try (Peer peer = Peer.start(python, "peer", root, processors, folder)) {
      results.facts("peer's ", peer.versions());
      Setting setting =
          new Setting(
              root,
              folder,
              Duration.ofMillis((long) (60_000 * minutes)),
              shape == Shape.WIDE ? RandomShape.wide(layers) : RandomShape.tiny(),
              pictures,
              images,
              requests,
              DeviceChoice.CPU,
              dtype,
              CpuAnswers.none());
      failures = Section.runAll(sections(peer, processors), only, setting, results);
    }
    results.fact("the run took", minutesSince(start));
    results.write(folder);
    System.out.println(results.markdown());
    if (page != null) {
      results.into(page, table);
    }
    return failures == 0 ? 0 : 1;
  }

  private static String minutesSince(long nanoTime) {
    return String.format(Locale.ROOT, "%.0f minutes", (System.nanoTime() - nanoTime) / 60e9);
  }

  /** In the order of the table. */
  private List<Section> sections(Peer peer, int processors) {
    List<Section> sections = new ArrayList<>();
    if (depth != null) { // first, while no other section's models are in memory
      sections.add(new DepthRace(deep(), python, processors));
    }
    sections.addAll(always(peer, processors));
    return sections;
  }

  private RandomShape deep() {
    if (shape == Shape.TINY) {
      return RandomShape.tiny().withTextLayers(depth);
    }
    return Devices.ofProcessor(dtype) == Precision.FP32
        ? RandomShape.half(depth)
        : RandomShape.wide(depth);
  }

  private List<Section> always(Peer peer, int processors) {
    return List.of(
        new WideRace(peer),
        PeerRace.openVino(python, processors),
        new OpenVinoPruning(python, processors),
        PeerRace.lmmsEval(python, processors),
        new QwenRace(peer),
        new VideoRace(peer),
        new VideoMemory(python, processors),
        new DemoRace(peer),
        new HardwareShare(peer),
        new OperatorTimes(),
        new ReductionShare(),
        new SweepShare(),
        new SparkShare(),
        new MemoryGrowth(),
        new KernelTimes(),
        new LongAnswers(),
        new VqaRate(),
        new TwoModels());
  }
}

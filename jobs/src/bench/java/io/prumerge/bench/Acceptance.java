package io.prumerge.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.host.DeviceException;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.model.RandomShape;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Tests this project on a device: same answers as the CPU's of all methods and families, memory,
 * times and operators of a pass, questions and tokens a second with their share of the device's
 * roofline, and compared with Hugging Face's where there is a Python that has it. Needs no Spark.
 */
@Command(
    name = "acceptance",
    mixinStandardHelpOptions = true,
    description = "Compares a device's answers with the CPU's and its speed with its roofline.")
public final class Acceptance implements Callable<Integer> {

  private static final int DEMO_PICTURES = 200;
  // A kernel is over when the call that starts it returns: its operator has its time.
  private static final Map<String, String> EACH_KERNEL = Map.of("CUDA_LAUNCH_BLOCKING", "1");

  @Option(
      names = "--device",
      defaultValue = "cuda",
      description = "cuda (the first GPU) or cpu; default ${DEFAULT-VALUE}.")
  private DeviceChoice device;

  @Option(
      names = "--shape",
      defaultValue = "wide",
      description = "The random checkpoint: wide (LLaVA-1.5-7B's widths) or tiny.")
  private Bench.Shape shape;

  @Option(
      names = "--layers",
      defaultValue = "32",
      description = "Decoder layers of the wide one; default ${DEFAULT-VALUE} (14 GB on disk).")
  private int layers;

  @Option(
      names = "--minutes",
      defaultValue = "2",
      description =
          "About how long rounds are repeated, all together; every section runs one round at least."
              + " Default ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SECTION",
      description =
          "agreement, methods, families, training, memory, roofline, stages, noise, pairs, profile,"
              + " operators, load, wide; default all.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--work",
      defaultValue = "jobs/target/acceptance",
      paramLabel = "DIR",
      description = "Checkpoints, pictures and results; default ${DEFAULT-VALUE}.")
  private Path work;

  @Option(
      names = "--python",
      paramLabel = "COMMAND",
      description =
          "Has the packages of notebooks/bench/requirements.txt, for the section wide; default"
              + " $PYTHON, else python3.")
  private String python = System.getenv().getOrDefault("PYTHON", "python3");

  @Option(
      names = "--cpu-answers",
      paramLabel = "FILE",
      description =
          "What the CPU says, of an earlier run with the same code; what it has not is computed and"
              + " added. Default: everything is computed.")
  private Path cpuAnswers;

  @Option(
      names = "--list",
      description =
          "Prints the sections as JSON in place of running them, the most important first.")
  private boolean list;

  private Acceptance() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs it and returns the exit code: 0 done, 1 a goal was missed or a section failed, 2 usage.
   */
  static int run(String... args) {
    return new CommandLine(new Acceptance())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    try {
      LlavaEngine.checkDevice(device);
    } catch (DeviceException e) {
      System.err.println(e.getMessage());
      return 1;
    }
    Path root = Path.of(System.getProperty("project.root", "")).toAbsolutePath();
    if (list) {
      System.out.println(new ObjectMapper().writeValueAsString(listed(plan(null))));
      return 0;
    }
    Path folder = Files.createDirectories(work.toAbsolutePath());
    Results results = new Results(Host.facts());
    addGpu(results);
    Setting setting =
        new Setting(
            root,
            folder,
            Duration.ofMillis((long) (60_000 * minutes)),
            shape == Bench.Shape.WIDE ? RandomShape.wide(layers) : RandomShape.tiny(),
            DEMO_PICTURES,
            0 /* no section runs a Spark job */,
            0 /* no section watches requests */,
            device,
            DtypeChoice.AUTO,
            cpuAnswers == null ? CpuAnswers.none() : CpuAnswers.of(cpuAnswers.toAbsolutePath()));
    int failures;
    try (Peer peer = peer(root, folder)) {
      List<Section> sections = plan(peer).stream().map(Planned::section).toList();
      failures = Section.runAll(sections, only, setting, results);
    }
    System.out.println(results.markdown());
    boolean missed = results.figures().stream().anyMatch(figure -> !figure.met().orElse(true));
    return failures == 0 && !missed ? 0 : 1;
  }

  // Its Python takes seconds to start, which no other section has to wait for.
  private Peer peer(Path root, Path folder) {
    return only.isEmpty() || only.contains(WideRace.NAME)
        ? Peer.start(python, "peer", root, Runtime.getRuntime().availableProcessors(), folder)
        : null;
  }

  /** The most important sections first: a run that has no time left leaves out the last ones. */
  private static List<Planned> plan(Peer peer) {
    return List.of(
        new Planned(new AnswerAgreement(), 60),
        new Planned(new MethodAgreement(), 60),
        new Planned(new FamilyAgreement(), 90),
        new Planned(new MemoryReturn(), 120),
        new Planned(new RooflineShare(), 180),
        new Planned(new StageShares(), 45),
        new Planned(new TrainingAgreement(), 30),
        new Planned(new BatchNoise(), 60),
        new Planned(new OptionPairs(List.of(DeviceOption.values())), 120),
        new Planned(new PassProfile(), 45, EACH_KERNEL),
        new Planned(new OperatorCounts(), 45),
        new Planned(new LoadTimes(), 90),
        new Planned(new WideRace(peer), 120));
  }

  private static List<Map<String, Object>> listed(List<Planned> plan) {
    return plan.stream()
        .map(
            one ->
                Map.of(
                    "name", one.section().name(),
                    "seconds", one.seconds(),
                    "environment", one.environment()))
        .toList();
  }

  private static void addGpu(Results results) {
    Gpus gpus = Gpus.ofHost();
    for (Gpu gpu : gpus.all().stream().limit(1).toList()) {
      results.fact("gpu", gpu.toString());
      results.fact("driver's CUDA", gpus.cudaVersion());
      gpus.freeBytes(gpu.ordinal())
          .ifPresent(
              free ->
                  results.fact("free before", String.format(Locale.ROOT, "%.1f GB", free / 1e9)));
    }
  }
}

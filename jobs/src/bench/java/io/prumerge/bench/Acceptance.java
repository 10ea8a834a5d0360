package io.prumerge.bench;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpus;
import io.prumerge.model.RandomShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Tests this project on a device: same answers as the CPU's, operators of a pass, questions and
 * tokens a second with their share of the device's roofline, and compared with Hugging Face's where
 * there is a Python that has it. Needs no Spark.
 */
@Command(
    name = "acceptance",
    mixinStandardHelpOptions = true,
    description = "Compares a device's answers with the CPU's and its speed with its roofline.")
public final class Acceptance implements Callable<Integer> {

  private static final int DEMO_PICTURES = 200;

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
      defaultValue = "6",
      description =
          "About how long; every section runs one round at least. Default ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SECTION",
      description = "agreement, methods, stages, operators, roofline, wide; default all.")
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
    Path folder = Files.createDirectories(work.toAbsolutePath());
    Results results = new Results(Host.facts());
    Gpus.ofHost().all().stream().findFirst().ifPresent(gpu -> results.fact("gpu", gpu.toString()));
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
            DtypeChoice.AUTO);
    int failures;
    try (Peer peer =
        Peer.start(python, "peer", root, Runtime.getRuntime().availableProcessors(), folder)) {
      failures =
          Section.runAll(
              List.of(
                  new AnswerAgreement(),
                  new MethodAgreement(),
                  new StageShares(),
                  new OperatorCounts(),
                  new RooflineShare(),
                  new WideRace(peer)),
              only,
              setting,
              results);
    }
    System.out.println(results.markdown());
    boolean missed = results.figures().stream().anyMatch(figure -> !figure.met().orElse(true));
    return failures == 0 && !missed ? 0 : 1;
  }
}

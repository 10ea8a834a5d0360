package io.prumerge.bench;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.jobs.InProcess;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Metrics;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.Parallelism;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunSettings;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.run.GeneratedRun;
import io.prumerge.score.Scores;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the product takes for sizes that nobody has a GPU for: it generates the inputs, runs the
 * real commands over them and prints what each of their steps took. A step is a JVM of its own, so
 * that its peak of the heap is one step's.
 */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = "Generates inputs of any size and measures the commands over them.")
public final class Scale implements Callable<Integer> {

  /** What is done. */
  enum Step {
    /** Writes examples and a run folder whose predictions no model made. */
    GENERATE,
    /** Scores and reports that run. */
    REPORT,
    /** Scores that run under one profile and computes the figures, and writes nothing. */
    FIGURES,
    /** Writes small images and questions about them. */
    PICTURES,
    /** Prepares those. */
    PREPARE
  }

  private static final String[] METHODS = {
    "none",
    "prumerge",
    "prumerge:merge=false",
    "prumerge+",
    "uniform:tokens=64",
    "random:tokens=64",
    "first:tokens=64",
    "spatial:rows=8,cols=8"
  };

  private static final int ANSWERS_PER_CHUNK = 500_000;
  private static final int PICTURE_SIDE = 24;
  private static final int PICTURES_PER_FOLDER = 10_000;

  @Option(names = "--step", required = true, description = "${COMPLETION-CANDIDATES}.")
  private Step step;

  @Option(
      names = "--predictions",
      defaultValue = "1000000",
      description = "Rows of the run; default ${DEFAULT-VALUE}, under eight methods.")
  private long predictions;

  @Option(names = "--pictures", defaultValue = "100000", description = "Default ${DEFAULT-VALUE}.")
  private int pictures;

  @Option(
      names = "--questions",
      defaultValue = "1000000",
      description = "About the pictures; default ${DEFAULT-VALUE}.")
  private int questions;

  @Option(names = "--work", required = true, paramLabel = "DIR", description = "For all of it.")
  private Path work;

  private Scale() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Scale()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    System.setProperty("spark.extraListeners", StageTimes.class.getName());
    Files.createDirectories(work);
    long start = System.nanoTime();
    switch (step) {
      case GENERATE -> generate();
      case REPORT -> report();
      case FIGURES -> figures();
      case PICTURES -> pictures();
      case PREPARE -> prepare();
    }
    System.out.println(StageTimes.stages());
    System.out.println(StageTimes.markdown());
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f s, %.1f s of CPU, heap pools at most %,d MB together, limit %,d%n",
        step,
        (System.nanoTime() - start) / 1e9,
        cpuSeconds(),
        peakHeap() >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
    return 0;
  }

  /** Of the whole process: on a machine that others use, this says more than the clock. */
  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** Of all generations together, each at its own peak: never too little. */
  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  private String examples() {
    return work.resolve("examples").toString();
  }

  private String run() {
    return work.resolve("run").toString();
  }

  private static String model() {
    return Path.of(System.getProperty("project.root", ""), "conf", "mini-llava")
        .toAbsolutePath()
        .toString();
  }

  private void generate() throws IOException {
    try (InProcess commands = new InProcess()) {
      VqaExamples.write(commands.session(), predictions / METHODS.length, examples());
      EvaluateOptions options =
          new EvaluateOptions(
              List.of(PinnedModel.any(model())),
              AskedExamples.in(List.of(examples())),
              Stream.of(METHODS).map(MethodSpec::parse).toList(),
              List.of(),
              settings(),
              Parallelism.AUTOMATIC);
      new GeneratedRun(commands.session(), options).write(run(), chunks());
    }
  }

  private static RunSettings settings() {
    return new RunSettings(
        Optional.of(DeviceChoice.CPU),
        Optional.of(DtypeChoice.FP32),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalDouble.of(1));
  }

  private int chunks() {
    return (int) Math.max(1, predictions / ANSWERS_PER_CHUNK);
  }

  private void report() {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", model(), "--resume"));
    arguments.addAll(List.of("--examples", examples(), "--output", run()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-error-rate", "1"));
    arguments.add("--method");
    arguments.addAll(List.of(METHODS));
    try (InProcess commands = new InProcess()) {
      commands.run(arguments.toArray(String[]::new));
    }
  }

  /** What {@code score} does without an output. */
  private void figures() {
    try (InProcess commands = new InProcess()) {
      SparkSession spark = commands.session();
      Dataset<Row> predictions =
          Table.PREDICTIONS.written(spark, List.of(run() + "/_chunks/chunk-*"));
      Dataset<Row> questions =
          Table.EXAMPLES
              .written(spark, List.of(examples()))
              .selectExpr("benchmark", "split", "image_id", "inline(questions)")
              .selectExpr(QuestionTable.SCHEMA.fieldNames());
      long start = System.nanoTime();
      Metrics.of(
              Scores.of(predictions, questions, Benchmark.OFFICIAL),
              Inference.against(Inference.BASELINE))
          .metrics()
          .stream()
          .filter(metric -> metric.headline())
          .forEach(
              metric ->
                  System.out.println(
                      metric.method() + " " + metric.value() + " " + metric.stderr()));
      System.out.printf(Locale.ROOT, "figures: %.1f s%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private Path image(int number) {
    String folder = String.format(Locale.ROOT, "%04d", number / PICTURES_PER_FOLDER);
    return work.resolve("pictures").resolve(folder).resolve(number + ".png");
  }

  private void pictures() throws IOException {
    for (int i = 0; i < pictures; i++) {
      BufferedImage picture =
          new BufferedImage(PICTURE_SIDE, PICTURE_SIDE, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = picture.createGraphics();
      pen.setColor(new Color(i & 0xFFFFFF));
      pen.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
      pen.dispose();
      Files.createDirectories(image(i).getParent());
      ImageIO.write(picture, "png", image(i).toFile());
    }
    Path root = work.resolve("pictures");
    try (BufferedWriter lines = Files.newBufferedWriter(work.resolve("questions.jsonl"))) {
      for (int i = 0; i < questions; i++) {
        lines.write(
            String.format(
                Locale.ROOT,
                "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"What is in picture %d?\", \"answer\": \"yes\"}%n",
                i,
                root.relativize(image(i % pictures)),
                i));
      }
    }
  }

  private void prepare() {
    try (InProcess commands = new InProcess()) {
      commands.run(
          "prepare",
          "--benchmark",
          "custom",
          "--source",
          work.resolve("questions.jsonl").toString(),
          work.resolve("pictures").toString(),
          "--output",
          work.resolve("prepared").toString());
    }
  }
}

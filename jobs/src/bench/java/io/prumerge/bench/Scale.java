package io.prumerge.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.InProcess;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Metrics;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.Plan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.run.CacheScale;
import io.prumerge.run.GeneratedRun;
import io.prumerge.score.Scores;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.store.Folders;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the commands at sizes that would need many GPUs: it generates the inputs, runs the real
 * commands over them and prints time, CPU time, shuffled bytes and heap. Each step runs in its own
 * JVM, so the heap's peak is that of one step.
 */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = "Generates inputs of any size and measures the commands over them.")
public final class Scale implements Callable<Integer> {

  /** The steps. */
  enum Step {
    /** Writes examples and a run folder whose predictions no model made. */
    GENERATE,
    /** Scores and reports that run. */
    REPORT,
    /** Scores that run under one profile and computes the figures, and writes nothing. */
    FIGURES,
    /** Adds that run's answers to an answer cache and looks them up. */
    CACHE,
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

  /** Who answer each question of VQAv2. */
  private static final int PEOPLE = 10;

  private static final String SPLIT = "val2014";
  private static final AtomicLong LIVE = new AtomicLong();

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

  @Option(
      names = "--benchmark",
      defaultValue = "custom",
      description =
          "Of the questions that are prepared, custom or vqav2; default ${DEFAULT-VALUE}.")
  private String benchmark;

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
    watchHeap();
    long start = System.nanoTime();
    switch (step) {
      case GENERATE -> generate();
      case REPORT -> report();
      case FIGURES -> figures();
      case CACHE -> cache();
      case PICTURES -> pictures();
      case PREPARE -> prepare();
    }
    System.out.println(StageTimes.stages());
    System.out.println(StageTimes.markdown());
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f s, %.1f s of CPU, at most %,d MB of heap in use after a collection, limit %,d%n",
        step,
        (System.nanoTime() - start) / 1e9,
        cpuSeconds(),
        LIVE.get() >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
    return 0;
  }

  /** Of the whole process: on a machine that others use, this says more than the clock. */
  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** Remembers the most that any garbage collection left in the heap. */
  private static void watchHeap() {
    Set<String> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    ManagementFactory.getGarbageCollectorMXBeans()
        .forEach(
            collector ->
                ((NotificationEmitter) collector)
                    .addNotificationListener(
                        (notification, handback) -> {
                          GarbageCollectionNotificationInfo collected =
                              GarbageCollectionNotificationInfo.from(
                                  (CompositeData) notification.getUserData());
                          long left =
                              collected.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                                  .filter(pool -> heap.contains(pool.getKey()))
                                  .mapToLong(pool -> pool.getValue().getUsed())
                                  .sum();
                          LIVE.accumulateAndGet(left, Math::max);
                        },
                        null,
                        null));
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
      new GeneratedRun(commands.session(), options()).write(run(), chunks());
    }
  }

  private EvaluateOptions options() {
    return new EvaluateOptions(
        List.of(PinnedModel.any(model())),
        AskedExamples.in(List.of(examples())),
        Stream.of(METHODS).map(MethodSpec::parse).toList(),
        List.of(),
        settings());
  }

  private void cache() throws IOException {
    try (InProcess commands = new InProcess()) {
      SparkSession spark = commands.session();
      Plan plan = new RunPlanner(spark, new Folders(spark)).plan(options()).plan();
      new CacheScale(spark, run(), plan, work.resolve("cache").toString()).run();
    }
  }

  private static RunOptions settings() {
    RunSettings settings = new RunSettings();
    settings.set(RunSetting.DEVICE, DeviceChoice.CPU);
    settings.set(RunSetting.DTYPE, DtypeChoice.FP32);
    settings.set(RunSetting.MAX_ERROR_RATE, 1.0);
    return settings.options();
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
              new Scores(Benchmarks.KNOWN).of(predictions, questions, Benchmark.OFFICIAL),
              Inference.against(Inference.BASELINE))
          .metrics()
          .stream()
          .filter(metric -> metric.headline())
          .forEach(
              metric ->
                  System.out.println(
                      metric.key().method() + " " + metric.value() + " " + metric.stderr()));
      System.out.printf(Locale.ROOT, "figures: %.1f s%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private Path picture(int number) {
    String name = String.format(Locale.ROOT, "COCO_%s_%012d.jpg", SPLIT, number);
    return work.resolve(SPLIT).resolve(name);
  }

  private void pictures() throws IOException {
    Files.createDirectories(work.resolve(SPLIT));
    for (int i = 0; i < pictures; i++) {
      BufferedImage picture =
          new BufferedImage(PICTURE_SIDE, PICTURE_SIDE, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = picture.createGraphics();
      pen.setColor(new Color(i & 0xFFFFFF));
      pen.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
      pen.dispose();
      ImageIO.write(picture, "jpg", picture(i).toFile());
    }
    lines(
        "questions.jsonl",
        "",
        "\n",
        i ->
            String.format(
                Locale.ROOT,
                "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"What is in picture %d?\","
                    + " \"answer\": \"yes\"}",
                i,
                picture(i % pictures).getFileName(),
                i));
    lines(
        "v2_OpenEnded_mscoco_" + SPLIT + "_questions.json",
        "{\"questions\": [",
        ", ",
        i ->
            String.format(
                Locale.ROOT,
                "{\"question_id\": %d, \"image_id\": %d, \"question\": \"What is in picture %d?\"}",
                i,
                i % pictures,
                i));
    lines(
        "v2_mscoco_" + SPLIT + "_annotations.json",
        "{\"annotations\": [",
        ", ",
        i ->
            String.format(
                Locale.ROOT,
                "{\"question_type\": \"what is\", \"multiple_choice_answer\": \"answer %d\","
                    + " \"answers\": [%s], \"image_id\": %d, \"answer_type\": \"other\","
                    + " \"question_id\": %d}",
                i % 1000,
                IntStream.rangeClosed(1, PEOPLE)
                    .mapToObj(person -> answer(i, person))
                    .collect(Collectors.joining(", ")),
                i % pictures,
                i));
  }

  /** Returns what a person said; seven of ten say the same. */
  private static String answer(int question, int person) {
    return String.format(
        Locale.ROOT,
        "{\"answer\": \"answer %d\", \"answer_confidence\": \"yes\", \"answer_id\": %d}",
        (person <= 7 ? question : question + person) % 1000,
        person);
  }

  /** Writes one item per question; a document begins with {@code head}. */
  private void lines(String file, String head, String between, IntFunction<String> item)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(work.resolve(file))) {
      out.write(head);
      for (int i = 0; i < questions; i++) {
        out.write(item.apply(i));
        out.write(i < questions - 1 ? between : head.isEmpty() ? "\n" : "]}");
      }
    }
  }

  private void prepare() {
    List<String> arguments = new ArrayList<>(List.of("prepare", "--benchmark", benchmark));
    arguments.add("--source");
    if (benchmark.equals("custom")) {
      arguments.add(work.resolve("questions.jsonl").toString());
      arguments.add(work.resolve(SPLIT).toString());
    } else {
      arguments.add(work.toString());
    }
    arguments.addAll(List.of("--output", work.resolve("prepared-" + benchmark).toString()));
    try (InProcess commands = new InProcess()) {
      commands.run(arguments.toArray(String[]::new));
    }
  }
}

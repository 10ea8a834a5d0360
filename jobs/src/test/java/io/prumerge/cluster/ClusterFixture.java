package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import io.prumerge.score.MetricFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A standalone cluster, questions for it, and the expected result: that of a run in this JVM. */
final class ClusterFixture implements AutoCloseable {

  /** Default number of chunks. */
  static final int CHUNKS = 8;

  /** Default number of workers. */
  static final int WORKERS = 2;

  private static final Path JAR = Path.of(System.getProperty("cluster.jar"));

  /** The model of all its runs. */
  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  private final Path work;
  private final SparkHome home;
  private final Path libtorch;
  private final MetricFiles metrics;
  private final int images;
  private final StandaloneCluster cluster;
  private final int chunks;
  private Path examples;
  private List<String> expected;

  /**
   * @param images number of images, with one question each, of the questions that are made if they
   *     are asked for
   */
  ClusterFixture(Path work, int images) throws IOException, InterruptedException {
    this(work, images, WORKERS, CHUNKS);
  }

  /**
   * @param workers number of workers, with two executors each
   * @param chunks number of chunks
   */
  ClusterFixture(Path work, int images, int workers, int chunks)
      throws IOException, InterruptedException {
    LocalSpark.session(); // which the commands in this JVM find
    this.work = work;
    this.home = SparkHome.in(work);
    this.libtorch = libtorch(work.resolve("libtorch"));
    this.metrics = new MetricFiles(Files.createDirectories(work.resolve("metrics")));
    this.chunks = chunks;
    this.images = images;
    this.cluster = StandaloneCluster.start(work, home, workers);
  }

  /** The folder may contain only libtorch, since DJL loads every library there. */
  private static Path libtorch(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (JarFile jar = new JarFile(System.getProperty("libtorch.jar"))) {
      Enumeration<JarEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith("pytorch/") && !entry.isDirectory()) {
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, folder.resolve(Path.of(entry.getName()).getFileName()));
          }
        }
      }
    }
    return folder;
  }

  /** Returns questions, which are made when they are first asked for. */
  private Path examples() {
    if (examples == null) {
      examples = prepared();
    }
    return examples;
  }

  private Path prepared() {
    Path source = work.resolve("mini");
    Path table = work.resolve("examples");
    for (String[] command :
        new String[][] {
          {
            "mini",
            "--split",
            "test",
            "--seed",
            "7",
            "--images",
            Integer.toString(images),
            "--output",
            source.toString()
          },
          {
            "prepare",
            "--benchmark",
            "vqav2",
            "--source",
            source.resolve("vqav2").toString(),
            "--output",
            table.toString()
          }
        }) {
      CommandLineRun run = CommandLineRun.of(command);
      assertThat(run.code()).as(run.err()).isZero();
    }
    return table;
  }

  /** Returns the arguments of {@code evaluate} over the fixture's questions. */
  String[] evaluate(Path run, String... more) {
    return evaluateOn(examples(), run, more);
  }

  /** Returns the arguments of {@code evaluate} over some questions. */
  String[] evaluateOn(Path questions, Path run, String... more) {
    return evaluate(List.of("--examples", questions.toString()), run, more);
  }

  /** Returns the arguments of {@code evaluate} over benchmarks that files define. */
  String[] evaluateFiles(List<Path> files, Path run, String... more) {
    List<String> questions = new ArrayList<>(List.of("--benchmark"));
    files.forEach(file -> questions.add(file.toString()));
    return evaluate(questions, run, more);
  }

  private String[] evaluate(List<String> questions, Path run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL.toString()));
    arguments.addAll(questions);
    arguments.addAll(List.of("--method", "none", "prumerge"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--chunks", Integer.toString(chunks)));
    arguments.addAll(List.of("--output", run.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /**
   * Submits to the cluster: executors of one core and one GPU, with the plugin and its metrics in
   * files.
   */
  private SparkSubmit submit(int cores, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.cores.max", Integer.toString(cores));
    settings.put("spark.executor.cores", "1");
    settings.put("spark.executor.memory", "640m");
    settings.put("spark.executor.defaultJavaOptions", String.join(" ", home.options()));
    settings.put("spark.executor.resource.gpu.amount", "1");
    settings.put("spark.task.resource.gpu.amount", "1");
    settings.put("spark.plugins", "io.prumerge.spark.PrumergePlugin");
    settings.put("spark.prumerge.model", MODEL.toString());
    settings.put("spark.prumerge.device", "cpu");
    settings.put("spark.prumerge.dtype", "fp32");
    settings.put("spark.metrics.conf.*.sink.csv.class", "org.apache.spark.metrics.sink.CsvSink");
    settings.put("spark.metrics.conf.*.sink.csv.directory", metrics.folder().toString());
    settings.put("spark.metrics.conf.*.sink.csv.period", "1");
    settings.put("spark.metrics.conf.*.sink.csv.unit", "seconds");
    settings.put("spark.executorEnv.PYTORCH_LIBRARY_PATH", libtorch.toString());
    settings.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    settings.put("spark.executorEnv.DJL_CACHE_DIR", work.resolve("djl").toString());
    settings.putAll(more);
    return SparkSubmit.to(
        cluster.url(),
        work,
        home,
        settings,
        Map.of("DJL_CACHE_DIR", work.resolve("djl-driver").toString()));
  }

  /**
   * @param settings Spark's settings; they override the fixture's own
   */
  SparkSubmit.Running start(int cores, Map<String, String> settings, Path run, String... more)
      throws IOException {
    return submit(cores, settings).start(JAR, evaluate(run, more));
  }

  /**
   * Starts a {@link StormDriver} on four cores, so that two tasks share the device of each
   * executor.
   *
   * @param jar with the driver
   * @param settings of Spark, in addition to or in place of the fixture's own
   * @param output folder for its runs
   */
  SparkSubmit.Running storm(
      Path jar, Map<String, String> settings, Path output, int kills, long seed)
      throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.jars", JAR.toString());
    all.put("spark.executor.cores", "2");
    all.put("spark.task.resource.gpu.amount", "0.5");
    return submit(4, all)
        .start(
            StormDriver.class.getName(),
            jar,
            MODEL.toString(),
            examples().toString(),
            output.toString(),
            Integer.toString(kills),
            Long.toString(seed));
  }

  /**
   * Starts an application of the tests' own on two cores, which finds this project's jar.
   *
   * @param settings of Spark, in addition to or in place of the fixture's own
   * @param jars that Spark adds to its class path
   */
  SparkSubmit.Running application(
      Class<?> main, Path jar, Map<String, String> settings, List<String> jars, String... arguments)
      throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.jars", JAR + "," + String.join(",", jars));
    return submit(2, all).start(main.getName(), jar, arguments);
  }

  StandaloneCluster cluster() {
    return cluster;
  }

  MetricFiles metrics() {
    return metrics;
  }

  /** Returns the rows of an undisturbed run in this JVM. */
  List<String> expected() {
    if (expected == null) {
      CommandLineRun run = CommandLineRun.of(evaluate(undisturbed()));
      assertThat(run.code()).as(run.err()).isZero();
      expected = SameResult.of(undisturbed().toString());
    }
    return expected;
  }

  /** Returns the folder of that run, which is made when its rows are first asked for. */
  Path undisturbed() {
    return work.resolve("local");
  }

  @Override
  public void close() {
    cluster.close();
  }
}

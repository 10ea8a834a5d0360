package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a jar as {@code spark-submit} does, in its own JVM with only Spark's jars on the class path.
 */
final class SparkSubmit {

  private static final int MINUTES = 10;

  private final Path work;
  private final SparkHome home;
  private final List<String> options;
  private final Map<String, String> environment;
  private final List<String> logging;
  private final String heap;

  private SparkSubmit(
      Path work,
      SparkHome home,
      List<String> options,
      Map<String, String> environment,
      List<String> logging,
      String heap) {
    this.logging = logging;
    this.heap = heap;
    this.work = work;
    this.home = home;
    this.options = options;
    this.environment = environment;
  }

  /**
   * @param work working directory, also for the logs
   * @param master Spark's master
   * @param settings Spark's settings by key
   * @param environment variables in addition to this JVM's own
   */
  static SparkSubmit to(
      String master,
      Path work,
      SparkHome home,
      Map<String, String> settings,
      Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.ui.enabled", "false");
    all.put("spark.driver.host", "127.0.0.1");
    all.put("spark.sql.shuffle.partitions", "2");
    List<String> options = new ArrayList<>(List.of("--master", master));
    all.forEach((key, value) -> options.addAll(List.of("--conf", key + "=" + value)));
    Path log = Path.of(System.getProperty("project.root"), "conf", "log4j2.properties");
    return new SparkSubmit(
        work, home, options, environment, List.of("-Dlog4j2.configurationFile=" + log), "1g");
  }

  /** Returns a copy without a logging configuration. */
  SparkSubmit plain() {
    return new SparkSubmit(work, home, options, environment, List.of(), heap);
  }

  /** Returns a copy whose driver, and in local mode all of Spark, has another heap than 1 GiB. */
  SparkSubmit withHeap(String other) {
    return new SparkSubmit(work, home, options, environment, logging, other);
  }

  /** The exit code and output of a run. */
  record Result(int exitCode, String out, String err) {}

  /** A running process. */
  record Running(Process process, Path out, Path err, String command) {

    /** Waits until it ends. */
    Result result() throws IOException, InterruptedException {
      return result(MINUTES);
    }

    /** Waits so long until it ends. */
    Result result(int minutes) throws IOException, InterruptedException {
      try {
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
          throw new IOException(
              "spark-submit still runs after %d minutes: %s%n%s"
                  .formatted(minutes, command, Files.readString(err)));
        }
      } finally {
        process.destroyForcibly();
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Kills it by SIGKILL: no shutdown hook runs. */
    Result kill() throws IOException, InterruptedException {
      process.destroyForcibly();
      return result();
    }
  }

  Running start(Path jar, String... arguments) throws IOException {
    return start("io.prumerge.jobs.Main", jar, arguments);
  }

  /**
   * @param main name of the class to run
   */
  Running start(String main, Path jar, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(options);
    command.addAll(List.of("--class", main, jar.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(work, "out", ".log");
    Path err = Files.createTempFile(work, "err", ".log");
    List<String> jvm = new ArrayList<>(logging);
    jvm.add("-Xmx" + heap);
    ProcessBuilder builder =
        home.java("org.apache.spark.deploy.SparkSubmit", jvm, command)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err, String.join(" ", arguments));
  }

  Result run(Path jar, String... arguments) throws IOException, InterruptedException {
    return start(jar, arguments).result();
  }
}

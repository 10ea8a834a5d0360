package io.prumerge.jobs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a jar as {@code spark-submit} does, in a JVM of its own whose class path is Spark's jars and
 * nothing else, so that neither a Spark distribution nor Python is needed.
 */
final class SparkSubmit {

  private static final int MINUTES = 10;

  private final Path work;
  private final Map<String, String> environment;

  /**
   * @param work folder to run in, and for the logs
   * @param environment variables beside this JVM's own
   */
  SparkSubmit(Path work, Map<String, String> environment) {
    this.work = work;
    this.environment = environment;
  }

  /** How a run ended. */
  record Result(int exitCode, String out, String err) {}

  Result run(Path jar, String... arguments) throws IOException, InterruptedException {
    String root = System.getProperty("project.root");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(root, "conf", "jvm.options"));
    command.add("-Dlog4j2.configurationFile=" + Path.of(root, "conf", "log4j2.properties"));
    command.addAll(List.of("-Xmx2g", "-cp"));
    command.add(Files.readString(Path.of(System.getProperty("spark.classpath"))).strip());
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--conf", "spark.driver.host=127.0.0.1"));
    command.addAll(List.of("--conf", "spark.sql.shuffle.partitions=2"));
    command.addAll(List.of("--class", "io.prumerge.jobs.Main", jar.toString()));
    command.addAll(List.of(arguments));
    File out = Files.createTempFile(work, "out", ".log").toFile();
    File err = Files.createTempFile(work, "err", ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectOutput(out).redirectError(err);
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(
            "spark-submit still runs after %d minutes: %s"
                .formatted(MINUTES, String.join(" ", arguments)));
      }
    } finally {
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
  }
}

package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Spark distribution is to Spark's own processes: a class path that holds Spark and nothing
 * of this project. Neither a download nor Python is needed.
 *
 * @param folder {@code SPARK_HOME}; its {@code jars/} is empty
 */
record SparkHome(Path folder, String classPath) {

  /** Makes one below {@code work} of the jars of the build's Spark. */
  static SparkHome in(Path work) throws IOException {
    Path folder = work.resolve("spark-home");
    Files.createDirectories(folder.resolve("jars"));
    return new SparkHome(
        folder, Files.readString(Path.of(System.getProperty("spark.classpath"))).strip());
  }

  /**
   * A main class of Spark in a JVM of its own, on the loopback address.
   *
   * @param jvm options of the JVM, beside those of {@code conf/}
   */
  ProcessBuilder java(String mainClass, List<String> jvm, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("project.root"), "conf", "jvm.options"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPath); // for the executors
    builder.environment().put("SPARK_SCALA_VERSION", System.getProperty("scala.binary.version"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }
}

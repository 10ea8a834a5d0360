package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A minimal Spark distribution: a class path with Spark and without this project. It needs neither
 * a download nor Python.
 *
 * @param folder {@code SPARK_HOME}; its {@code jars/} is empty
 */
record SparkHome(Path folder, String classPath) {

  /** Makes one below {@code work} from the build's Spark jars. */
  static SparkHome in(Path work) throws IOException {
    Path folder = work.resolve("spark-home");
    Files.createDirectories(folder.resolve("jars"));
    return new SparkHome(
        folder, Files.readString(Path.of(System.getProperty("spark.classpath"))).strip());
  }

  /**
   * Starts a main class of Spark in its own JVM, on the loopback address.
   *
   * @param jvm options of the JVM, in addition to those of {@code conf/}
   */
  ProcessBuilder java(String mainClass, List<String> jvm, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("project.root"), "conf", "jvm.options"));
    String options = System.getProperty("jvm.tests", "");
    command.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
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

package io.prumerge.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A minimal Spark distribution: a class path with Spark and without this project. It needs neither
 * a download nor Python.
 *
 * @param folder {@code SPARK_HOME}; its {@code jars/} is empty
 * @param options of its JVMs, those of executors among them, for short work
 */
record SparkHome(Path folder, String classPath, List<String> options) {

  /** Makes one below {@code work} from the build's Spark jars. */
  static SparkHome in(Path work) throws IOException, InterruptedException {
    Path folder = work.resolve("spark-home");
    Files.createDirectories(folder.resolve("jars"));
    String classPath = Files.readString(Path.of(System.getProperty("spark.classpath"))).strip();
    List<String> options =
        Stream.of(System.getProperty("jvm.tests", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();
    SparkHome slow = new SparkHome(folder, classPath, options);
    return slow.with(SharedClasses.options(slow, work));
  }

  /** Returns a copy whose JVMs have further options. */
  SparkHome with(List<String> more) {
    return new SparkHome(
        folder, classPath, Stream.concat(options.stream(), more.stream()).toList());
  }

  /**
   * Starts a main class of Spark in its own JVM, on the loopback address.
   *
   * @param jvm options of the JVM, in addition to those of {@code conf/}
   */
  ProcessBuilder java(String mainClass, List<String> jvm, List<String> arguments) {
    ProcessBuilder builder = new ProcessBuilder(command(classPath, mainClass, jvm, arguments));
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPath); // for the executors
    builder.environment().put("SPARK_SCALA_VERSION", System.getProperty("scala.binary.version"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  /**
   * Returns the command line of a program whose JVM has Spark and jars of ours.
   *
   * @param mainClass name of the program
   */
  List<String> program(String mainClass, List<String> jars, String... arguments) {
    String classes = classPath + File.pathSeparator + String.join(File.pathSeparator, jars);
    return command(classes, mainClass, List.of(), List.of(arguments));
  }

  private List<String> command(
      String classes, String mainClass, List<String> jvm, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("project.root"), "conf", "jvm.options"));
    command.addAll(options);
    command.addAll(jvm);
    command.addAll(List.of("-cp", classes, mainClass));
    command.addAll(arguments);
    return command;
  }
}

package io.prumerge.bench;

import io.prumerge.jobs.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command of {@link Main}, or another program, in a JVM of its own, with this one's options and
 * class path and with those that {@code bin/prumerge-spark} adds on a processor; without its
 * launcher.
 */
public final class CommandJvm {

  private static final List<String> QUICK =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=256m",
          "-XX:MetaspaceSize=256m",
          "-XX:+UseSerialGC",
          "-Xmn320m");

  private CommandJvm() {}

  /**
   * Runs a command to its end.
   *
   * @param log gets what it says
   * @param options more of the JVM
   * @throws IOException with what it said if it did not succeed
   */
  public static void run(Path log, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    run(Main.class, arguments.get(0), log, options, arguments);
  }

  /**
   * Runs another program to its end.
   *
   * @param name of what it does, for the message
   * @param log gets what it says
   * @param arguments of its {@code main}
   * @throws IOException with what it said if it did not succeed
   */
  static void run(Class<?> program, String name, Path log, List<String> arguments)
      throws IOException, InterruptedException {
    run(program, name, log, List.of(), arguments);
  }

  /**
   * Does the same.
   *
   * @param options more of the JVM
   */
  static void run(
      Class<?> program, String name, Path log, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(QUICK);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException(
          "Cannot run %s in a JVM of its own: it ended with %d: %s"
              .formatted(name, code, Files.readString(log).strip()));
    }
  }
}

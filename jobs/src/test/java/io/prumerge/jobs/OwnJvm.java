package io.prumerge.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A main class of this build in a JVM of its own, whose heap can be small and which can die. */
public final class OwnJvm {

  private OwnJvm() {}

  /**
   * Starts it.
   *
   * @param heap the most that it may have, such as {@code 1g}
   * @param log gets all that it prints
   */
  public static Process start(String heap, Path log, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getProperty("jvm.options"));
    Collections.addAll(command, System.getProperty("jvm.tests").split(" "));
    command.add("-Xmx" + heap);
    command.add("-Dproject.root=" + System.getProperty("project.root"));
    command.add("-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Collections.addAll(command, arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}

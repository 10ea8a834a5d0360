package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Python interpreter: {@code $PYTHON}, otherwise {@code python3} from the path.
 *
 * @param work folder for its logs
 * @param environment variables in addition to this JVM's own
 */
record Python(Path work, Map<String, String> environment) {

  private static final String COMMAND = System.getenv().getOrDefault("PYTHON", "python3");

  private static final int MINUTES = 10;

  /** The exit code and output of a module. */
  record Result(int exitCode, String printed) {}

  /**
   * Returns why the packages of a requirements file are unavailable; empty if they are available.
   */
  Optional<String> lacks(Path requirements) throws InterruptedException {
    try {
      // Installs nothing: pip must not search an index.
      Result satisfied =
          module("pip", "install", "-q", "--no-index", "--dry-run", "-r", requirements.toString());
      return satisfied.exitCode() == 0
          ? Optional.empty()
          : Optional.of(COMMAND + ": " + satisfied.printed().lines().findFirst().orElse("failed"));
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Starts {@code python -m}, with its output in a file. The caller ends it. */
  Process start(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(COMMAND, "-m"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("SPARK_SUBMIT_OPTS", System.getProperty("jvm.tests", ""));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs {@code python -m}. */
  Result module(String... arguments) throws IOException, InterruptedException {
    Path log = Files.createTempFile(work, "python", ".log");
    Process process = start(log, arguments);
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(
            "%s still runs after %d minutes: %s"
                .formatted(String.join(" ", arguments), MINUTES, Files.readString(log)));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(log).strip());
  }
}

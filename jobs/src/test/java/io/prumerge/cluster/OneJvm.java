package io.prumerge.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM with the CPU jar, in which one command after another runs, so that not each loads Spark and
 * libtorch again.
 */
final class OneJvm implements AutoCloseable {

  private final Process process;
  private final Path work;

  private OneJvm(Process process, Path work) {
    this.process = process;
    this.work = work;
  }

  /**
   * @param work folder for what it writes
   * @param folder where commands run
   * @param environment variables in addition to this JVM's own
   */
  static OneJvm start(SparkHome home, Path work, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path server = AppJar.of(work.resolve("server.jar"), CommandServer.class);
    Path logging = Path.of(System.getProperty("project.root"), "conf", "log4j2.properties");
    List<String> command =
        home.with(List.of("-Dlog4j2.configurationFile=" + logging, "-Xmx2g"))
            .program(
                CommandServer.class.getName(),
                List.of(System.getProperty("cpu.jar"), server.toString()),
                work.toString());
    Path log = work.resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    Waiting.until(
        "commands are taken", () -> Files.exists(CommandServer.port(work)) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("The JVM of the commands has ended: " + Files.readString(log));
    }
    return new OneJvm(process, work);
  }

  /** Runs a command. */
  SparkSubmit.Result run(String... arguments) throws IOException {
    String words =
        Stream.concat(Stream.of(Integer.toString(arguments.length)), Stream.of(arguments))
            .collect(Collectors.joining("\0", "", "\0"));
    int port = Integer.parseInt(Files.readString(CommandServer.port(work)).strip());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
      return new SparkSubmit.Result(
          Integer.parseInt(answer.readLine()),
          Files.readString(CommandServer.out(work)),
          Files.readString(CommandServer.err(work)));
    }
  }

  /** Returns a program for bash that has its arguments run here. */
  String program() {
    return """
    #!/bin/bash
    exec 3<>"/dev/tcp/127.0.0.1/$(cat '%s')" || exit
    printf '%%s\\0' "$#" "$@" >&3
    read -r code <&3 || exit
    cat '%s'
    cat '%s' >&2
    exit "$code"
    """
        .formatted(CommandServer.port(work), CommandServer.out(work), CommandServer.err(work));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster: master, workers and executors are JVMs of their own. Every worker
 * finds GPUs by the discovery script of {@code conf/} and a fake {@code nvidia-smi}. No two workers
 * share a GPU address or a host address.
 */
final class StandaloneCluster implements AutoCloseable {

  /** Number of GPUs per worker. */
  static final int GPUS = 2;

  private static final int CORES = 2;
  private static final List<String> HEAP = List.of("-Xmx256m");
  private static final List<String> ANY_PORT = List.of("--port", "0", "--webui-port", "0");
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final String REGISTERED = "Registering worker";

  private final Path work;
  private final SparkHome home;
  private final List<Process> workers = new ArrayList<>();
  private Process master;
  private String url;

  private StandaloneCluster(Path work, SparkHome home) {
    this.work = work;
    this.home = home;
  }

  /** Starts a cluster and waits until all workers are registered. */
  static StandaloneCluster start(Path work, SparkHome home, int workers)
      throws IOException, InterruptedException {
    StandaloneCluster cluster = new StandaloneCluster(work, home);
    try {
      cluster.startMaster();
      for (int i = 0; i < workers; i++) {
        cluster.startWorker(i);
      }
      Waiting.until(
          "the workers registered", () -> cluster.masterLog().split(REGISTERED).length > workers);
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void startMaster() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--host", "127.0.0.1"));
    arguments.addAll(ANY_PORT);
    master =
        home.java("org.apache.spark.deploy.master.Master", HEAP, arguments)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("master.log").toFile())
            .start();
    Waiting.until("the master answers", () -> MASTER.matcher(masterLog()).find());
    Matcher found = MASTER.matcher(masterLog());
    if (found.find()) {
      url = found.group(1);
    }
  }

  private void startWorker(int number) throws IOException {
    Path folder = Files.createDirectories(work.resolve("worker-" + number));
    // Not conf/gpu-discovery.sh: its ordinals begin with 0 on every host, but tests must
    // distinguish workers.
    Path script =
        Files.writeString(
            Files.createFile(
                folder.resolve("discover"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))),
            addresses(number).stream()
                .collect(
                    Collectors.joining(
                        "\", \"",
                        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"",
                        "\"]}'\n")));
    Path settings =
        Files.writeString(
            folder.resolve("worker.conf"),
            """
            spark.worker.resource.gpu.amount %d
            spark.worker.resource.gpu.discoveryScript %s
            """
                .formatted(GPUS, script));
    List<String> arguments = new ArrayList<>(List.of("--host", host(number)));
    arguments.addAll(ANY_PORT);
    arguments.addAll(List.of("--cores", Integer.toString(CORES), "--memory", "2g"));
    arguments.addAll(List.of("--work-dir", folder.resolve("apps").toString()));
    arguments.addAll(List.of("--properties-file", settings.toString(), url));
    ProcessBuilder worker =
        home.java("org.apache.spark.deploy.worker.Worker", HEAP, arguments)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("worker.log").toFile());
    worker.environment().put("SPARK_LOCAL_IP", host(number));
    worker.environment().put("OMP_WAIT_POLICY", "PASSIVE"); // the executors inherit both
    workers.add(worker.start());
  }

  /** Returns the GPU addresses of a worker; they are unique to it. */
  static List<String> addresses(int worker) {
    return Stream.iterate(worker * GPUS, address -> address + 1)
        .limit(GPUS)
        .map(String::valueOf)
        .toList();
  }

  /** Returns a loopback address per worker, since Spark excludes nodes by host. */
  private static String host(int worker) {
    return "127.0.0." + (2 + worker);
  }

  private String masterLog() throws IOException {
    return Files.readString(work.resolve("master.log"));
  }

  String url() {
    return url;
  }

  /** Returns the running executors of all applications. */
  List<ProcessHandle> executors() {
    return workers.stream().flatMap(worker -> worker.toHandle().children()).toList();
  }

  /** Returns the number of executors ever started, by their folders. */
  int executorsStarted() throws IOException {
    int started = 0;
    for (int i = 0; i < workers.size(); i++) {
      Path apps = work.resolve("worker-" + i).resolve("apps");
      if (Files.exists(apps)) {
        try (Stream<Path> folders = Files.find(apps, 2, (path, is) -> is.isDirectory())) {
          started +=
              (int) folders.filter(path -> path.getParent().getParent().equals(apps)).count();
        }
      }
    }
    return started;
  }

  /** Stops every process of the cluster, executors first. */
  @Override
  public void close() {
    List<ProcessHandle> executors = executors();
    executors.forEach(ProcessHandle::destroyForcibly);
    for (Process process : Stream.concat(workers.stream(), Stream.ofNullable(master)).toList()) {
      process.destroyForcibly().onExit().join();
    }
    executors.forEach(executor -> executor.onExit().join());
  }
}

package io.prumerge.bench;

import ai.djl.engine.Engine;
import io.prumerge.model.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The machine and the versions that figures belong to. */
final class Host {

  private static final long GIBI = 1L << 30;

  private Host() {}

  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", processor());
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memoryKilobytes("MemTotal", Path.of("/proc/meminfo")) * 1024 / GIBI + " GB");
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "load before", String.valueOf(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    facts.put("java", System.getProperty("java.version"));
    Engine engine = TorchRuntime.engine();
    facts.put("djl", Engine.getDjlVersion());
    facts.put("libtorch", engine.getVersion());
    facts.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    return facts;
  }

  /** Resident memory of this process in MB. */
  static double residentMegabytes() throws IOException {
    return memoryKilobytes("VmRSS", Path.of("/proc/self/status")) / 1024.0;
  }

  private static String processor() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static long memoryKilobytes(String name, Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("No " + name + " in " + file));
  }
}

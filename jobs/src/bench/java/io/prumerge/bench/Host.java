package io.prumerge.bench;

import ai.djl.engine.Engine;
import com.sun.management.OperatingSystemMXBean;
import io.prumerge.host.Processor;
import io.prumerge.torch.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The machine and the versions that figures belong to. */
final class Host {

  private static final long GIBI = 1L << 30;

  private Host() {}

  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    Processor processor = Processor.ofHost();
    facts.put(
        "processor",
        processor.model().orElseGet(() -> System.getProperty("os.arch"))
            + (processor.multipliesBf16() ? ", with" : ", without")
            + " units for bf16");
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    facts.put("load before", String.format(Locale.ROOT, "%.1f", load));
    facts.put("java", System.getProperty("java.version"));
    Engine engine = TorchRuntime.engine();
    facts.put("djl", Engine.getDjlVersion());
    facts.put("libtorch", System.getProperty("bench.libtorch", engine.getVersion()));
    return facts;
  }

  /**
   * Resident memory of this process in MB.
   *
   * @throws IOException where the system is not Linux
   */
  static double residentMegabytes() throws IOException {
    return megabytes("VmRSS:");
  }

  /**
   * The most resident memory of this process in MB since {@link #forgetPeak}.
   *
   * @throws IOException where the system is not Linux
   */
  static double peakMegabytes() throws IOException {
    return megabytes("VmHWM:");
  }

  /**
   * Makes the peak of this process's resident memory what is resident now.
   *
   * @throws IOException where the system is not Linux
   */
  static void forgetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static double megabytes(String line) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(one -> one.startsWith(line))
            .mapToLong(one -> Long.parseLong(one.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow()
        / 1024.0;
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean known
        ? known.getTotalMemorySize() / GIBI + " GB"
        : "unknown";
  }
}

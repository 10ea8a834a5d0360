package io.prumerge.model;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many bytes a device has to give. */
final class FreeMemory {

  private static final Logger LOG = LoggerFactory.getLogger(FreeMemory.class);
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private FreeMemory() {}

  /**
   * Free bytes of a GPU; of the host, bytes that could be had without swapping. Within a container,
   * no more than its limit leaves.
   */
  static long of(Device device) {
    if (device.isGpu()) {
      MemoryUsage usage = CudaUtils.getGpuMemory(device);
      return usage.getMax() - usage.getUsed();
    }
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // The bean knows the container's limit but takes the page cache for used.
    long contained = system.getTotalMemorySize();
    return Math.min(contained, available(system.getFreeMemorySize()));
  }

  private static long available(long otherwise) {
    try {
      List<String> lines = Files.exists(MEMORY_INFO) ? Files.readAllLines(MEMORY_INFO) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      LOG.debug("Cannot read {}", MEMORY_INFO, e);
      return otherwise;
    }
  }
}

package io.prumerge.host;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many bytes a device has to give. */
public final class FreeMemory {

  private static final Logger LOG = LoggerFactory.getLogger(FreeMemory.class);
  private static final Path MEMORY_INFO = Path.of("proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private FreeMemory() {}

  /**
   * Returns the free bytes of a GPU; of the host, bytes that could be had without swapping. Within
   * a container, no more than its limit leaves.
   *
   * @throws DeviceException if the GPU's driver does not say
   */
  public static long of(Device device) {
    if (device.isGpu()) {
      return Gpus.ofHost()
          .freeBytes(device.getDeviceId())
          .orElseThrow(
              () ->
                  new DeviceException(
                      "Cannot use "
                          + device
                          + ": its driver does not tell its free memory. Check nvidia-smi on this"
                          + " host"));
    }
    return ofHost(Path.of("/"));
  }

  /**
   * Returns the host's.
   *
   * @param root of the file system
   */
  static long ofHost(Path root) {
    long available = available(root.resolve(MEMORY_INFO));
    return Math.min(available, ContainerMemory.left(root).orElse(Long.MAX_VALUE));
  }

  private static long available(Path file) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseGet(FreeMemory::free);
    } catch (IOException e) {
      LOG.debug("Cannot read {}", file, e);
      return free();
    }
  }

  // Takes the page cache for used: for systems that say nothing better.
  private static long free() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getFreeMemorySize();
  }
}

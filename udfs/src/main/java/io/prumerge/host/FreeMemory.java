package io.prumerge.host;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
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

  /**
   * What the control groups of this process leave it of their memory: each group's limit less what
   * its processes use, where files that were not touched lately do not count as used, since the
   * kernel gives those up first. Groups are nested, and the one that leaves least decides.
   */
  static final class ContainerMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerMemory.class);

    /** File names of a version of control groups, and the counter of files not touched lately. */
    private record Version(String limit, String usage, String inactive) {}

    private static final Version V1 =
        new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    private static final Version V2 = new Version("memory.max", "memory.current", "inactive_file");
    private static final Path GROUPS = Path.of("proc/self/cgroup");
    private static final Path MOUNT = Path.of("sys/fs/cgroup");

    private ContainerMemory() {}

    /**
     * Returns the bytes that are left; empty where no group has a limit.
     *
     * @param root of the file system: {@code /}
     */
    static OptionalLong left(Path root) {
      try {
        Path groups = root.resolve(GROUPS);
        List<String> lines = Files.isReadable(groups) ? Files.readAllLines(groups) : List.of();
        return lines.stream()
            .flatMap(line -> left(root.resolve(MOUNT), line.split(":", 3)))
            .mapToLong(Long::longValue)
            .min();
      } catch (IOException e) {
        LOG.debug("Cannot read the control groups of this process", e);
        return OptionalLong.empty();
      }
    }

    // "4:memory:/docker/ab" in version 1, "0::/ab" in version 2. Within a container the path may be
    // the host's, or lead out of what is mounted: its group is then the one at the top.
    private static Stream<Long> left(Path mount, String[] line) {
      if (line.length < 3) {
        return Stream.empty();
      }
      boolean second = line[1].isEmpty();
      if (!second && !List.of(line[1].split(",")).contains("memory")) {
        return Stream.empty();
      }
      Path top = second ? mount : mount.resolve("memory");
      Path group = top.resolve(line[2].substring(1)).normalize();
      return Stream.iterate(group.startsWith(top) ? group : top, Path::getParent)
          .takeWhile(each -> each.startsWith(top))
          .flatMap(each -> left(each, second ? V2 : V1).stream());
    }

    private static Optional<Long> left(Path group, Version version) {
      try {
        String limit = Files.readString(group.resolve(version.limit())).strip();
        if (limit.equals("max")) {
          return Optional.empty();
        }
        long usage = Long.parseLong(Files.readString(group.resolve(version.usage())).strip());
        long inactive =
            Files.readAllLines(group.resolve("memory.stat")).stream()
                .filter(line -> line.startsWith(version.inactive() + " "))
                .mapToLong(line -> Long.parseLong(line.substring(version.inactive().length() + 1)))
                .findFirst()
                .orElse(0);
        return Optional.of(Long.parseLong(limit) - Math.max(0, usage - inactive));
      } catch (IOException e) { // no such group, or none that counts memory
        LOG.debug("Cannot read the memory of {}", group, e);
        return Optional.empty();
      }
    }
  }
}

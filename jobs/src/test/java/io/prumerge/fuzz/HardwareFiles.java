package io.prumerge.fuzz;

import io.prumerge.estimate.HardwareTable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of {@code estimate --hardware-file}: YAML. */
final class HardwareFiles {

  private static final Target.Heap HEAP = new Target.Heap(4 << 20, 600);

  private HardwareFiles() {}

  static List<Target> targets() {
    Path file = Workplace.folder().resolve("hardware.yaml");
    HardwareTable bundled = HardwareTable.bundled();
    String small =
        """
        # A card of one's own.
        mine:
          bandwidth_gb_per_s: 900
          tera_per_s: {fp16: 112.5, int8: 62}
          memory_gb: 32
          source: "https://example.org/"
        """;
    return List.of(
        new Target(
            "hardware.yaml",
            List.of(
                small.getBytes(StandardCharsets.UTF_8),
                Workplace.bytes(Workplace.repository().resolve("conf/hardware.yaml"))),
            bytes -> {
              Files.write(file, bytes);
              bundled.with(file);
            },
            List.of(IllegalArgumentException.class, UncheckedIOException.class),
            HEAP));
  }
}

package io.prumerge.fuzz;

import io.prumerge.settings.sweep.SweepReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of {@code sweep}: YAML. */
final class SweepFiles {

  /** A short line can expand to a thousand methods. */
  private static final Target.Heap HEAP = new Target.Heap(16 << 20, 600);

  private SweepFiles() {}

  static List<Target> targets() {
    Path file = Workplace.folder().resolve("sweep.yaml");
    String small =
        """
        models: [m, {path: ../n, sha256: %s}]
        examples: [e]
        methods:
          - none
          - {method: [prumerge, prumerge+], k: [8, 32], ratio: [0.25, 5.0e-1]}
          - {method: random, tokens: ["@prumerge", 9], seed: [0, 1]}
        device: cpu
        limit: 3
        max_error_rate: 0.5
        """
            .formatted("0f".repeat(32));
    List<byte[]> seeds = new ArrayList<>(List.of(small.getBytes(StandardCharsets.UTF_8)));
    Workplace.files(Workplace.repository().resolve("conf/sweeps")).stream()
        .filter(path -> !path.endsWith("finetune.yaml")) // of the command finetune
        .map(Workplace::bytes)
        .forEach(seeds::add);
    return List.of(
        new Target(
            "sweep.yaml",
            seeds,
            bytes -> {
              Files.write(file, bytes);
              SweepReading.read(file);
            },
            List.of(SweepReading.REFUSAL),
            HEAP));
  }
}

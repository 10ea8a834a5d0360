package io.prumerge.fuzz;

import io.prumerge.run.RunReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A run's own files, which other processes and people may have changed. */
final class RunFiles {

  private static final Target.Heap HEAP = new Target.Heap(16 << 20, 200);

  private RunFiles() {}

  static List<Target> targets() {
    try {
      return List.of(manifest(), marker(), lease());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Target manifest() throws IOException {
    Path run = Workplace.folder();
    return new Target(
        "manifest.json",
        RunReading.manifests(Workplace.folder()),
        bytes -> {
          Files.write(run.resolve("manifest.json"), bytes);
          RunReading.manifest(run);
        },
        List.of(RunReading.REFUSAL),
        HEAP);
  }

  private static Target marker() throws IOException {
    Path run = Workplace.folder();
    Path file = RunReading.marker(run);
    return new Target(
        file.getFileName().toString(),
        List.of(Workplace.bytes(file)),
        Workplace.replacing(file, bytes -> RunReading.markers(run)),
        List.of(RunReading.REFUSAL),
        HEAP);
  }

  /** Only a fresh lease may stop a run, whatever its content. */
  private static Target lease() throws IOException {
    Path run = Workplace.folder();
    Path other = run.resolve("_lease/other.json");
    return new Target(
        "lease",
        List.of(RunReading.lease(Workplace.folder())),
        bytes -> RunReading.take(run, other, bytes),
        List.of(),
        HEAP);
  }
}

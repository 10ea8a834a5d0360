package io.prumerge.jobs;

import io.prumerge.console.UsageException;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that adds hardware to that which the program knows. */
final class HardwareFileFlag {

  @Option(
      names = "--hardware-file",
      paramLabel = "FILE",
      description = "More hardware, in the form of conf/hardware.yaml; its entries override.")
  private Path file;

  /** Returns whether there is a file. */
  boolean isGiven() {
    return file != null;
  }

  /** Returns all hardware that can be named. */
  HardwareTable known() {
    HardwareTable bundled = HardwareTable.bundled();
    if (file == null) {
      return bundled;
    }
    try {
      return bundled.with(file);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new UsageException("--hardware-file: " + e.getMessage(), e);
    }
  }

  /** Returns hardware by name. */
  List<Hardware> named(List<String> names) {
    HardwareTable known = known();
    try {
      return names.stream().map(known::named).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--hardware: " + e.getMessage(), e);
    }
  }
}

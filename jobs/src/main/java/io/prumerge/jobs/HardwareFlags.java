package io.prumerge.jobs;

import io.prumerge.console.UsageException;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The hardware that {@code estimate} computes times for. */
final class HardwareFlags {

  @Option(
      names = "--hardware",
      split = ",",
      defaultValue = "a100-80gb-sxm",
      paramLabel = "NAME",
      description =
          "Hardware in conf/hardware.yaml; default ${DEFAULT-VALUE}. An unknown name lists all.")
  private List<String> hardware;

  @Option(
      names = "--hardware-file",
      paramLabel = "FILE",
      description = "More hardware, in the form of conf/hardware.yaml; its entries override.")
  private Path hardwareFile;

  /** Returns all hardware that can be named. */
  HardwareTable known() {
    HardwareTable bundled = HardwareTable.bundled();
    if (hardwareFile == null) {
      return bundled;
    }
    try {
      return bundled.with(hardwareFile);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new UsageException("--hardware-file: " + e.getMessage(), e);
    }
  }

  List<Hardware> asked(HardwareTable known) {
    return OptionText.readAll("--hardware", hardware, known::named);
  }
}

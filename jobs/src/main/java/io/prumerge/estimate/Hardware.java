package io.prumerge.estimate;

import io.prumerge.lang.Text;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One device.
 *
 * @param name as in {@code conf/hardware.yaml}
 * @param bytesPerSecond memory bandwidth
 * @param peaks dense operations per second, by number format
 * @param memoryBytes capacity
 * @param onChipBytes on-chip buffer, which LLM-Viewer's flash attention needs
 * @param source origin of the figures
 * @param remark a note about the figures; empty if none
 */
public record Hardware(
    String name,
    double bytesPerSecond,
    Map<Format, Double> peaks,
    OptionalLong memoryBytes,
    OptionalLong onChipBytes,
    String source,
    String remark) {

  public Hardware {
    if (!(bytesPerSecond > 0) || Double.isInfinite(bytesPerSecond)) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use hardware '%s': its bandwidth must be positive but is %s bytes/s",
              name, bytesPerSecond));
    }
    peaks.forEach(
        (format, peak) -> {
          if (!(peak > 0) || peak.isInfinite()) {
            throw new IllegalArgumentException(
                Text.format(
                    "Cannot use hardware '%s': its rate for %s must be positive but is %s/s",
                    name, format.displayName(), peak));
          }
        });
    peaks = Map.copyOf(peaks);
  }

  /**
   * Returns the format in which work in {@code format} runs: a wider one if there is no unit for
   * it.
   */
  Format runsAs(Format format) {
    Optional<Format> unit = Optional.of(format);
    while (unit.isPresent() && !peaks.containsKey(unit.get())) {
      unit = unit.get().fallback();
    }
    return unit.orElseThrow(
        () ->
            new IllegalArgumentException(
                Text.format(
                    "Hardware '%s' states no rate for %s nor for anything wider; it has %s",
                    name,
                    format.displayName(),
                    peaks.keySet().stream().sorted().map(Format::displayName).toList())));
  }

  /** Returns the roofline of work in this format. */
  Roofline roofline(Format format) {
    return new Roofline(peaks.get(runsAs(format)), bytesPerSecond);
  }

  /**
   * The roofline model of hardware: an operator takes as long as its arithmetic at the peak rate or
   * its traffic at full bandwidth, whichever is longer. The model has no launch overhead, no
   * efficiency factor and no overlap between operators.
   *
   * @param operationsPerSecond peak rate
   * @param bytesPerSecond memory bandwidth
   */
  record Roofline(double operationsPerSecond, double bytesPerSecond) {

    /** Returns the longer of arithmetic and traffic. */
    double seconds(long operations, long bytes) {
      return Math.max(operations / operationsPerSecond, bytes / bytesPerSecond);
    }

    /** Returns whether the traffic takes longer than the arithmetic. */
    boolean memoryBound(long operations, long bytes) {
      return operations / operationsPerSecond < bytes / bytesPerSecond;
    }
  }
}

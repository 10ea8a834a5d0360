package io.prumerge.cost;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One device.
 *
 * @param name as in {@code conf/hardware.yaml}
 * @param bytesPerSecond memory bandwidth
 * @param peaks dense operations per second, by number format
 * @param memoryBytes capacity
 * @param onChipBytes the buffer that LLM-Viewer's flash attention reckons with
 * @param source where the figures come from
 * @param remark what to know about them; empty if nothing
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
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(source, "source is null");
    Objects.requireNonNull(remark, "remark is null");
    if (!(bytesPerSecond > 0) || Double.isInfinite(bytesPerSecond)) {
      throw new IllegalArgumentException(
          "Cannot use hardware '%s': its bandwidth must be positive but is %s bytes/s"
              .formatted(name, bytesPerSecond));
    }
    peaks.forEach(
        (format, peak) -> {
          if (!(peak > 0) || peak.isInfinite()) {
            throw new IllegalArgumentException(
                "Cannot use hardware '%s': its rate for %s must be positive but is %s/s"
                    .formatted(name, format.english(), peak));
          }
        });
    peaks = Map.copyOf(peaks);
  }

  /** The format that work in this one really runs in, wider where there is no unit for it. */
  public Format runsAs(Format format) {
    Optional<Format> unit = Optional.of(format);
    while (unit.isPresent() && !peaks.containsKey(unit.get())) {
      unit = unit.get().fallback();
    }
    return unit.orElseThrow(
        () ->
            new IllegalArgumentException(
                "Hardware '%s' states no rate for %s nor for anything wider; it has %s"
                    .formatted(
                        name,
                        format.english(),
                        peaks.keySet().stream().sorted().map(Format::english).toList())));
  }

  /** The roofline of work in this format. */
  public Roofline roofline(Format format) {
    return new Roofline(peaks.get(runsAs(format)), bytesPerSecond);
  }
}

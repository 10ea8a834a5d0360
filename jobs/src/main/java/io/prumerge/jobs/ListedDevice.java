package io.prumerge.jobs;

import io.prumerge.console.TextColumns;
import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.reduction.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Hardware, in the units of {@code conf/hardware.yaml}.
 *
 * @param memoryGb null if it is not stated
 */
record ListedDevice(
    String name,
    Double memoryGb,
    double bandwidthGbPerS,
    Map<String, Double> teraPerS,
    String source,
    String remark) {

  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  static final TextColumns<ListedDevice> COLUMNS =
      new TextColumns<ListedDevice>()
          .with("name", ListedDevice::name)
          .with("GB", device -> device.memoryGb == null ? "-" : Parameters.plain(device.memoryGb))
          .with("GB/s", device -> Parameters.plain(device.bandwidthGbPerS))
          .with("1e12/s", device -> Listing.joined(device.rates()))
          .with("source", ListedDevice::source)
          .with("remark", device -> Listing.or(device.remark));

  static ListedDevice of(Hardware hardware) {
    OptionalLong memory = hardware.memoryBytes();
    Map<String, Double> rates = new LinkedHashMap<>();
    for (Format format : Format.values()) {
      if (hardware.peaks().containsKey(format)) {
        rates.put(format.displayName(), hardware.peaks().get(format) / TERA);
      }
    }
    return new ListedDevice(
        hardware.name(),
        memory.isPresent() ? memory.getAsLong() / GIGA : null,
        hardware.bytesPerSecond() / GIGA,
        rates,
        hardware.source(),
        hardware.remark());
  }

  private List<String> rates() {
    return teraPerS.entrySet().stream()
        .map(rate -> rate.getKey() + " " + Parameters.plain(rate.getValue()))
        .toList();
  }
}

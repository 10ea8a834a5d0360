package io.prumerge.cost;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** Hardware by name, from files in the form of {@code conf/hardware.yaml}. */
public final class HardwareTable {

  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  /** An entry as it is written. */
  private record Entry(
      double bandwidthGbPerS,
      Map<String, Double> teraPerS,
      Double memoryGb,
      Long onChipBytes,
      String source,
      String remark) {

    Hardware hardware(String name) {
      if (teraPerS == null
          || teraPerS.isEmpty()
          || teraPerS.containsValue(null)
          || source == null) {
        throw new IllegalArgumentException(
            "Cannot use hardware '%s': it needs bandwidth_gb_per_s, tera_per_s and source"
                .formatted(name));
      }
      Map<Format, Double> peaks = new EnumMap<>(Format.class);
      teraPerS.forEach((format, tera) -> peaks.put(Format.named(format), tera * TERA));
      return new Hardware(
          name,
          bandwidthGbPerS * GIGA,
          peaks,
          memoryGb == null ? OptionalLong.empty() : OptionalLong.of(Math.round(memoryGb * GIGA)),
          onChipBytes == null ? OptionalLong.empty() : OptionalLong.of(onChipBytes),
          source,
          Objects.requireNonNullElse(remark, ""));
    }
  }

  /** In the names of other tools' entries. */
  private static final String FOREIGN = "/";

  private static final TypeReference<LinkedHashMap<String, Entry>> FORM = new TypeReference<>() {};

  private final Map<String, Hardware> entries;

  private HardwareTable(Map<String, Entry> written) {
    entries = new LinkedHashMap<>();
    written.forEach(
        (name, entry) -> {
          if (entry == null) {
            throw new IllegalArgumentException(
                "Cannot use hardware '%s': nothing stands under it".formatted(name));
          }
          entries.put(name, entry.hardware(name));
        });
  }

  /** {@code conf/hardware.yaml} as it was when the jar was built. */
  public static HardwareTable bundled() {
    return new HardwareTable(YamlFile.bundled("hardware.yaml", FORM));
  }

  /** The entries of a file laid over these. */
  public HardwareTable with(Path file) {
    try {
      HardwareTable more = parse(Files.readString(file), "hardware file " + file);
      HardwareTable both = new HardwareTable(Map.of());
      both.entries.putAll(entries);
      both.entries.putAll(more.entries);
      return both;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read hardware file " + file + ": " + e, e);
    }
  }

  static HardwareTable parse(String yaml, String name) {
    return new HardwareTable(YamlFile.parse(yaml, FORM, name));
  }

  /** Every name, in the order of the file. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * All but the entries that another tool has for devices which are there under their own names.
   */
  public List<Hardware> devices() {
    return entries.values().stream().filter(entry -> !entry.name().contains(FOREIGN)).toList();
  }

  /** The hardware of this name. */
  public Hardware named(String name) {
    Hardware hardware = entries.get(name);
    if (hardware == null) {
      throw new IllegalArgumentException(
          "Unknown hardware '%s'; known: %s".formatted(name, String.join(", ", names())));
    }
    return hardware;
  }
}

package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
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

  /** An entry as it is in the file. */
  private record Entry(
      double bandwidthGbPerS,
      Map<String, Double> teraPerS,
      Double memoryGb,
      Long onChipBytes,
      String source,
      String remark) {

    Hardware hardware(String name) {
      if (teraPerS == null || teraPerS.isEmpty() || source == null) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot use hardware '%s': it needs bandwidth_gb_per_s, tera_per_s and source",
                name));
      }
      Map<Format, Double> peaks = new EnumMap<>(Format.class);
      teraPerS.forEach((format, tera) -> peaks.put(Format.named(format), tera * TERA));
      return new Hardware(
          name,
          bandwidthGbPerS * GIGA,
          peaks,
          memoryGb == null ? OptionalLong.empty() : OptionalLong.of(Math.round(memoryGb * GIGA)),
          Optionals.ofNullable(onChipBytes),
          source,
          Objects.requireNonNullElse(remark, ""));
    }
  }

  /** Part of the names of other tools' entries. */
  private static final String FOREIGN = "/";

  private static final TypeReference<LinkedHashMap<String, Entry>> FORM = new TypeReference<>() {};

  private final Map<String, Hardware> entries;

  private HardwareTable(Map<String, Entry> written) {
    entries = new LinkedHashMap<>();
    written.forEach((name, entry) -> entries.put(name, entry.hardware(name)));
  }

  /** Returns {@code conf/hardware.yaml} at the time of the build. */
  public static HardwareTable bundled() {
    return parse(Templates.resource(HardwareTable.class, "hardware.yaml"), "hardware.yaml");
  }

  /**
   * Returns this table with the entries of a file added; a file's entry replaces one of the same
   * name.
   */
  public HardwareTable with(Path file) {
    try {
      HardwareTable more = parse(Files.readString(file), "hardware file " + file);
      HardwareTable both = new HardwareTable(Map.of());
      both.entries.putAll(entries);
      both.entries.putAll(more.entries);
      return both;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read hardware file " + file + ": " + CauseText.of(e), e);
    }
  }

  static HardwareTable parse(String yaml, String name) {
    return new HardwareTable(Yaml.parse(yaml, FORM, name));
  }

  /** Returns every name, in the order of the file. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Returns all entries except those that repeat a device with another tool's figures. */
  public List<Hardware> devices() {
    return entries.values().stream().filter(entry -> !entry.name().contains(FOREIGN)).toList();
  }

  /** Returns the hardware of this name. */
  public Hardware named(String name) {
    Hardware hardware = entries.get(name);
    if (hardware == null) {
      throw new IllegalArgumentException(Unknown.message("hardware", name, names()));
    }
    return hardware;
  }
}

package io.prumerge.benchmark;

import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import java.util.List;
import java.util.Optional;

/**
 * A benchmark's data set on Hugging Face's hub.
 *
 * @param names what it is called there, the usual name first
 * @param files options of {@code hf download} that choose the files of the default split
 */
public record HubData(List<HubName> names, String files) {

  // Renamed in 2026. A cache has a data set under the name that it was asked for by.
  private static final List<String> OWNERS = List.of("lmms-lab", "lmms-lab-encoder");

  public HubData {
    names = List.copyOf(names);
  }

  /**
   * Returns a data set.
   *
   * @param names as {@code hf:ORG/NAME}
   * @param config folder of its files, if it has several
   */
  public static HubData of(List<String> names, Optional<String> config, String split) {
    return new HubData(
        names.stream().flatMap(name -> HubName.read(HubKind.DATASET, name).stream()).toList(),
        "--include '" + config.map(folder -> "*" + folder + "/").orElse("*") + split + "-*'");
  }

  /**
   * Returns one of lmms-eval's data sets.
   *
   * @param pattern of the default split's files; empty if there are no others
   */
  public static HubData ofLmmsLab(String name, String pattern) {
    return new HubData(
        OWNERS.stream()
            .map(owner -> new HubName(HubKind.DATASET, owner + "/" + name, Optional.empty()))
            .toList(),
        pattern.isEmpty() ? "" : "--include '" + pattern + "'");
  }
}

package io.prumerge.benchmark;

import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A benchmark's data set on Hugging Face's hub.
 *
 * @param names what it is called there, the usual name first
 * @param files options of {@code hf download} that choose the files of the default split
 */
public record HubData(List<HubName> names, String files) {

  private static final String LMMS_LAB = "lmms-lab";

  // Renamed in 2026. A cache has a data set under the name that it was asked for by.
  private static final String RENAMED = "lmms-lab-encoder";

  public HubData {
    names = List.copyOf(names);
  }

  /**
   * Returns a data set.
   *
   * @param data as {@code hf:ORG/NAME}
   * @param config folder of its files, if it has several
   */
  public static HubData of(List<String> data, Optional<String> config, String split) {
    return new HubData(
        data.stream()
            .flatMap(one -> HubName.read(HubKind.DATASET, one).stream())
            .flatMap(HubData::everyName)
            .toList(),
        including(config.map(folder -> "*" + folder + "/").orElse("*") + split + "-*"));
  }

  /**
   * Returns one of lmms-eval's data sets.
   *
   * @param pattern of the default split's files; empty if there are no others
   */
  public static HubData ofLmmsLab(String name, String pattern) {
    HubName usual = new HubName(HubKind.DATASET, LMMS_LAB + "/" + name, Optional.empty());
    return new HubData(everyName(usual).toList(), pattern.isEmpty() ? "" : including(pattern));
  }

  private static Stream<HubName> everyName(HubName name) {
    String owned = LMMS_LAB + "/";
    return name.repo().startsWith(owned)
        ? Stream.of(
            name,
            new HubName(
                name.kind(),
                RENAMED + "/" + name.repo().substring(owned.length()),
                name.revision()))
        : Stream.of(name);
  }

  private static String including(String pattern) {
    return "--include '" + pattern + "'";
  }
}

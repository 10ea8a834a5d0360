package io.prumerge.plan;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.estimate.Hardware;
import java.util.List;

/**
 * GPUs to plan for, whether this cluster has them or not.
 *
 * @param hardware kinds of them, each with a stated memory
 * @param counts numbers of each kind, at least 1
 */
public record AskedCards(List<Hardware> hardware, List<Integer> counts) {

  /** No GPUs. */
  public static final AskedCards NONE = new AskedCards(List.of(), List.of());

  public AskedCards {
    hardware = List.copyOf(hardware);
    counts = List.copyOf(counts);
    for (Hardware one : hardware) {
      if (one.memoryBytes().isEmpty()) {
        throw new UsageException(
            Wording.of(
                "Cannot plan for %s %s, which states no memory_gb; add it in a %s",
                Setting.HARDWARE, one.name(), Setting.HARDWARE_FILE));
      }
    }
    for (int count : counts) {
      if (count < 1) {
        throw new UsageException(
            Wording.of("%s must be at least 1 but is %d", Setting.CARDS, count));
      }
    }
    if (hardware.isEmpty() && !counts.isEmpty()) {
      throw new UsageException(
          Wording.of("%s is the number of each %s; name some", Setting.CARDS, Setting.HARDWARE));
    }
  }
}

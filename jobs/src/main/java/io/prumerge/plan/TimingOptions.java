package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.Timing;
import java.util.OptionalInt;

/**
 * How answers are timed.
 *
 * @param batch images at a time where they are timed alone
 */
public record TimingOptions(Timing timing, int batch) {

  public TimingOptions {
    OptionChecks.requirePositive(Setting.TIMING_BATCH, OptionalInt.of(batch));
    if (batch > 1 && timing != Timing.ALONE) {
      throw new UsageException(
          Wording.of(
              "%s %s is the number of images at a time where answers are timed alone: set %s to"
                  + " alone",
              Setting.TIMING_BATCH, batch, Setting.TIMING));
    }
  }

  /** Returns whether answers are timed one at a time. */
  public boolean isAlone() {
    return timing == Timing.ALONE;
  }
}

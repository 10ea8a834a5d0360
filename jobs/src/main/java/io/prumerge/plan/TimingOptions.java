package io.prumerge.plan;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.Timing;

/**
 * How answers are timed.
 *
 * @param batch images at a time where they are timed alone
 */
public record TimingOptions(Timing timing, int batch) {

  public TimingOptions {
    CountSetting.TIMING_BATCH.require(batch);
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
